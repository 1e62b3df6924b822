/// The sizes of a matrix whose elements are held in 8 bits, in blocks of one scale.
///
/// The codes lie as `[columns, paddedDepth]`, whole numbers of 8 bits in two's complement, and the scales as
/// `[columns, blockCount]`; an element is its code times its block's scale.
public struct QuantizedMatrixShape: Hashable, Sendable {
  /// Columns of the matrix, and of a product with it.
  public var columns: Int
  /// Rows of the matrix, which a product sums over.
  public var depth: Int

  /// Elements along the depth that share a scale; as in llama.cpp's Q8_0.
  public static let blockSize = 32

  /// Describes a matrix.
  public init(columns: Int, depth: Int) {
    self.columns = columns
    self.depth = depth
  }

  /// The blocks of a column.
  public var blockCount: Int { (depth + Self.blockSize - 1) / Self.blockSize }
  /// The codes of a column; those beyond the depth are zero.
  public var paddedDepth: Int { blockCount * Self.blockSize }
}
