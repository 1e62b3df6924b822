import CLAPACK

extension Matrix {
  /// The shortest of the vectors that come nearest to solving `A x = b`, by singular values.
  ///
  /// - Parameter right: A number a row.
  /// - Returns: The solution, a number a column.
  /// - Throws: ``LinearAlgebraError`` for numbers that are not finite.
  package func leastSquares(_ right: [Double]) throws(LinearAlgebraError) -> [Double] {
    precondition(right.count == rowCount, "the right side needs a number a row")
    let (rows, columns) = (CInt(rowCount), CInt(columnCount))
    var matrix = elements
    var solution = right + [Double](repeating: 0, count: max(0, columnCount - rowCount))
    var values = [Double](repeating: 0, count: min(rowCount, columnCount))
    var rank: CInt = 0
    // SAFETY: LAPACK works inside the call on arrays of the sizes that it is told; the right side has room for both.
    let info = espalier_dgelsd(
      CInt(espalier_row_major),
      rows,
      columns,
      1,
      &matrix,
      columns,
      &solution,
      1,
      &values,
      -1,
      &rank
    )
    guard info == 0 else { throw .notConverged("singular values", size: rowCount) }
    return Array(solution.prefix(columnCount))
  }

  /// The singular values, the largest first.
  package func singularValues() throws(LinearAlgebraError) -> [Double] {
    var matrix = elements
    var values = [Double](repeating: 0, count: min(rowCount, columnCount))
    var nothing = [0.0]
    var noneEither = [0.0]
    // SAFETY: LAPACK works inside the call; without vectors it touches the last two arrays not at all.
    let info = espalier_dgesdd(
      CInt(espalier_row_major),
      CChar(UInt8(ascii: "N")),
      CInt(rowCount),
      CInt(columnCount),
      &matrix,
      CInt(columnCount),
      &values,
      &nothing,
      CInt(max(rowCount, 1)),
      &noneEither,
      CInt(max(columnCount, 1))
    )
    guard info == 0 else { throw .notConverged("singular values", size: rowCount) }
    return values
  }
}
