import LinearAlgebra
import Randomness

/// Linear measurements of a symmetric matrix: `yᵢ = ⟨Aᵢ, W⟩`.
package struct MatrixSensing: Hashable, Sendable {
  /// N, the matrix's rows.
  package let size: Int
  /// A measurement a row, its N x N numbers row after row.
  package let measurements: Matrix
  package let targets: [Double]
  /// What was measured.
  package let truth: Matrix

  /// Measurements of a matrix of low rank and trace 1.
  ///
  /// - Parameters:
  ///   - size: N.
  ///   - rank: The truth's rank.
  ///   - count: How many measurements.
  ///   - isDiagonal: Whether measurements are diagonal matrices, so that they commute.
  ///   - seed: Decides everything.
  package init(size: Int, rank: Int, count: Int, isDiagonal: Bool = false, seed: UInt64) {
    let stream = RandomStream(seed: seed).named("matrix sensing")
    let rows = (0..<count).map { measurement -> [Double] in
      let numbers = Matrix(
        rowCount: size,
        columnCount: size,
        elements: stream.named("measurements").indexed(UInt64(measurement))
          .normals(count: size * size)
      )
      guard isDiagonal else { return (0.5 * (numbers + numbers.transposed)).elements }
      return Matrix(diagonal: (0..<size).map { numbers[$0, $0] }).elements
    }
    let factor = Matrix(
      rowCount: size,
      columnCount: rank,
      elements: stream.named("truth").normals(count: size * rank)
    )
    let gram = factor.gram
    let truth =
      isDiagonal
      ? Matrix(diagonal: (0..<size).map { $0 < rank ? 1 / Double(rank) : 0 })
      : (1 / gram.trace) * gram
    (self.size, self.truth, measurements) = (size, truth, Matrix(rows: rows))
    targets = Matrix(rows: rows) * truth.elements
  }

  /// A matrix of the numbers that measurements see.
  func matrix(_ elements: [Double]) -> Matrix {
    Matrix(rowCount: size, columnCount: size, elements: elements)
  }

  /// `|A(W) - y| / |y|`.
  package func relativeResidual(_ matrix: Matrix) -> Double {
    (measurements * matrix.elements).minus(targets).norm / targets.norm
  }
}
