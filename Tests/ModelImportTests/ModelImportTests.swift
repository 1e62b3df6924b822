import Arrays
import Corpus
import EspalierTestSupport
import Foundation
import Growing
import LanguageModels
import ModelExport
import PJRT
import Safetensors
import SavedModels
import Tensors
import Testing

@testable import ModelImport

/// Models of transformers, taken in: they compute what they computed there and leave as they came.
@Suite struct ModelImportTests {
  private func imported(_ name: String) throws -> (TemporaryFolder, SavedModel) {
    let folder = try TemporaryFolder()
    let model = try ModelImport(folder: ForeignModel.folder(name))
    return (folder, try SavedModel(model.write(to: folder / "imported")))
  }

  @Test(arguments: ForeignModel.names)
  func theLogitsAreThoseOfTransformers(name: String) throws {
    let (folder, saved) = try imported(name)
    defer { withExtendedLifetime(folder) {} }
    let golden = try #require(try ForeignModel.named(name))
    let client = try TestPlugin.client()
    let configuration = saved.configuration
    let type = TensorType(.int32, [1, golden.tokens.count])
    let program = try Engine(client: client).program(
      "logits",
      parameters: configuration.parameterTypes + [type]
    ) { inputs in
      [
        Llama(configuration).logits(
          tokens: inputs[inputs.count - 1],
          parameters: LlamaParameters(
            configuration: configuration,
            tensors: Array(inputs.dropLast())
          )
        )
      ]
    }
    let tokens = HostArray(golden.tokens, shape: type.shape)
    let buffers = try saved.parameters(on: client) + [client.buffer(from: tokens)]
    let logits = try program(buffers)[0].copyToHost().values(as: Float.self)
    let size = configuration.vocabularySize
    for (position, row) in zip(golden.positions, golden.logits) {
      let found = logits[position * size..<(position + 1) * size]
      let difference = zip(found, row).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(difference < 2e-5, "position \(position)")
    }
  }

  @Test func configurationsAreReadAsTheyAreMeant() throws {
    func configuration(_ name: String) throws -> LlamaConfiguration {
      try ModelImport(folder: ForeignModel.folder(name)).configuration
    }
    let llama = try configuration("llama")
    #expect(llama.attentionBias == .all && !llama.tiesEmbedding && llama.ropeBase == 500_000)
    let scaling = RopeScaling.llama3(
      factor: 8,
      lowFrequency: 1,
      highFrequency: 4,
      originalContextLength: 16
    )
    #expect(llama.ropeScaling == scaling)
    let mistral = try configuration("mistral")
    #expect(mistral.slidingWindow == 7 && mistral.ownHeadSize == 8 && mistral.attentionBias == nil)
    let second = try configuration("qwen2")
    #expect(second.attentionBias == .inputs && second.slidingWindow == nil)
    #expect(second.ropeScaling == .linear(factor: 2))
    let third = try configuration("qwen3")
    #expect(third.queryKeyNorm == .eachHead && third.ownHeadSize == 10 && third.tiesEmbedding)
  }

  /// What is exported holds the tensors that came in, and exported once more it is the same to the byte.
  @Test(arguments: ForeignModel.names)
  func exportedAndTakenInAgainItIsTheSameToTheByte(name: String) throws {
    let (folder, first) = try imported(name)
    let tokenizer = try first.tokenizer()
    try ModelExport(first, tokenizer: tokenizer).writeHuggingFace(to: folder / "one/\(name)")
    let again = try ModelImport(folder: folder / "one/\(name)")
    #expect(again.configuration == first.configuration)
    #expect(again.tokenizer.checksum == tokenizer.checksum)
    let second = try SavedModel(again.write(to: folder / "again"))
    try ModelExport(second, tokenizer: again.tokenizer).writeHuggingFace(to: folder / "two/\(name)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder / "one/\(name)").sorted()
    #expect(names.contains("config.json") && names.contains("tokenizer.json"))
    for file in names {
      let (one, two) = try (folder.read("one/\(name)/\(file)"), folder.read("two/\(name)/\(file)"))
      #expect(one == two, "\(file)")
    }
    let exported = try SafetensorsFile.open(folder / "one/\(name)/model.safetensors")
    let foreign = ForeignModel.folder(name)
    for file in try FileManager.default.contentsOfDirectory(atPath: foreign)
    where file.hasSuffix(".safetensors") {
      let original = try SafetensorsFile.open("\(foreign)/\(file)")
      for tensor in original.names {
        #expect(try exported.array(named: tensor) == original.array(named: tensor), "\(tensor)")
      }
    }
    // For the check by transformers itself.
    if let place = ProcessInfo.processInfo.environment["ESPALIER_RECORD_IMPORTS"] {
      try FileManager.default.copyItem(atPath: folder / "one/\(name)", toPath: "\(place)/\(name)")
    }
  }

  /// bfloat16 comes in exactly and leaves as it came.
  @Test func roundedNumbersComeInExactly() throws {
    let (folder, first) = try imported("qwen3")
    try ModelExport(first, tokenizer: first.tokenizer())
      .writeHuggingFace(to: folder / "rounded", elements: .bfloat16)
    let second = try SavedModel(
      ModelImport(folder: folder / "rounded").write(to: folder / "again")
    )
    let specification = second.configuration.parameterSpecifications[0]
    let (exact, rounded) = try (first.array(of: specification), second.array(of: specification))
    #expect(
      exact.values(as: Float.self).map { BFloat16($0).value } == rounded.values(as: Float.self)
    )
  }

  @Test func itIsACheckpointThatNothingWasTrainedOf() throws {
    let (folder, saved) = try imported("qwen3")
    defer { withExtendedLifetime(folder) {} }
    #expect(saved.step == 0 && saved.lineage.layers.count == 2)
  }

  @Test(arguments: ["llama", "qwen2", "qwen3"])
  func tokensAreThoseOfTheirLibrary(name: String) throws {
    let tokenizer = try ModelImport(folder: ForeignModel.folder(name)).tokenizer
    let ids = try #require(try ForeignModel.named(name)?.ids)
    for (line, ids) in zip(try ForeignModel.lines(), ids) {
      let found = try tokenizer.encode(line)
      #expect(found == ids, "\(line.debugDescription)")
    }
    #expect(tokenizer.endID.map { try? tokenizer.piece($0) } == "<|endoftext|>")
  }

  /// Byte-level pieces keep every byte; normalisation composes first, and special pieces leave no trace.
  @Test func textComesBack() throws {
    for name in ["llama", "qwen3"] {
      let tokenizer = try ModelImport(folder: ForeignModel.folder(name)).tokenizer
      for line in try ForeignModel.lines() where !line.contains("<|endoftext|>") {
        let text = try tokenizer.decode(tokenizer.encode(line))
        #expect(text.utf8.elementsEqual(line.utf8), "\(line.debugDescription)")
      }
    }
  }

  /// A `tokenizer.json` made of a SentencePiece model gives SentencePiece's ids and texts.
  @Test func translationsGiveSentencePiecesIds() throws {
    let fixtures = TestPlugin.packageRoot.path + "/Tests/Fixtures"
    let pieces = try Tokenizer(path: fixtures + "/tokenizer/genesis-512.model")
    let file = try Tokenizer(path: fixtures + "/exported-llama/hf/tokenizer.json")
    #expect(file.isJSON && file.vocabularySize == pieces.vocabularySize)
    for line in try ForeignModel.lines() {
      let ids = try pieces.encode(line)
      #expect(try file.encode(line) == ids, "\(line.debugDescription)")
      #expect(try file.decode(ids) == pieces.decode(ids), "\(line.debugDescription)")
    }
  }

  /// SentencePiece's library knows the piece, and only the folder that documents begin with it.
  @Test func documentsBeginAsTheyDidThere() throws {
    let (folder, mistral) = try imported("mistral")
    let tokenizer = try mistral.tokenizer()
    #expect(tokenizer.documentStartID == 1 && tokenizer.endID == 2)
    #expect(try TokenizerDescription(tokenizer).pieces.count == tokenizer.vocabularySize)
    try ModelExport(mistral, tokenizer: tokenizer).writeHuggingFace(to: folder / "out")
    for file in ["config.json", "generation_config.json"] {
      let config = String(decoding: try folder.read("out/\(file)"), as: UTF8.self)
      #expect(config.contains("\"bos_token_id\" : 1") && config.contains("\"eos_token_id\" : 2"))
    }
    let original = try Data(
      contentsOf: URL(fileURLWithPath: ForeignModel.folder("mistral") + "/tokenizer.model")
    )
    #expect(try folder.read("out/tokenizer.model") == original)
    // Told not to, the tokenizer puts nothing in front.
    try FileManager.default.copyItem(
      atPath: ForeignModel.folder("mistral"),
      toPath: folder / "told"
    )
    try folder.write(
      #"{"add_bos_token": false, "bos_token": "<s>"}"#,
      to: "told/tokenizer_config.json"
    )
    let told = try ModelImport(folder: folder / "told").tokenizer
    #expect(told.documentStartID == 2 && told.serializedModel == Array(original))
    // A tokenizer that was learnt here has the piece, too, and no document begins with it.
    let own = try Tokenizer(
      path: TestPlugin.packageRoot.path + "/Tests/Fixtures/tokenizer/genesis-512.model"
    )
    #expect(own.beginningID == 1 && own.documentStartID == own.endID)
  }

  @Test func nothingIsReplaced() throws {
    let folder = try TemporaryFolder()
    let model = try ModelImport(folder: ForeignModel.folder("qwen3"))
    try folder.write("mine", to: "out/tokenizer.model")
    #expect(throws: ImportError.exists(path: folder / "out/tokenizer.model")) {
      try model.write(to: folder / "out")
    }
  }
}
