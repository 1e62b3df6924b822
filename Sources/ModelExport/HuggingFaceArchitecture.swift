import LanguageModels

/// The architectures of `transformers` that a model here can be; the raw value is `model_type`.
package enum HuggingFaceArchitecture: String, Hashable, Sendable, CaseIterable {
  case llama
  /// Llama with a sliding window.
  case mistral
  /// Biases of queries, keys and values.
  case qwen2
  /// Norms of queries and keys.
  case qwen3

  /// The class of its language models.
  package var className: String {
    switch self {
    case .llama: "LlamaForCausalLM"
    case .mistral: "MistralForCausalLM"
    case .qwen2: "Qwen2ForCausalLM"
    case .qwen3: "Qwen3ForCausalLM"
    }
  }

  /// The architecture that has all that a model has.
  ///
  /// - Parameter configuration: The model.
  /// - Throws: ``ExportError/variant(what:format:)`` where none has.
  init(exporting configuration: LlamaConfiguration) throws(ExportError) {
    let hasWindow = configuration.slidingWindow != nil
    switch (configuration.queryKeyNorm, configuration.attentionBias) {
    case (.eachHead, nil), (.eachHead, .all): self = .qwen3
    case (nil, .inputs): self = .qwen2
    case (nil, nil): self = hasWindow ? .mistral : .llama
    case (nil, .all) where !hasWindow: self = .llama
    case (.eachHead, .inputs):
      throw .variant(
        what: "attentionBias inputs with queryKeyNorm each-head",
        format: .huggingFace
      )
    case (nil, .all):
      throw .variant(what: "attentionBias all with a slidingWindow", format: .huggingFace)
    }
  }
}
