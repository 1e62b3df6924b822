import CLAPACK

/// The Cholesky factor of a symmetric positive definite matrix, by LAPACK.
package struct Cholesky: Sendable {
  private let factor: Matrix

  /// Factors a matrix, of which the lower half is read; nil where it is not positive definite in double precision.
  ///
  /// - Parameter matrix: A symmetric matrix.
  package init?(_ matrix: Matrix) {
    precondition(matrix.rowCount == matrix.columnCount, "a Cholesky factor needs a square matrix")
    var elements = matrix.elements
    let size = CInt(matrix.rowCount)
    // SAFETY: LAPACK works on size * size numbers inside the call.
    guard
      espalier_dpotrf(CInt(espalier_row_major), CChar(UInt8(ascii: "L")), size, &elements, size)
        == 0
    else { return nil }
    factor = Matrix(
      rowCount: matrix.rowCount,
      columnCount: matrix.columnCount,
      elements: elements
    )
  }

  /// The solution of `A x = b`.
  package func solve(_ right: [Double]) -> [Double] {
    precondition(right.count == factor.rowCount, "the right side needs a number a row")
    return solve(Matrix(rowCount: right.count, columnCount: 1, elements: right)).elements
  }

  /// The solutions of `A X = B`.
  package func solve(_ right: Matrix) -> Matrix {
    precondition(right.rowCount == factor.rowCount, "the right side needs a row a row")
    var elements = right.elements
    let (size, count) = (CInt(factor.rowCount), CInt(right.columnCount))
    // SAFETY: as above; the right side has size * count numbers.
    let info = espalier_dpotrs(
      CInt(espalier_row_major),
      CChar(UInt8(ascii: "L")),
      size,
      count,
      factor.elements,
      size,
      &elements,
      count
    )
    precondition(info == 0, "LAPACK takes no such sizes")
    return Matrix(rowCount: right.rowCount, columnCount: right.columnCount, elements: elements)
  }
}

/// The eigenvalues and eigenvectors of a symmetric matrix, by LAPACK.
package struct SymmetricEigensystem: Sendable {
  /// The eigenvalues, the smallest first.
  package let values: [Double]
  /// The eigenvectors as columns, of length 1.
  package let vectors: Matrix

  /// Decomposes a matrix, of which the lower half is read.
  package init(_ matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rowCount == matrix.columnCount, "eigenvalues need a square matrix")
    let size = CInt(matrix.rowCount)
    var elements = matrix.elements
    var values = [Double](repeating: 0, count: matrix.rowCount)
    // SAFETY: LAPACK works on size * size and size numbers inside the call.
    let info = espalier_dsyevd(
      CInt(espalier_row_major),
      CChar(UInt8(ascii: "V")),
      CChar(UInt8(ascii: "L")),
      size,
      &elements,
      size,
      &values
    )
    guard info == 0 else { throw .notConverged("eigenvalues", size: matrix.rowCount) }
    self.values = values
    vectors = Matrix(
      rowCount: matrix.rowCount,
      columnCount: matrix.columnCount,
      elements: elements
    )
  }

  /// The matrix whose eigenvalues are what a function makes of these.
  package func matrix(_ function: (Double) -> Double = { $0 }) -> Matrix {
    vectors.gram(weights: values.map(function))
  }
}

/// What LAPACK may fail at.
package enum LinearAlgebraError: Error, Hashable, Sendable, CustomStringConvertible {
  /// An iteration came to no end, as with numbers that are not finite.
  case notConverged(String, size: Int)
  /// The libraries cannot be opened, for the system's reason.
  case noLibrary(String)

  package var description: String {
    switch self {
    case .notConverged(let what, let size):
      "\(what) of a matrix of \(size) rows: LAPACK's iteration did not converge; see that all its numbers are finite"
    case .noLibrary(let reason):
      "OpenBLAS and LAPACK cannot be opened: \(reason); install liblapacke and libopenblas0-pthread, as `make setup` does"
    }
  }
}
