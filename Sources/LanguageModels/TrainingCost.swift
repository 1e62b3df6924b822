/// How many floating-point operations training takes, by formula.
///
/// Counted are the matrix products, two operations a multiplication and addition; the backward pass
/// takes twice the forward pass (Kaplan et al. 2020, section 2.1). Of the attention scores the half
/// that is visible counts.
public struct TrainingCost: Hashable, Sendable {
  /// Operations a token of one layer, forward and backward.
  public let perTokenAndLayer: Double
  /// Operations a token of the output projection, forward and backward.
  public let perTokenOfHead: Double

  /// The cost of a model at its own context length.
  public init(_ configuration: LlamaConfiguration) {
    let width = Double(configuration.width)
    let queryWidth = Double(configuration.headCount * configuration.headSize)
    let keyValueWidth = Double(configuration.keyValueHeadCount * configuration.headSize)
    let weights =
      2 * width * queryWidth + 2 * width * keyValueWidth
      + 3 * width * Double(configuration.feedForwardWidth)
    // Scores and mixing: two products with, on average, (T + 1) / 2 visible keys.
    let attention = queryWidth * Double(configuration.contextLength + 1)
    perTokenAndLayer = 6 * (weights + attention)
    perTokenOfHead = 6 * width * Double(configuration.vocabularySize)
  }

  /// Operations of training on some tokens at a depth.
  public func operations(tokens: Int, layers: Int) -> Double {
    Double(tokens) * (perTokenOfHead + Double(layers) * perTokenAndLayer)
  }

  /// The share of the cost that does not depend on depth, in a model of the given depth.
  public func embeddingShare(layers: Int) -> Double {
    perTokenOfHead / (perTokenOfHead + Double(layers) * perTokenAndLayer)
  }
}
