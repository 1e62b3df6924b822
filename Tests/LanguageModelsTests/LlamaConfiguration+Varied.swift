import LanguageModels

extension LlamaConfiguration {
  /// Takes every variant of attention at once.
  mutating func vary(window: Int = 5) {
    attentionBias = .all
    queryKeyNorm = .eachHead
    ropeScaling = .llama3(
      factor: 4,
      lowFrequency: 1,
      highFrequency: 4,
      originalContextLength: 8
    )
    slidingWindow = window
  }
}
