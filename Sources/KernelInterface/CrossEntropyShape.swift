/// The sizes of a cross-entropy whose logits are a product with a projection.
public struct CrossEntropyShape: Hashable, Sendable {
  /// Tokens.
  public var tokens: Int
  /// The size of a hidden state.
  public var width: Int
  /// The number of classes.
  public var classes: Int
  /// Whether the projection lies as `[classes, width]`, as a tied embedding does, and not the other way.
  public var projectionIsTransposed: Bool

  /// Describes a cross-entropy.
  public init(tokens: Int, width: Int, classes: Int, projectionIsTransposed: Bool) {
    self.tokens = tokens
    self.width = width
    self.classes = classes
    self.projectionIsTransposed = projectionIsTransposed
  }
}
