import Corpus
import EspalierTestSupport
import Foundation
import Safetensors
import Testing

@Suite struct ExportTests {
  @Test func aRunIsExportedWithItsTokenizer() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    // Neither the corpus nor its tokenizer is needed.
    for name in ["book.tokens", "book.model"] {
      try FileManager.default.removeItem(atPath: folder / name)
    }
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(["export", "reference", "out/hf"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output == "out/hf: reference/checkpoints/step-00000018 as hf, float32\n")
    #expect(try folder.read("out/hf/tokenizer.model") == folder.read("reference/tokenizer.model"))
    let file = try SafetensorsFile.open(folder / "out/hf/model.safetensors")
    #expect(file.names.contains("model.layers.1.mlp.up_proj.weight"))
    #expect(file.metadata == ["format": "pt"])
    let card = String(decoding: try folder.read("out/hf/README.md"), as: UTF8.self)
    #expect(card.contains("- grown by `midas`: 1 layers for 9 steps, 2 layers for 9 steps\n"))

    let second = try await espalier.run([
      "export", "reference", "out/model.gguf", "--format", "gguf", "--type", "float16",
    ])
    #expect(second.code == 0, "\(second.errors)")
    #expect(try folder.read("out/model.gguf").prefix(4) == Data("GGUF".utf8))
  }

  /// A grown checkpoint has its tokenizer beside it, so it is exported and asked as a run is.
  @Test func aGrownModelHasItsTokenizerBesideIt() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let grown = try await espalier.run([
      "grow", "reference/checkpoints/step-00000018", "--method", "gradstack", "--output", "grown",
    ])
    #expect(grown.code == 0, "\(grown.errors)")
    #expect(try folder.read("grown/tokenizer.model") == folder.read("reference/tokenizer.model"))
    let exported = try await espalier.run(["export", "grown/step-00000018", "hf"])
    #expect(exported.code == 0, "\(exported.errors)")
    let asked = ["generate", "grown/step-00000018", "--prompt", "a", "--tokens", "2"]
    #expect(try await espalier.run(asked).code == 0)
    // Another's is left as it is, and is noticed.
    try folder.write("other", to: "mine/tokenizer.model")
    let second = try await espalier.run([
      "grow", "reference/checkpoints/step-00000018", "--method", "gradstack", "--output", "mine",
    ])
    #expect(second.code == 0)
    #expect(try folder.read("mine/tokenizer.model") == Data("other".utf8))
    let refused = try await espalier.run(["export", "mine/step-00000018", "other"])
    #expect(refused.code == 1 && refused.errors.contains("mine/tokenizer.model"))
  }

  /// Runs of earlier versions have no tokenizer in their folder.
  @Test func theTokenizerOfAnOlderRunIsThatOfItsTokenFile() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try FileManager.default.removeItem(atPath: folder / "reference/tokenizer.model")
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(["export", "reference", "hf"]).code == 0)
    #expect(try folder.read("hf/tokenizer.model") == folder.read("book.model"))
    try FileManager.default.removeItem(atPath: folder / "book.tokens")
    let outcome = try await espalier.run(["export", "reference", "other"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.first
        == "error: reference/checkpoints/step-00000018: does not lie in a run's folder that has its tokenizer; "
        + "name the file with --tokenizer"
    )
    let named = ["export", "reference", "other", "--tokenizer", "book.model"]
    #expect(try await espalier.run(named).code == 0)
  }

  @Test(arguments: [
    (["reference", "hf", "--type", "q8_0"], 2, "--type q8_0: hf holds float32, bfloat16"),
    (["reference", "hf", "--format", "onnx"], 2, "onnx"),
    (["reference", "text.jsonl"], 1, "text.jsonl: is there already and is not replaced"),
    (["nowhere", "hf"], 1, "nowhere"),
    (["reference", ""], 2, "output: needs a place; got nothing"),
    (["reference", "hf", "--tokenizer", "text.jsonl"], 1, "text.jsonl"),
    (["reference", "hf", "--tokenizer", "other.model"], 1, "other.model: is not the tokenizer"),
    (
      ["reference", "m.gguf", "--format", "gguf", "--type", "q8_0"], 1,
      "token_embd.weight: has rows of 16"
    ),
  ])
  func whatCannotBeIsSaid(arguments: [String], code: Int, complaint: String) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let trained = try await espalier.run([
      "tokenizer", "train", "text.jsonl", "--vocabulary-size", "1024", "--output", "other.model",
    ])
    try #require(trained.code == 0)
    let outcome = try await espalier.run(["export"] + arguments)
    #expect(outcome.code == code)
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder / "hf"))
  }
}
