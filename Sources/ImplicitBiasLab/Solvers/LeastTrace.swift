import LinearAlgebra

/// The positive semidefinite matrix of the least trace that meets measurements, by the alternating direction method of
/// multipliers.
///
/// One half of a step meets the measurements, the other makes the matrix positive; what each undoes of the other becomes the
/// dual (Boyd, Parikh, Chu, Peleato and Eckstein 2011).
package struct LeastTrace: Sendable {
  /// The matrix and what proves it.
  package struct Minimum: Hashable, Sendable {
    package let matrix: Matrix
    package let certificate: Certificate
    package let iterationCount: Int
  }

  private let sensing: MatrixSensing
  private let gram: Cholesky

  private static let penalty = 10.0
  private static let iterationLimit = 20_000
  private static let tolerance = 1e-11

  /// - Throws: ``BiasError`` for measurements that repeat each other.
  package init(_ sensing: MatrixSensing) throws(BiasError) {
    guard let gram = Cholesky(sensing.measurements.gram) else {
      throw .sizeOutOfRange(
        name: "measurements",
        found: "\(sensing.targets.count)",
        rule:
          "fewer than \(sensing.size * (sensing.size + 1) / 2 + 1) that do not repeat each other"
      )
    }
    (self.sensing, self.gram) = (sensing, gram)
  }

  /// Solves.
  ///
  /// - Returns: The minimum with its certificate.
  /// - Throws: ``BiasError`` if it is not found, ``LinearAlgebraError``.
  package func minimum() throws -> Minimum {
    let identity = Matrix(diagonal: [Double](repeating: 1, count: sensing.size))
    var positive = Matrix(zeros: sensing.size, sensing.size)
    // What making positive took away so far: -1/penalty times the dual matrix.
    var removed = positive
    for iteration in 1...Self.iterationLimit {
      let fitting = fitted(positive - removed - (1 / Self.penalty) * identity)
      let sum = fitting + removed
      let next = try SymmetricEigensystem(sum).matrix { max($0, 0) }
      removed = sum - next
      let change = (next - positive).frobeniusNorm + (next - fitting).frobeniusNorm
      positive = next
      guard change > Self.tolerance * next.frobeniusNorm else {
        return Minimum(
          matrix: positive,
          certificate: try certificate(of: positive, dual: identity + Self.penalty * removed),
          iterationCount: iteration
        )
      }
    }
    throw BiasError.notConverged(
      solver: "the alternating direction method for the least trace",
      residual: sensing.relativeResidual(positive),
      hint: "take other measurements"
    )
  }

  /// The nearest matrix that meets the measurements.
  private func fitted(_ matrix: Matrix) -> Matrix {
    let residual = (sensing.measurements * matrix.elements).minus(sensing.targets)
    let correction = sensing.measurements.transposedTimes(gram.solve(residual))
    return sensing.matrix(matrix.elements.minus(correction))
  }

  /// Any multipliers ν with `Σ νᵢAᵢ ≤ I` prove that no trace is below `⟨ν, y⟩`; `dual` is what `Σ νᵢAᵢ` is nearly.
  private func certificate(of matrix: Matrix, dual: Matrix) throws -> Certificate {
    let multipliers = gram.solve(sensing.measurements * dual.elements)
    let sum = sensing.matrix(sensing.measurements.transposedTimes(multipliers))
    let largest = try SymmetricEigensystem(sum).values.last ?? 0
    let bound = multipliers.dot(sensing.targets) / max(1, largest)
    return Certificate(
      primal: sensing.relativeResidual(matrix),
      dual: (sum - dual).frobeniusNorm / dual.frobeniusNorm,
      gap: abs(matrix.trace - bound) / matrix.trace
    )
  }
}
