import LanguageModels

/// `config.json` of a Llama, as versions 4 and 5 of `transformers` read it.
///
/// The base of the rotary embedding stands in both of its forms: version 4 reads `rope_theta`, version 5
/// `rope_parameters`, and each takes 10000 without a word where it does not find its own.
struct HuggingFaceConfiguration: Encodable {
  struct RotaryParameters: Encodable {
    let ropeTheta: Double
    let ropeType = "default"

    enum CodingKeys: String, CodingKey {
      case ropeTheta = "rope_theta"
      case ropeType = "rope_type"
    }
  }

  let model: LlamaConfiguration
  let elements: ExportedElements
  /// The token between documents, which is all that a document begins and ends with.
  let borderID: Int32?

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
    case layerCount = "num_hidden_layers"
    case keyValueHeadCount = "num_key_value_heads"
    case normEpsilon = "rms_norm_eps"
    case ropeParameters = "rope_parameters"
    case ropeScaling = "rope_scaling"
    case ropeTheta = "rope_theta"
    case tiesEmbedding = "tie_word_embeddings"
    case torchType = "torch_dtype"
    case usesCache = "use_cache"
    case vocabularySize = "vocab_size"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(["LlamaForCausalLM"], forKey: .architectures)
    try container.encode("llama", forKey: .modelType)
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
    try container.encodeNil(forKey: .ropeScaling)
    try container.encode(RotaryParameters(ropeTheta: model.ropeBase), forKey: .ropeParameters)
    try container.encode("silu", forKey: .activation)
    try container.encode(false, forKey: .attentionBias)
    try container.encode(false, forKey: .feedForwardBias)
    try container.encode(0.0, forKey: .attentionDropout)
    try container.encode(0.02, forKey: .initializerRange)
    try container.encode(true, forKey: .usesCache)
    try container.encode(borderID, forKey: .beginningID)
    try container.encode(borderID, forKey: .endID)
    try container.encode(elements.rawValue, forKey: .dtype)
    try container.encode(elements.rawValue, forKey: .torchType)
  }
}

/// `generation_config.json`.
struct HuggingFaceGeneration: Encodable {
  let borderID: Int32?

  enum CodingKeys: String, CodingKey {
    case borderID = "bos_token_id"
    case endID = "eos_token_id"
    case paddingID = "pad_token_id"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(borderID, forKey: .borderID)
    try container.encode(borderID, forKey: .endID)
    try container.encode(borderID, forKey: .paddingID)
  }
}
