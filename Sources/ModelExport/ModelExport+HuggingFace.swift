import Arrays
import Corpus
import Files
import Foundation
import LanguageModels
import Safetensors

extension ModelExport {
  /// Writes a folder that `transformers` loads, as a whole or not at all.
  ///
  /// - Parameters:
  ///   - folder: The folder to make; it must not be there.
  ///   - elements: The type of the numbers.
  ///   - shardByteLimit: The most bytes of tensors in one file; where there are more, an index says which file has
  ///     which tensor.
  ///   - files: The file system.
  /// - Throws: ``ExportError``, `TokenizerError`, `FileError`, `SafetensorsError` or `SavedModelError`.
  public func writeHuggingFace(
    to folder: String,
    elements: ExportedElements = .float32,
    shardByteLimit: Int = 5_000_000_000,
    in files: any FileSystem = LocalFileSystem()
  ) throws {
    guard ExportFormat.huggingFace.elements.contains(elements) else {
      throw ExportError.elements(elements, format: .huggingFace)
    }
    let architecture = try HuggingFaceArchitecture(exporting: model.configuration)
    let tokenizerFile =
      try tokenizer.isJSON ? tokenizer.fileBytes : HuggingFaceTokenizer(tokenizer).json
    try StagedFolder.write(folder, in: files) { staged in
      try writeTensors(to: staged, elements, shardByteLimit, files)
      func write(_ bytes: [UInt8], _ name: String) throws {
        try files.replace("\(staged)/\(name)", with: bytes)
      }
      let configuration = HuggingFaceConfiguration(
        model: model.configuration,
        architecture: architecture,
        elements: elements,
        beginningID: beginningID,
        endID: borderID
      )
      try write(configuration.withDecimalFactors(json(configuration)), "config.json")
      try write(
        json(HuggingFaceGeneration(beginningID: beginningID, endID: borderID)),
        "generation_config.json"
      )
      try write(tokenizerFile, "tokenizer.json")
      if !tokenizer.isJSON { try write(tokenizer.fileBytes, "tokenizer.model") }
      try write(json(try tokenizerSettings()), "tokenizer_config.json")
      try write(Array(ModelCard(self, name: lastComponent(of: folder)).text.utf8), "README.md")
    }
  }

  private func writeTensors(
    to folder: String,
    _ elements: ExportedElements,
    _ shardByteLimit: Int,
    _ files: any FileSystem
  ) throws {
    let type: ElementType = elements == .bfloat16 ? .bfloat16 : .float32
    var shards: [[PortableWeights.Entry]] = [[]]
    var (byteCount, total) = (0, 0)
    for entry in weights.entries {
      let size = entry.shape.elementCount * type.byteCount
      if byteCount > 0, byteCount + size > shardByteLimit {
        shards.append([])
        byteCount = 0
      }
      shards[shards.count - 1].append(entry)
      (byteCount, total) = (byteCount + size, total + size)
    }
    var index = ShardIndex(metadata: ["total_size": total], files: [:])
    for (place, shard) in shards.enumerated() {
      let name =
        shards.count == 1
        ? "model.safetensors"
        : "model-\(Self.number(place + 1))-of-\(Self.number(shards.count)).safetensors"
      let source = TensorSource(
        shard.map { TensorDescription($0.huggingFaceName, TensorType(type, $0.shape)) }
      ) { index in
        let values = try weights.values(of: shard[index])
        return type == .bfloat16
          ? HostArray(values.map { BFloat16($0) }, shape: shard[index].shape)
          : HostArray(values, shape: shard[index].shape)
      }
      try SafetensorsFile.write(
        source,
        metadata: ["format": "pt"],
        to: "\(folder)/\(name)",
        in: files
      )
      for entry in shard { index.files[entry.huggingFaceName] = name }
    }
    guard shards.count > 1 else { return }
    try files.replace("\(folder)/model.safetensors.index.json", with: json(index))
  }

  private func tokenizerSettings() throws -> TokenizerSettings {
    func piece(_ id: Int32?) throws -> String? { try id.map { try tokenizer.piece($0) } }
    return TokenizerSettings(
      beginning: try piece(beginningID),
      end: try piece(borderID),
      padding: try piece(borderID),
      unknown: try piece(tokenizer.unknownID),
      contextLength: model.configuration.contextLength
    )
  }

  private func json(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(value)) + [UInt8(ascii: "\n")]
  }

  private static func number(_ count: Int) -> String {
    String(repeating: "0", count: max(0, 5 - "\(count)".count)) + "\(count)"
  }
}

/// `model.safetensors.index.json`.
private struct ShardIndex: Encodable {
  var metadata: [String: Int]
  var files: [String: String]

  enum CodingKeys: String, CodingKey {
    case metadata
    case files = "weight_map"
  }
}

/// `tokenizer_config.json`.
private struct TokenizerSettings: Encodable {
  let beginning: String?
  let end: String?
  let padding: String?
  let unknown: String?
  let contextLength: Int
  let tidiesSpaces = false
  // The class that takes tokenizer.json as it is; version 5 replaces the pre-tokenizer of Llama's own.
  let tokenizerClass = "PreTrainedTokenizerFast"

  enum CodingKeys: String, CodingKey {
    case beginning = "bos_token"
    case end = "eos_token"
    case padding = "pad_token"
    case unknown = "unk_token"
    case contextLength = "model_max_length"
    case tidiesSpaces = "clean_up_tokenization_spaces"
    case tokenizerClass = "tokenizer_class"
  }
}
