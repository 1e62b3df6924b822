import LanguageModels

extension LlamaParameter {
  /// What `transformers` calls a tensor.
  ///
  /// - Parameter layer: The layer that it belongs to; nil for what belongs to none.
  /// - Returns: Such as `model.layers.3.self_attn.q_proj.weight`.
  package func huggingFaceName(layer: Int?) -> String {
    (layer.map { "model.layers.\($0)." } ?? "") + huggingFaceName
  }

  private var huggingFaceName: String {
    switch self {
    case .embedding: "model.embed_tokens.weight"
    case .attentionNorm: "input_layernorm.weight"
    case .query: "self_attn.q_proj.weight"
    case .key: "self_attn.k_proj.weight"
    case .value: "self_attn.v_proj.weight"
    case .queryBias: "self_attn.q_proj.bias"
    case .keyBias: "self_attn.k_proj.bias"
    case .valueBias: "self_attn.v_proj.bias"
    case .queryNorm: "self_attn.q_norm.weight"
    case .keyNorm: "self_attn.k_norm.weight"
    case .output: "self_attn.o_proj.weight"
    case .outputBias: "self_attn.o_proj.bias"
    case .feedForwardNorm: "post_attention_layernorm.weight"
    case .gate: "mlp.gate_proj.weight"
    case .up: "mlp.up_proj.weight"
    case .down: "mlp.down_proj.weight"
    case .finalNorm: "model.norm.weight"
    case .head: "lm_head.weight"
    case .outputGates: preconditionFailure("a gated model is refused before it is written")
    }
  }

  /// Whether the tensor is a matrix that is `[out, in]` there and `[in, out]` here.
  ///
  /// The embedding is looked up row by row, which is `[out, in]` in both.
  package func isTransposed(rank: Int) -> Bool { rank == 2 && self != .embedding }
}

extension PortableWeights.Entry {
  /// What `transformers` calls the tensor.
  var huggingFaceName: String { parameter.huggingFaceName(layer: place) }
}
