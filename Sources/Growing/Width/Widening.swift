/// The width that a growth leads to, and how the new elements are filled.
///
/// What it does to a model follows from the model's sizes; this is what plans store and recipes say.
public struct Widening: Hashable, Sendable, Codable {
  /// The sizes that grow; those that are not named stay.
  public var sizes: ModelSizes
  /// How the new elements are filled.
  public var fill: WidthOperator

  /// States a growth in width.
  public init(to sizes: ModelSizes, fill: WidthOperator) {
    self.sizes = sizes
    self.fill = fill
  }
}

extension Widening: CustomStringConvertible {
  /// What grows and how, such as `width 256, headCount 8 by pad`.
  public var description: String { "\(sizes) by \(fill.rawValue)" }
}
