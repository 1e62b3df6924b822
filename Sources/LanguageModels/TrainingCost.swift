/// How many floating-point operations training takes, by formula.
///
/// Counted are the matrix products, two operations a multiplication and addition; the backward pass
/// takes twice the forward pass (Kaplan et al. 2020, section 2.1). Of the attention scores those that
/// are visible count.
public struct TrainingCost: Hashable, Sendable {
  /// Operations a token of one layer, forward and backward.
  public let perTokenAndLayer: Double
  /// Operations a token of the output projection, forward and backward.
  public let perTokenOfHead: Double

  /// The cost of a model at its own context length.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - meanVisibleCount: How many tokens a token sees on average, itself included; nil where it sees
  ///     those before it.
  public init(_ configuration: LlamaConfiguration, meanVisibleCount: Double? = nil) {
    let width = Double(configuration.width)
    let queryWidth = Double(configuration.headCount * configuration.headSize)
    let keyValueWidth = Double(configuration.keyValueHeadCount * configuration.headSize)
    let weights =
      2 * width * queryWidth + 2 * width * keyValueWidth
      + 3 * width * Double(configuration.feedForwardWidth)
    let visible = meanVisibleCount ?? Self.meanVisibleCount(configuration)
    // Scores and mixing: two products with the visible keys.
    let attention = queryWidth * 2 * visible
    perTokenAndLayer = 6 * (weights + attention)
    perTokenOfHead = 6 * width * Double(configuration.vocabularySize)
  }

  /// How many tokens a token sees on average that sees those before it, within its window.
  private static func meanVisibleCount(_ configuration: LlamaConfiguration) -> Double {
    let length = Double(configuration.contextLength)
    let window = min(length, Double(configuration.slidingWindow ?? configuration.contextLength))
    return window == length ? (length + 1) / 2 : window * (length - (window - 1) / 2) / length
  }

  /// Operations of training on some tokens at a depth.
  public func operations(tokens: Int, layers: Int) -> Double {
    Double(tokens) * (perTokenOfHead + Double(layers) * perTokenAndLayer)
  }
}
