/// The sizes of a matrix product and how its operands lie in memory.
public struct MatrixProductShape: Hashable, Sendable {
  /// Rows of the left operand and of the result.
  public var rows: Int
  /// Columns of the right operand and of the result.
  public var columns: Int
  /// Columns of the left operand and rows of the right one, which are summed over.
  public var depth: Int
  /// Whether the left operand lies as `[depth, rows]`.
  public var leftIsTransposed: Bool
  /// Whether the right operand lies as `[columns, depth]`.
  public var rightIsTransposed: Bool

  /// Describes a product.
  public init(
    rows: Int,
    columns: Int,
    depth: Int,
    leftIsTransposed: Bool = false,
    rightIsTransposed: Bool = false
  ) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.leftIsTransposed = leftIsTransposed
    self.rightIsTransposed = rightIsTransposed
  }
}
