import LanguageModels

/// `config.json`, as versions 4 and 5 of `transformers` read it.
///
/// What the rotary embedding goes by stands in both of its forms: version 4 reads `rope_theta` and `rope_scaling`,
/// version 5 `rope_parameters`, and each takes 10000 without a word where it does not find its own.
struct HuggingFaceConfiguration: Encodable {
  let model: LlamaConfiguration
  let architecture: HuggingFaceArchitecture
  let elements: ExportedElements
  /// The token in front of a document.
  let beginningID: Int32?
  /// The token behind it.
  let endID: Int32?

  enum CodingKeys: String, CodingKey {
    case architectures
    case attentionBias = "attention_bias"
    case attentionDropout = "attention_dropout"
    case beginningID = "bos_token_id"
    case dtype
    case endID = "eos_token_id"
    case headSize = "head_dim"
    case activation = "hidden_act"
    case width = "hidden_size"
    case initializerRange = "initializer_range"
    case feedForwardWidth = "intermediate_size"
    case contextLength = "max_position_embeddings"
    case feedForwardBias = "mlp_bias"
    case modelType = "model_type"
    case headCount = "num_attention_heads"
    case firstWindowLayer = "max_window_layers"
    case layerCount = "num_hidden_layers"
    case keyValueHeadCount = "num_key_value_heads"
    case normEpsilon = "rms_norm_eps"
    case ropeParameters = "rope_parameters"
    case ropeScaling = "rope_scaling"
    case ropeTheta = "rope_theta"
    case slidingWindow = "sliding_window"
    case tiesEmbedding = "tie_word_embeddings"
    case torchType = "torch_dtype"
    case usesCache = "use_cache"
    case usesWindow = "use_sliding_window"
    case vocabularySize = "vocab_size"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode([architecture.className], forKey: .architectures)
    try container.encode(architecture.rawValue, forKey: .modelType)
    try container.encode(model.width, forKey: .width)
    try container.encode(model.feedForwardWidth, forKey: .feedForwardWidth)
    try container.encode(model.appliedLayerCount, forKey: .layerCount)
    try container.encode(model.headCount, forKey: .headCount)
    try container.encode(model.keyValueHeadCount, forKey: .keyValueHeadCount)
    try container.encode(model.headSize, forKey: .headSize)
    try container.encode(model.contextLength, forKey: .contextLength)
    try container.encode(model.vocabularySize, forKey: .vocabularySize)
    try container.encode(model.normEpsilon, forKey: .normEpsilon)
    try container.encode(model.tiesEmbedding, forKey: .tiesEmbedding)
    try container.encode(model.ropeBase, forKey: .ropeTheta)
    try container.encode(model.ropeScaling.map { RotaryParameters($0) }, forKey: .ropeScaling)
    var rotary = RotaryParameters(model.ropeScaling)
    rotary.ropeTheta = model.ropeBase
    try container.encode(rotary, forKey: .ropeParameters)
    try container.encode("silu", forKey: .activation)
    if architecture == .llama || architecture == .qwen3 {
      try container.encode(model.attentionBias != nil, forKey: .attentionBias)
    }
    if architecture == .llama { try container.encode(false, forKey: .feedForwardBias) }
    if architecture != .llama { try container.encode(model.slidingWindow, forKey: .slidingWindow) }
    if architecture == .qwen2 || architecture == .qwen3 {
      try container.encode(model.slidingWindow != nil, forKey: .usesWindow)
      let first = model.slidingWindow == nil ? model.appliedLayerCount : 0
      try container.encode(first, forKey: .firstWindowLayer)
    }
    try container.encode(0.0, forKey: .attentionDropout)
    try container.encode(0.02, forKey: .initializerRange)
    try container.encode(true, forKey: .usesCache)
    try container.encode(beginningID, forKey: .beginningID)
    try container.encode(endID, forKey: .endID)
    try container.encode(elements.rawValue, forKey: .dtype)
    try container.encode(elements.rawValue, forKey: .torchType)
  }
}

extension HuggingFaceConfiguration {
  /// The file with a decimal point in each factor: version 4 takes 8 for no number of the right kind.
  ///
  /// - Parameter json: The encoded file.
  /// - Returns: Its bytes.
  func withDecimalFactors(_ json: [UInt8]) -> [UInt8] {
    let text = String(decoding: json, as: UTF8.self)
    return Array(
      text.replacing(#/"(\w*factor)" : (\d+)(?=[,\n])/#) { "\"\($0.1)\" : \($0.2).0" }.utf8
    )
  }
}

/// `rope_scaling`, and `rope_parameters` with the base besides.
private struct RotaryParameters: Encodable {
  var ropeTheta: Double?
  var ropeType = "default"
  var factor: Double?
  var lowFrequency: Double?
  var highFrequency: Double?
  var originalContextLength: Int?

  enum CodingKeys: String, CodingKey {
    case ropeTheta = "rope_theta"
    case ropeType = "rope_type"
    case factor
    case lowFrequency = "low_freq_factor"
    case highFrequency = "high_freq_factor"
    case originalContextLength = "original_max_position_embeddings"
  }

  init(_ scaling: RopeScaling?) {
    switch scaling {
    case nil: return
    case .linear(let factor): (ropeType, self.factor) = ("linear", factor)
    case .llama3(let factor, let low, let high, let length):
      (ropeType, self.factor) = ("llama3", factor)
      (lowFrequency, highFrequency, originalContextLength) = (low, high, length)
    }
  }
}

/// `generation_config.json`.
struct HuggingFaceGeneration: Encodable {
  let beginningID: Int32?
  let endID: Int32?

  enum CodingKeys: String, CodingKey {
    case beginningID = "bos_token_id"
    case endID = "eos_token_id"
    case paddingID = "pad_token_id"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(beginningID, forKey: .beginningID)
    try container.encode(endID, forKey: .endID)
    try container.encode(endID, forKey: .paddingID)
  }
}
