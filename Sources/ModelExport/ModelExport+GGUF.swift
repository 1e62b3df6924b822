import Arrays
import Corpus
import Files
import LanguageModels

extension ModelExport {
  /// Writes a GGUF file that llama.cpp loads, as a whole or not at all.
  ///
  /// Matrices have the given type, gains are float32 as that program wants them.
  ///
  /// - Parameters:
  ///   - path: The file to make; it must not be there.
  ///   - elements: The type of the numbers in matrices.
  ///   - files: The file system.
  /// - Throws: ``ExportError``, `TokenizerError`, `FileError`, `SafetensorsError` or `SavedModelError`.
  public func writeGGUF(
    to path: String,
    elements: ExportedElements = .float32,
    in files: any FileSystem = LocalFileSystem()
  ) throws {
    guard !files.exists(path) else { throw ExportError.exists(path: path) }
    let fields = try ggufFields(elements)
    let tensors = try weights.entries.map { entry in
      let isMatrix = entry.shape.rank == 2
      let type = isMatrix ? GGUFType(elements) : .float32
      let length = entry.shape[entry.shape.rank - 1]
      guard length % type.blockSize == 0 else {
        throw ExportError.rows(tensor: entry.ggufName, length: length, block: type.blockSize)
      }
      return GGUFTensor(name: entry.ggufName, shape: entry.shape, type: type)
    }
    let header = GGUFHeader(fields: fields, tensors: tensors)
    try files.createFolders(parentFolder(of: path))
    let file = try StagedFile(path, in: files)
    try file.write(header.bytes)
    for (entry, tensor) in zip(weights.entries, tensors) {
      let values = permuted(try weights.values(of: entry), entry)
      let bytes = tensor.type.bytes(of: values)
      try file.write(bytes + [UInt8](repeating: 0, count: GGUFHeader.padding(after: bytes.count)))
    }
    try file.commit()
  }

  /// Query and key rows in the order of a rotary embedding that pairs neighbours.
  ///
  /// Ours pairs coordinate `i` with `i + C/2`, llama.cpp's Llama `2i` with `2i + 1`.
  private func permuted(_ values: [Float], _ entry: PortableWeights.Entry) -> [Float] {
    guard entry.parameter == .query || entry.parameter == .key else { return values }
    let (size, columns) = (model.configuration.headSize, entry.shape[1])
    return (0..<entry.shape[0]).flatMap { row -> ArraySlice<Float> in
      let (head, place) = (row / size, row % size)
      let source = head * size + place % 2 * (size / 2) + place / 2
      return values[source * columns..<(source + 1) * columns]
    }
  }

  /// What the file has no place for here.
  private var unwritable: String? {
    let configuration = model.configuration
    if let bias = configuration.attentionBias { return "attentionBias \(bias.rawValue)" }
    if let norm = configuration.queryKeyNorm { return "queryKeyNorm \(norm.rawValue)" }
    if let scaling = configuration.ropeScaling { return "ropeScaling \(scaling)" }
    if let window = configuration.slidingWindow, window < configuration.contextLength {
      return "slidingWindow \(window)"
    }
    return !tokenizer.isJSON ? nil : "\(tokenizer.name), a tokenizer.json"
  }

  private func ggufFields(_ elements: ExportedElements) throws -> [(String, GGUFValue)] {
    let configuration = model.configuration
    if let what = unwritable { throw ExportError.variant(what: what, format: .gguf) }
    let name = run?.name ?? lastComponent(of: model.checkpoint.path)
    let description = try TokenizerDescription(tokenizer)
    guard description.algorithm == .bytePairs else {
      throw ExportError.tokenizer(name: tokenizer.name, what: "does not merge byte pairs")
    }
    var fields: [(String, GGUFValue)] = [
      ("general.architecture", .text("llama")),
      ("general.name", .text(name)),
      ("general.file_type", .number(GGUFType(elements).fileType)),
      ("general.quantization_version", .number(2)),
      ("llama.vocab_size", .number(configuration.vocabularySize)),
      ("llama.context_length", .number(configuration.contextLength)),
      ("llama.embedding_length", .number(configuration.width)),
      ("llama.block_count", .number(configuration.appliedLayerCount)),
      ("llama.feed_forward_length", .number(configuration.feedForwardWidth)),
      ("llama.rope.dimension_count", .number(configuration.headSize)),
      ("llama.rope.freq_base", .decimal(Float(configuration.ropeBase))),
      ("llama.attention.head_count", .number(configuration.headCount)),
      ("llama.attention.head_count_kv", .number(configuration.keyValueHeadCount)),
      ("llama.attention.key_length", .number(configuration.headSize)),
      ("llama.attention.value_length", .number(configuration.headSize)),
      ("llama.attention.layer_norm_rms_epsilon", .decimal(Float(configuration.normEpsilon))),
    ]
    // An objective's own tokens are no pieces of the text's tokenizer.
    let extra =
      (description.pieces.count..<max(configuration.vocabularySize, description.pieces.count)).map {
        TokenizerDescription.Piece(bytes: Array("[extra \($0)]".utf8), score: 0, kind: .unused)
      }
    let pieces = description.pieces + extra
    fields += [
      ("tokenizer.ggml.model", .text("llama")),
      ("tokenizer.ggml.pre", .text("default")),
      ("tokenizer.ggml.tokens", .texts(pieces.map(\.bytes))),
      ("tokenizer.ggml.scores", .decimals(pieces.map(\.score))),
      ("tokenizer.ggml.token_type", .kinds(pieces.map { Int32($0.kind.rawValue) })),
    ]
    if let beginningID, let borderID {
      fields += [
        ("tokenizer.ggml.bos_token_id", .number(Int(beginningID))),
        ("tokenizer.ggml.eos_token_id", .number(Int(borderID))),
      ]
    }
    if let unknownID = tokenizer.unknownID {
      fields.append(("tokenizer.ggml.unknown_token_id", .number(Int(unknownID))))
    }
    return fields + [
      ("tokenizer.ggml.add_bos_token", .truth(beginningID != borderID)),
      ("tokenizer.ggml.add_eos_token", .truth(false)),
      ("tokenizer.ggml.add_space_prefix", .truth(description.addsSpace)),
    ]
  }
}

extension PortableWeights.Entry {
  /// What llama.cpp calls the tensor.
  fileprivate var ggufName: String {
    (place.map { "blk.\($0)." } ?? "") + parameter.ggufName + ".weight"
  }
}

extension LlamaParameter {
  fileprivate var ggufName: String {
    switch self {
    case .embedding: "token_embd"
    case .attentionNorm: "attn_norm"
    case .query: "attn_q"
    case .key: "attn_k"
    case .value: "attn_v"
    case .output: "attn_output"
    case .feedForwardNorm: "ffn_norm"
    case .gate: "ffn_gate"
    case .up: "ffn_up"
    case .down: "ffn_down"
    case .finalNorm: "output_norm"
    case .head: "output"
    case .outputGates, .queryBias, .keyBias, .valueBias, .outputBias, .queryNorm, .keyNorm:
      preconditionFailure("such a model is refused before it is written")
    }
  }
}
