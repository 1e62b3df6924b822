import Arrays
import Corpus
import EspalierTestSupport
import Foundation
import LanguageModels
import PJRT
import Safetensors
import SavedModels
import Tensors
import Testing

@testable import ModelExport

/// Folders for `transformers`: the fixture's are what versions 4 and 5 loaded, and gave the golden numbers for.
@Suite struct HuggingFaceTests {
  private struct Golden: Decodable {
    let tokens: [Int32]
    /// Of the positions `positions`, one row each.
    let logits: [[Double]]
    let positions: [Int]
    let lines: [String]
    let ids: [[Int32]]
  }

  private func golden() throws -> Golden {
    let path = SampleModel.fixture + "/golden.json"
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private static let names = [
    "README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
    "tokenizer.model", "tokenizer_config.json",
  ]

  /// `ESPALIER_RECORD=1` writes the folder anew; then run `Tests/Oracles/exported_llama.py`.
  @Test func aFolderIsTheOneThatOthersLoaded() throws {
    let sample = try SampleModel()
    let recorded = SampleModel.fixture + "/hf"
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try? FileManager.default.removeItem(atPath: recorded)
      try sample.export.writeHuggingFace(to: recorded)
    }
    try sample.export.writeHuggingFace(to: sample.folder / "hf")
    let names = try FileManager.default.contentsOfDirectory(atPath: sample.folder / "hf").sorted()
    #expect(names == Self.names)
    for name in Self.names {
      let expected = try Data(contentsOf: URL(fileURLWithPath: "\(recorded)/\(name)"))
      #expect(try sample.folder.read("hf/\(name)") == expected, "\(name)")
    }
  }

  /// What `transformers` computes from the folder is what the model computes here.
  @Test func theLogitsAreTheSameThere() throws {
    let (sample, golden) = (try SampleModel(), try golden())
    let client = try TestPlugin.client()
    let configuration = SampleModel.configuration
    let model = Llama(configuration)
    let type = TensorType(.int32, [1, golden.tokens.count])
    let traced = try TracedFunction("logits", parameters: configuration.parameterTypes + [type]) {
      inputs in
      [
        model.logits(
          tokens: inputs[inputs.count - 1],
          parameters: LlamaParameters(
            configuration: configuration,
            tensors: Array(inputs.dropLast())
          )
        )
      ]
    }
    let program = try Engine(client: client).compile(traced)
    let tokens = HostArray(golden.tokens, shape: [1, golden.tokens.count])
    let buffers = try sample.saved.parameters(on: client) + [client.buffer(from: tokens)]
    let logits = try program(buffers)[0].copyToHost().values(as: Float.self)
    let size = configuration.vocabularySize
    for (position, row) in zip(golden.positions, golden.logits) {
      let found = logits[position * size..<(position + 1) * size]
      let difference = zip(found, row).map { abs(Double($0) - $1) }.max() ?? .infinity
      #expect(difference < 2e-5, "position \(position)")
    }
  }

  @Test func theTokenizerGivesTheSameIdsThere() throws {
    let (sample, golden) = (try SampleModel(), try golden())
    #expect(golden.lines.count > 30)
    for (line, ids) in zip(golden.lines, golden.ids) {
      #expect(try sample.tokenizer.encode(line) == ids, "\(line.debugDescription)")
    }
  }

  @Test func manyBytesGoIntoSeveralFilesWithAnIndex() throws {
    let sample = try SampleModel { $0.tiesEmbedding = false }
    try sample.export.writeHuggingFace(
      to: sample.folder / "hf",
      elements: .bfloat16,
      shardByteLimit: 40_000
    )
    struct Index: Decodable {
      var metadata: [String: Int]
      var weight_map: [String: String]
    }
    let index = try JSONDecoder().decode(
      Index.self,
      from: sample.folder.read("hf/model.safetensors.index.json")
    )
    let files = Set(index.weight_map.values).sorted()
    #expect(files.count > 2)
    #expect(files.first == "model-00001-of-0000\(files.count).safetensors")
    var byteCount = 0
    for file in files {
      let opened = try SafetensorsFile.open(sample.folder / "hf/\(file)")
      for name in opened.names {
        #expect(index.weight_map[name] == file)
        let array = try opened.array(named: name)
        #expect(array.elementType == .bfloat16)
        byteCount += array.bytes.count
      }
    }
    #expect(index.metadata["total_size"] == byteCount)
    #expect(index.weight_map["lm_head.weight"] != nil)
    #expect(!FileManager.default.fileExists(atPath: sample.folder / "hf/model.safetensors"))
  }

  /// bfloat16 is float32, each number rounded.
  @Test func bfloat16IsRoundedFloat32() throws {
    let sample = try SampleModel()
    for elements in [ExportedElements.float32, .bfloat16] {
      try sample.export.writeHuggingFace(to: sample.folder / elements.rawValue, elements: elements)
    }
    func file(_ folder: String) throws -> SafetensorsFile {
      try SafetensorsFile.open(sample.folder / "\(folder)/model.safetensors")
    }
    let (full, rounded) = (try file("float32"), try file("bfloat16"))
    #expect(full.names.count == 3 * 9 + 2)
    #expect(full.names == rounded.names)
    for name in full.names {
      let values = try full.array(named: name).values(as: Float.self)
      let others = try rounded.array(named: name).values(as: BFloat16.self)
      #expect(values.map { BFloat16($0) } == others)
    }
    let config = String(decoding: try sample.folder.read("bfloat16/config.json"), as: UTF8.self)
    #expect(config.contains("\"dtype\" : \"bfloat16\""))
    #expect(config.contains("\"torch_dtype\" : \"bfloat16\""))
  }

  @Test func nothingIsReplacedAndNothingIsLeftBehind() throws {
    let sample = try SampleModel()
    try sample.folder.write("mine", to: "there/file")
    #expect(throws: ExportError.exists(path: sample.folder / "there")) {
      try sample.export.writeHuggingFace(to: sample.folder / "there")
    }
    #expect(throws: ExportError.elements(.q8, format: .huggingFace)) {
      try sample.export.writeHuggingFace(to: sample.folder / "new", elements: .q8)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: sample.folder.path).sorted()
    #expect(names == ["checkpoints", "there"])
  }

  @Test func everyFailureLeavesNoFolderOrAWholeOne() throws {
    let sample = try SampleModel()
    let trial = try WriterTrial { _ in
    } write: { disk in
      try sample.export.writeHuggingFace(to: "out/hf", in: disk)
    }
    #expect(trial.callCount > 20)
    #expect(trial.problems().isEmpty)
  }

  @Test func aGatedModelIsRefused() throws {
    let sample = try SampleModel { $0.outputGates = .held }
    #expect(throws: ExportError.gated(path: sample.saved.checkpoint.path)) { try sample.export }
  }

  @Test func whatShouldBeKnownIsNoted() throws {
    #expect(try SampleModel { $0.layerOrder = nil }.export.notes.isEmpty)
    #expect(try SampleModel().export.notes.count == 1)
    let narrow = try SampleModel {
      $0.width = 24
      $0.layerOrder = nil
    }
    #expect(try narrow.export.notes.first?.contains("no multiples of 32") == true)
  }
}
