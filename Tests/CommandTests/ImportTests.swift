import EspalierTestSupport
import Foundation
import Safetensors
import SavedModels
import Testing

/// A model that transformers made, used like one that was trained here.
@Suite struct ImportTests {
  private static let models = TestPlugin.packageRoot.path + "/Tests/Fixtures/foreign-models"

  private func folder() async throws -> (TemporaryFolder, EspalierProcess) {
    let folder = try await Workshop.ready().copy()
    return (folder, EspalierProcess(folder: folder.path))
  }

  private func expect(_ espalier: EspalierProcess, _ arguments: [String]) async throws -> String {
    let outcome = try await espalier.run(arguments)
    #expect(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  @Test func anImportedModelGoesOnAndIsExportedAgain() async throws {
    let (folder, espalier) = try await folder()
    let said = try await expect(espalier, ["import", "\(Self.models)/qwen2", "in/qwen"])
    #expect(
      said == "in/qwen/step-00000000: 2 layers, 18,096 parameters, 361 pieces\n"
    )
    let text = try await expect(
      espalier,
      ["generate", "in/qwen/step-00000000", "--prompt", "a", "--tokens", "3"]
    )
    #expect(text.hasPrefix("a"))
    _ = try await expect(espalier, ["export", "in/qwen/step-00000000", "out"])
    #expect(
      try folder.read("out/tokenizer.json")
        == Data(contentsOf: URL(fileURLWithPath: "\(Self.models)/qwen2/tokenizer.json"))
    )
    let refused = try await espalier.run([
      "export", "in/qwen/step-00000000", "model.gguf", "--format", "gguf",
    ])
    #expect(refused.code == 1 && refused.errors.contains("attentionBias inputs: gguf is written"))
    let again = try await espalier.run(["import", "\(Self.models)/qwen2", "in/qwen"])
    #expect(
      again.errors.hasPrefix("error: in/qwen/step-00000000: is there already and is not replaced")
    )
  }

  @Test func anImportedModelIsGrownAndTrainedOn() async throws {
    let (folder, espalier) = try await folder()
    _ = try await expect(espalier, ["import", "\(Self.models)/llama", "in"])
    _ = try await expect(
      espalier,
      ["grow", "in/step-00000000", "--method", "solar", "--output", "deep", "--layers", "4"]
    )
    _ = try await expect(
      espalier,
      ["grow", "deep/step-00000000", "--width", "32", "--heads", "6", "--output", "wide"]
    )
    // SOLAR keeps the first layers and the last ones: two become 0, 1, 0, 1.
    _ = try await expect(espalier, ["export", "deep/step-00000000", "deep/hf"])
    let original = try SafetensorsFile.open("\(Self.models)/llama/model.safetensors")
    let grown = try SafetensorsFile.open(folder / "deep/hf/model.safetensors")
    for name in original.names where name.hasPrefix("model.layers.0.") {
      for (layer, source) in [0, 1, 0, 1].enumerated() {
        func named(_ layer: Int) -> String { name.replacing(".0.", with: ".\(layer).") }
        #expect(
          try grown.array(named: named(layer)) == original.array(named: named(source)),
          "\(named(layer))"
        )
      }
    }
    let wide = try SavedModel(path: folder / "wide/step-00000000") { _ in }
    #expect(wide.configuration.layerCount == 4 && wide.configuration.attentionBias == .all)
    _ = try await expect(
      espalier,
      [
        "corpus", "pack", "text.jsonl", "--tokenizer", "in/tokenizer.model", "--output",
        "in.tokens",
      ]
    )
    let recipe = """
      corpus: {tokens: in.tokens}
      model:
        layers: 4
        width: 32
        headCount: 6
        keyValueHeadCount: 3
        headSize: 6
        feedForwardWidth: 40
        contextLength: 64
        tiedEmbedding: false
        ropeBase: 500000
        attentionBias: all
        ropeScaling: {kind: llama3, factor: 8, originalContextLength: 16}
      training: {steps: 3, batchSize: 2}
      evaluation: {every: 3, sequences: 2}
      checkpoints: {every: 3}
      """
    try folder.write(recipe, to: "on.yaml")
    _ = try await expect(
      espalier,
      ["train", "on.yaml", "--from", "wide/step-00000000", "--run", "on"]
    )
    _ = try await expect(espalier, ["export", "on", "out"])
  }

  @Test func anImportedModelIsFineTuned() async throws {
    let (folder, espalier) = try await folder()
    _ = try await expect(espalier, ["import", "\(Self.models)/qwen3", "in"])
    try folder.write(FineTuneTests.examples, to: "data.jsonl")
    for more in [[], ["--lora", "2"]] {
      _ = try await expect(
        espalier,
        ["finetune", "in/step-00000000", "data.jsonl", "--steps", "2", "--run", "r\(more.count)"]
          + more
      )
    }
    let tuned = try SavedModel(path: folder / "r2") { _ in }
    #expect(tuned.configuration.queryKeyNorm == .eachHead && tuned.configuration.headSize == 10)
  }

  @Test func whatIsNotSupportedIsRefusedInOneSentence() async throws {
    let (folder, espalier) = try await folder()
    try folder.write(#"{"model_type": "mamba"}"#, to: "model/config.json")
    let outcome = try await espalier.run(["import", "model", "in"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errors == "error: model/config.json: model_type = \"mamba\", which is not supported\n"
    )
    #expect(!FileManager.default.fileExists(atPath: folder / "in"))
    let missing = try await espalier.run(["import", "nowhere", "in"])
    #expect(missing.code == 1 && missing.errors.hasPrefix("error: nowhere: "))
  }
}
