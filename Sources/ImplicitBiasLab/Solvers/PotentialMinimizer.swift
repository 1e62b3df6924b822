import Foundation
import LinearAlgebra

/// Finds the weights that fit a regression with the least divergence from a start, by Newton's method on the dual.
///
/// They are `w = (∇ψ)⁻¹(∇ψ(w₀) + Xᵀν)` with `Xw = y`, which is a root in as many numbers ν as there are samples. Steps are
/// halved until the residual falls. Where that fails, the targets go from those of the start to y by small factors.
package struct PotentialMinimizer: Sendable {
  /// The weights, what proves them, and how they were found.
  package struct Minimum: Hashable, Sendable {
    package let weights: [Double]
    /// ν, a number a sample.
    package let multipliers: [Double]
    package let certificate: Certificate
    /// How many times a system of equations was solved.
    package let iterationCount: Int
  }

  package let potential: any Potential
  package let regression: Regression
  package let start: [Double]
  /// `∇ψ(w₀)`.
  fileprivate let startDual: [Double]

  /// A minimizer.
  ///
  /// - Parameters:
  ///   - potential: ψ.
  ///   - regression: What to fit.
  ///   - start: `w₀`, a number a dimension.
  /// - Throws: ``BiasError`` for a start outside the potential's domain.
  package init(
    _ potential: any Potential,
    _ regression: Regression,
    from start: [Double]
  ) throws(BiasError) {
    precondition(start.count == regression.dimension, "the start needs a number a dimension")
    try potential.check(start)
    (self.potential, self.regression, self.start) = (potential, regression, start)
    startDual = potential.gradient(start)
  }

  /// The residual over the targets' length at which an answer is taken.
  private static let tolerance = 1e-10
  /// The factors that lead from the start's targets to y, one by one, if a direct way fails.
  private static let pathLengths = [1, 40, 160]
  private static let firstShare = 1e-6

  /// Solves.
  ///
  /// - Parameter guess: Multipliers of a problem next to this one.
  /// - Returns: The minimum with its certificate.
  /// - Throws: ``BiasError`` if no way leads to it.
  package func minimum(guess: [Double]? = nil) throws(BiasError) -> Minimum {
    var solver = DualNewton(minimizer: self)
    for length in Self.pathLengths {
      solver.place(at: guess ?? firstGuess)
      for stage in 1...length {
        let share = pow(Self.firstShare, Double(length - stage) / Double(length))
        solver.approach(share: length == 1 ? 1 : share)
      }
      if solver.relativeResidual < Self.tolerance { return minimum(solver) }
    }
    throw .notConverged(
      solver: "Newton's method for the potential \(potential.name)",
      residual: solver.relativeResidual,
      hint: "take a larger scale or a start nearer to the fit"
    )
  }

  /// The certificate of any weights that claim to be the minimum.
  package func certificate(of weights: [Double]) -> Certificate {
    let moved = potential.gradient(weights).minus(startDual)
    // Numbers that are none make no system of equations; they are no minimum either.
    let nearest = (try? regression.inputs.transposed.leastSquares(moved)) ?? []
    let isSolved = nearest.count == regression.sampleCount && moved.allSatisfy(\.isFinite)
    return Certificate(
      primal: regression.relativeResidual(weights),
      dual: isSolved
        ? moved.minus(regression.inputs.transposedTimes(nearest)).norm / moved.norm : .nan
    )
  }

  /// No multipliers, or the Euclidean ones where the inverse map has no slope at the start.
  private var firstGuess: [Double] {
    let none = [Double](repeating: 0, count: regression.sampleCount)
    guard !potential.inverseSlope(startDual).isPositive else { return none }
    return Cholesky(regression.inputs.gram)?.solve(regression.targets) ?? none
  }

  private func minimum(_ solver: DualNewton) -> Minimum {
    Minimum(
      weights: solver.weights,
      multipliers: solver.multipliers,
      certificate: certificate(of: solver.weights),
      iterationCount: solver.iterationCount
    )
  }

  /// Where Newton's method stands.
  private struct DualNewton {
    let minimizer: PotentialMinimizer
    private(set) var multipliers: [Double] = []
    private(set) var weights: [Double] = []
    private(set) var iterationCount = 0

    private static let iterationLimit = 100
    private static let halvingLimit = 60

    init(minimizer: PotentialMinimizer) {
      self.minimizer = minimizer
    }

    private var regression: Regression { minimizer.regression }

    var relativeResidual: Double { regression.relativeResidual(weights) }

    mutating func place(at multipliers: [Double]) {
      self.multipliers = multipliers
      if let weights = minimizer.potential.inverse(dual(multipliers)) {
        self.weights = weights
      } else {
        // A guess outside the inverse map's domain is worth nothing.
        self.multipliers = [Double](repeating: 0, count: regression.sampleCount)
        weights = minimizer.start
      }
    }

    /// Solves for targets a share of the way from the start's to y, from where it stands.
    mutating func approach(share: Double) {
      let base = regression.inputs * minimizer.start
      let targets = base.plus(share, times: regression.targets.minus(base))
      for _ in 0..<Self.iterationLimit {
        guard step(towards: targets) else { return }
      }
    }

    private func dual(_ multipliers: [Double]) -> [Double] {
      minimizer.startDual.plus(regression.inputs.transposedTimes(multipliers))
    }

    /// One step; false when there is nothing to gain any more.
    private mutating func step(towards targets: [Double]) -> Bool {
      let residual = (regression.inputs * weights).minus(targets)
      let size = residual.norm
      guard size > 1e-15 * targets.norm,
        let direction = direction(against: residual)
      else { return false }
      iterationCount += 1
      var length = 1.0
      for _ in 0..<Self.halvingLimit {
        let next = multipliers.plus(-length, times: direction)
        if let weights = minimizer.potential.inverse(dual(next)),
          (regression.inputs * weights).minus(targets).norm < (1 - 1e-4 * length) * size
        {
          (multipliers, self.weights) = (next, weights)
          return true
        }
        length /= 2
      }
      return false
    }

    /// Newton's direction; a system that is singular in double precision gets a little of its trace.
    private func direction(against residual: [Double]) -> [Double]? {
      let slope = minimizer.potential.inverseSlope(dual(multipliers))
      let system = slope.seen(by: regression.inputs)
      guard system.elements.allSatisfy(\.isFinite) else { return nil }
      let share = system.trace / Double(system.rowCount)
      for ridge in [0, 1e-15, 1e-13, 1e-11] {
        let diagonal = [Double](repeating: ridge * share, count: system.rowCount)
        if let factor = Cholesky(system + Matrix(diagonal: diagonal)) {
          return factor.solve(residual)
        }
      }
      return nil
    }
  }
}
