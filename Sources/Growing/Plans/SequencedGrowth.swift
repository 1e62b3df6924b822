/// One growth of a sequence: an operator on the layers, a growth in width, or both at once.
public struct SequencedGrowth: Sendable {
  /// The width that a growth leads to.
  public enum Width: Hashable, Sendable {
    /// The sizes that are named.
    case sizes(ModelSizes)
    /// All sizes of the finished model.
    case final
  }

  /// What is done to the layers; nil leaves them as they are.
  public let growthOperator: GrowthOperator?
  /// The width that is reached; nil leaves it as it is.
  public let width: Width?

  /// An operator on the layers.
  ///
  /// - Parameters:
  ///   - growthOperator: The operator.
  ///   - width: The width that the layers get at the same time.
  public init(_ growthOperator: GrowthOperator, width: Width? = nil) {
    self.growthOperator = growthOperator
    self.width = width
  }

  /// A growth in width alone.
  public init(width: Width) {
    growthOperator = nil
    self.width = width
  }

  init(_ growthOperator: GrowthOperator?, _ width: Width?) {
    self.growthOperator = growthOperator
    self.width = width
  }

  /// What the growth's step says about the width.
  func widening(_ settings: GrowthSettings) -> Widening? {
    switch width {
    case nil: nil
    case .sizes(let sizes): Widening(to: sizes, fill: settings.fill)
    case .final: Widening(to: settings.finalSizes ?? ModelSizes(), fill: settings.fill)
    }
  }
}

extension SequencedGrowth: CustomStringConvertible {
  /// The growth in a few words.
  public var description: String {
    let width: String? =
      switch width {
      case nil: nil
      case .final: "widen"
      case .sizes(let sizes): "\(sizes)"
      }
    return [growthOperator?.name, width].compactMap { $0 }.joined(separator: " with ")
  }
}
