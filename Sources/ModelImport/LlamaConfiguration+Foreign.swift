import Corpus
import LanguageModels
import ModelExport

extension LlamaConfiguration {
  /// The model that a `config.json` of `transformers`, version 4 or 5, describes.
  ///
  /// - Throws: ``ImportError`` for a field that is wrong, or that asks for what no model here has.
  init(_ fields: ForeignFields) throws(ImportError) {
    let architecture = try Self.architecture(fields)
    try Self.refuse(fields)
    let heads = try fields.count("num_attention_heads")
    let width = try fields.count("hidden_size")
    let isDivided = fields.value("head_dim") == nil
    guard !isDivided || width.isMultiple(of: heads) else {
      throw fields.wrong("hidden_size", "a multiple of num_attention_heads (\(heads))")
    }
    let headSize = try fields.count("head_dim", orElse: width / heads)
    guard headSize.isMultiple(of: 2) else {
      throw fields.wrong("head_dim", "an even number, because rotary positions turn pairs")
    }
    self.init(
      layerCount: try fields.count("num_hidden_layers"),
      width: width,
      headCount: heads,
      keyValueHeadCount: try fields.count("num_key_value_heads", orElse: heads),
      feedForwardWidth: try fields.count("intermediate_size"),
      vocabularySize: try fields.count("vocab_size"),
      contextLength: try fields.count("max_position_embeddings"),
      tiesEmbedding: try fields.truth("tie_word_embeddings", orElse: false),
      ropeBase: try Self.ropeBase(fields),
      normEpsilon: try fields.number("rms_norm_eps"),
      ownHeadSize: headSize == width / heads && width.isMultiple(of: heads) ? nil : headSize,
      attentionBias: try Self.attentionBias(fields, architecture),
      queryKeyNorm: architecture == .qwen3 ? .eachHead : nil,
      ropeScaling: try RopeScaling(fields),
      slidingWindow: try Self.slidingWindow(fields, architecture)
    )
    if let (property, reason) = firstProblem {
      throw .malformed(
        path: fields.path,
        reason: "describes no model that can be: \(property) \(reason)"
      )
    }
  }

  private static func architecture(
    _ fields: ForeignFields
  ) throws(ImportError) -> HuggingFaceArchitecture {
    let known = HuggingFaceArchitecture.allCases.map(\.rawValue).joined(separator: ", ")
    guard let type = fields.value("model_type") else {
      throw fields.wrong("model_type", "one of \(known)")
    }
    guard let architecture = type.string.flatMap(HuggingFaceArchitecture.init) else {
      throw fields.unsupported("model_type")
    }
    if let names = fields.value("architectures"),
      names.elements?.contains(.text(architecture.className)) != true
    {
      throw fields.unsupported("architectures")
    }
    return architecture
  }

  /// Refuses what changes the function and has no place here.
  private static func refuse(_ fields: ForeignFields) throws(ImportError) {
    try fields.expect("hidden_act", oneOf: .text("silu"), .text("swish"))
    for field in ["mlp_bias", "rope_interleaved", "is_encoder_decoder"] {
      try fields.expect(field, oneOf: .truth(false))
    }
    for field in [
      "pretraining_tp", "partial_rotary_factor", "rope_parameters.partial_rotary_factor",
    ] {
      try fields.expect(field, oneOf: .number("1"), .number("1.0"))
    }
    if fields.value("quantization_config") != nil {
      throw fields.unsupported("quantization_config")
    }
  }

  private static func attentionBias(
    _ fields: ForeignFields,
    _ architecture: HuggingFaceArchitecture
  ) throws(ImportError) -> AttentionBias? {
    switch architecture {
    case .qwen2: return .inputs
    case .mistral:
      try fields.expect("attention_bias", oneOf: .truth(false))
      return nil
    case .llama, .qwen3: return try fields.truth("attention_bias", orElse: false) ? .all : nil
    }
  }

  /// Where some layers have a window and others none, no model here is the same.
  private static func slidingWindow(
    _ fields: ForeignFields,
    _ architecture: HuggingFaceArchitecture
  ) throws(ImportError) -> Int? {
    let kinds = Set((fields.value("layer_types")?.elements ?? []).map(\.written))
    guard kinds.count <= 1 else { throw fields.unsupported("layer_types") }
    switch architecture {
    case .llama:
      if kinds.contains("\"sliding_attention\"") { throw fields.unsupported("layer_types") }
      return nil
    case .mistral:
      return fields.value("sliding_window") == nil ? nil : try fields.count("sliding_window")
    case .qwen2, .qwen3:
      guard try fields.truth("use_sliding_window", orElse: false),
        fields.value("sliding_window") != nil
      else { return nil }
      let first = fields.value("max_window_layers")?.int
      // Layers from this one on have the window.
      guard first == 0 || kinds == ["\"sliding_attention\""] else {
        if let first, first >= (try fields.count("num_hidden_layers")) { return nil }
        throw fields.unsupported("max_window_layers")
      }
      return try fields.count("sliding_window")
    }
  }

  /// Version 5 has the base among the parameters, version 4 beside them.
  private static func ropeBase(_ fields: ForeignFields) throws(ImportError) -> Double {
    let field = "rope_parameters.rope_theta"
    let base = try fields.number(
      fields.value(field) == nil ? "rope_theta" : field,
      orElse: 10_000
    )
    guard base > 1 else { throw fields.wrong("rope_theta", "a number above 1") }
    return base
  }
}

extension RopeScaling {
  /// The scaling that a `config.json` describes; nil for none.
  fileprivate init?(_ fields: ForeignFields) throws(ImportError) {
    let parent = fields.value("rope_parameters") == nil ? "rope_scaling" : "rope_parameters"
    guard fields.value(parent) != nil else { return nil }
    // Files of early versions call it "type".
    let kind = fields.value("\(parent).rope_type") == nil ? "type" : "rope_type"
    switch fields.value("\(parent).\(kind)")?.string {
    case "default": return nil
    case "linear": self = .linear(factor: try fields.number("\(parent).factor"))
    case "llama3":
      self = .llama3(
        factor: try fields.number("\(parent).factor"),
        lowFrequency: try fields.number("\(parent).low_freq_factor"),
        highFrequency: try fields.number("\(parent).high_freq_factor"),
        originalContextLength: try fields.count("\(parent).original_max_position_embeddings")
      )
    case nil where fields.value("\(parent).\(kind)") == nil && parent == "rope_parameters":
      return nil
    default: throw fields.unsupported("\(parent).\(kind)")
    }
  }
}
