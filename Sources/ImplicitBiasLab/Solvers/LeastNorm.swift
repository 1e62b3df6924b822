import LinearAlgebra
import LinearProgramming

/// Weights that claim to be the best, with what proves it.
package struct ProvenWeights: Hashable, Sendable {
  package let weights: [Double]
  package let certificate: Certificate
}

extension Regression {
  /// The weights of least Euclidean norm that fit, where gradient descent from 0 ends.
  ///
  /// - Throws: ``BiasError`` where no weights fit.
  package func leastL2Norm() throws(BiasError) -> ProvenWeights {
    let zero = [Double](repeating: 0, count: dimension)
    let minimizer = try PotentialMinimizer(EuclideanPotential(), self, from: zero)
    do {
      let minimum = try minimizer.minimum()
      return ProvenWeights(weights: minimum.weights, certificate: minimum.certificate)
    } catch {
      // One linear system, which has no solution only where samples contradict each other.
      throw .noFit
    }
  }

  /// The weights of least l1 norm that fit, by a linear programme.
  ///
  /// The gap is to `yᵀλ`, which no norm is below where `|Xᵀλ|∞ ≤ 1`.
  ///
  /// - Throws: ``BiasError`` where no weights fit, or ``LinearProgrammingError``.
  package func leastL1Norm() throws -> ProvenWeights {
    let columns = (0..<dimension).map(inputs.column)
    let programme = LinearProgramme(
      costs: [Double](repeating: 1, count: 2 * dimension),
      columns: columns + columns.map { $0.scaled(by: -1) },
      lower: targets,
      upper: targets
    )
    guard let solution = try programme.solution() else { throw BiasError.noFit }
    let numbers = solution.numbers
    let weights = (0..<dimension).map { numbers[$0] - numbers[dimension + $0] }
    let largest = inputs.transposedTimes(solution.multipliers).largest
    let bound = targets.dot(solution.multipliers) / max(1, largest)
    return ProvenWeights(
      weights: weights,
      certificate: Certificate(
        primal: relativeResidual(weights),
        dual: max(0, largest - 1),
        gap: max(0, 1 - bound / weights.l1Norm)
      )
    )
  }
}

extension [Double] {
  /// The largest absolute value.
  package var largest: Double { reduce(0) { Swift.max($0, abs($1)) } }
}
