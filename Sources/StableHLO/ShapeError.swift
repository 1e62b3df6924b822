import Arrays

/// Operands that an operation cannot take.
public struct ShapeError: Error, Hashable, CustomStringConvertible {
  /// The operation's name.
  public var operation: String
  /// What is wrong and what was expected.
  public var rule: String
  /// The operands' types.
  public var operands: [TensorType]

  /// Describes what an operation cannot take.
  public init(operation: String, rule: String, operands: [TensorType]) {
    self.operation = operation
    self.rule = rule
    self.operands = operands
  }

  /// One sentence, such as `dot: 256 is not 128; got float32[8, 256] and float32[128, 704]`.
  public var description: String {
    guard !operands.isEmpty else { return "\(operation): \(rule)" }
    return "\(operation): \(rule); got \(operands.map(\.description).joined(separator: " and "))"
  }
}
