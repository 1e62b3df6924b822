import CLAPACK

extension Matrix {
  /// The product of two matrices.
  package static func * (left: Matrix, right: Matrix) -> Matrix {
    precondition(left.columnCount == right.rowCount, "a product needs columns for rows")
    return product(left, .plain, right, .plain)
  }

  /// The product with a vector.
  package static func * (matrix: Matrix, vector: [Double]) -> [Double] {
    precondition(matrix.columnCount == vector.count, "a product needs a number a column")
    return product(matrix, .plain, vector, count: matrix.rowCount)
  }

  /// The product with a matrix transposed, `A Bᵀ`.
  package func timesTransposed(_ other: Matrix) -> Matrix {
    precondition(columnCount == other.columnCount, "the product needs equal columns")
    return Self.product(self, .plain, other, .transposed)
  }

  /// The transposed matrix's product with a vector, `Aᵀ v`.
  package func transposedTimes(_ vector: [Double]) -> [Double] {
    precondition(rowCount == vector.count, "the product needs a number a row")
    return Self.product(self, .transposed, vector, count: columnCount)
  }

  /// The transposed matrix's product with a matrix, `Aᵀ B`.
  package func transposedTimes(_ other: Matrix) -> Matrix {
    precondition(rowCount == other.rowCount, "the product needs equal rows")
    return Self.product(self, .transposed, other, .plain)
  }

  /// `A diag(weights) Aᵀ`, which is symmetric.
  package func gram(weights: [Double]) -> Matrix {
    scalingColumns(by: weights).timesTransposed(self)
  }

  /// `A diag(factors)`.
  package func scalingColumns(by factors: [Double]) -> Matrix {
    precondition(columnCount == factors.count, "there has to be a factor a column")
    var scaled = elements
    // SAFETY: a column's numbers lie a row apart, and the last one is inside.
    scaled.withUnsafeMutableBufferPointer { numbers in
      guard rowCount > 0, let first = numbers.baseAddress else { return }
      for (column, factor) in factors.enumerated() {
        espalier_dscal(CInt(rowCount), factor, first + column, CInt(columnCount))
      }
    }
    return Matrix(rowCount: rowCount, columnCount: columnCount, elements: scaled)
  }

  /// `diag(factors) A`.
  package func scalingRows(by factors: [Double]) -> Matrix {
    precondition(rowCount == factors.count, "there has to be a factor a row")
    var scaled = elements
    // SAFETY: a row's numbers lie next to each other, and the last one is inside.
    scaled.withUnsafeMutableBufferPointer { numbers in
      guard columnCount > 0, let first = numbers.baseAddress else { return }
      for (row, factor) in factors.enumerated() {
        espalier_dscal(CInt(columnCount), factor, first + row * columnCount, 1)
      }
    }
    return Matrix(rowCount: rowCount, columnCount: columnCount, elements: scaled)
  }

  /// `A Aᵀ`.
  package var gram: Matrix { timesTransposed(self) }

  package static func + (left: Matrix, right: Matrix) -> Matrix { left.plus(1, right) }
  package static func - (left: Matrix, right: Matrix) -> Matrix { left.plus(-1, right) }
  package static func * (factor: Double, matrix: Matrix) -> Matrix { matrix.map { factor * $0 } }

  private func plus(_ factor: Double, _ other: Matrix) -> Matrix {
    precondition(rowCount == other.rowCount && columnCount == other.columnCount)
    return Matrix(
      rowCount: rowCount,
      columnCount: columnCount,
      elements: elements.plus(factor, times: other.elements)
    )
  }

  /// How an operand is read.
  private enum Form {
    case plain
    case transposed

    var code: CInt {
      CInt(self == .plain ? espalier_plain : espalier_transposed)
    }
  }

  // SAFETY: BLAS reads and writes inside the closures that lend the memory, whose extents the callers have compared.

  private static func product(
    _ left: Matrix,
    _ leftForm: Form,
    _ right: Matrix,
    _ rightForm: Form
  ) -> Matrix {
    let isPlain = leftForm == .plain
    let (rows, depth) =
      isPlain ? (left.rowCount, left.columnCount) : (left.columnCount, left.rowCount)
    let columns = rightForm == .plain ? right.columnCount : right.rowCount
    var product = [Double](repeating: 0, count: rows * columns)
    guard !product.isEmpty, depth > 0 else {
      return Matrix(rowCount: rows, columnCount: columns, elements: product)
    }
    espalier_dgemm(
      CInt(espalier_row_major),
      leftForm.code,
      rightForm.code,
      CInt(rows),
      CInt(columns),
      CInt(depth),
      1,
      left.elements,
      CInt(left.columnCount),
      right.elements,
      CInt(right.columnCount),
      0,
      &product,
      CInt(columns)
    )
    return Matrix(rowCount: rows, columnCount: columns, elements: product)
  }

  private static func product(
    _ matrix: Matrix,
    _ form: Form,
    _ vector: [Double],
    count: Int
  ) -> [Double] {
    var product = [Double](repeating: 0, count: count)
    guard !matrix.elements.isEmpty else { return product }
    espalier_dgemv(
      CInt(espalier_row_major),
      form.code,
      CInt(matrix.rowCount),
      CInt(matrix.columnCount),
      1,
      matrix.elements,
      CInt(matrix.columnCount),
      vector,
      1,
      0,
      &product,
      1
    )
    return product
  }
}
