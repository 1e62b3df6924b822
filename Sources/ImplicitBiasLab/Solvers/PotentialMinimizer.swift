import Foundation
import LinearAlgebra

/// Finds the weights that fit a regression with the least divergence from a start, by Newton's method on the dual.
///
/// They are `w = (∇ψ)⁻¹(∇ψ(w₀) + Xᵀν)` with `Xw = y`, which is a root in as many numbers ν as there are samples. Steps are
/// halved until the residual falls. Where that fails, the targets go from those of the start to y in stages.
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

  /// Solves.
  ///
  /// - Parameter guess: Multipliers of a problem next to this one.
  /// - Returns: The minimum with its certificate.
  /// - Throws: ``BiasError`` if no way leads to it.
  package func minimum(guess: [Double]? = nil) throws(BiasError) -> Minimum {
    var solver = DualNewton(minimizer: self)
    solver.place(at: guess ?? firstGuess)
    // A few steps, for a start next to the answer or a potential next to quadratic.
    solver.approach(share: 1, stepLimit: 10)
    if solver.relativeResidual > Self.tolerance {
      solver.place(at: firstGuess)
      solver.follow()
    }
    guard solver.relativeResidual < Self.tolerance else {
      throw .notConverged(
        solver: "Newton's method for the potential \(potential.name)",
        residual: solver.relativeResidual,
        hint: "take a larger scale or a start nearer to the fit"
      )
    }
    let found = minimum(solver)
    solver.polish()
    let polished = minimum(solver)
    return polished.certificate.worst < found.certificate.worst ? polished : found
  }

  private func minimum(_ solver: DualNewton) -> Minimum {
    Minimum(
      weights: solver.weights,
      multipliers: solver.multipliers,
      certificate: certificate(of: solver.weights, multipliers: solver.multipliers),
      iterationCount: solver.iterationCount
    )
  }

  /// The certificate of any weights that claim to be the minimum.
  package func certificate(of weights: [Double]) -> Certificate {
    let moved = potential.gradient(weights).minus(startDual)
    // Numbers that are none make no system of equations; they are no minimum either.
    let nearest = (try? regression.inputs.transposed.leastSquares(moved)) ?? []
    let isSolved = nearest.count == regression.sampleCount && moved.allSatisfy(\.isFinite)
    guard isSolved else {
      return Certificate(primal: regression.relativeResidual(weights), dual: .nan)
    }
    return certificate(of: weights, multipliers: nearest)
  }

  /// The certificate of weights by given multipliers, which need not be the nearest.
  private func certificate(of weights: [Double], multipliers: [Double]) -> Certificate {
    let moved = potential.gradient(weights).minus(startDual)
    return Certificate(
      primal: regression.relativeResidual(weights),
      dual: moved.minus(regression.inputs.transposedTimes(multipliers)).norm / moved.norm
    )
  }

  /// No multipliers, or the Euclidean ones where the inverse map has no slope at the start.
  private var firstGuess: [Double] {
    let none = [Double](repeating: 0, count: regression.sampleCount)
    guard !potential.inverseSlope(startDual).isPositive else { return none }
    return Cholesky(regression.inputs.gram)?.solve(regression.targets) ?? none
  }

  /// Where Newton's method stands.
  private struct DualNewton {
    let minimizer: PotentialMinimizer
    private(set) var multipliers: [Double] = []
    private(set) var weights: [Double] = []
    private(set) var iterationCount = 0

    private static let halvingLimit = 60
    /// The first share that is tried; where it is too far off, smaller ones.
    private static let firstShare = 1e-2
    private static let leastShare = 1e-60
    /// The shortest stage, in the share's logarithm.
    private static let shortestStage = 1e-3

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
    ///
    /// - Returns: Whether it got there.
    @discardableResult mutating func approach(share: Double, stepLimit: Int) -> Bool {
      let targets = self.targets(share: share)
      for _ in 0..<stepLimit {
        guard step(towards: targets) else { break }
      }
      let residual = (regression.inputs * weights).minus(targets).norm
      return residual < PotentialMinimizer.tolerance * targets.norm
    }

    /// Goes from the start's targets to y by stages as long as Newton's method bears them.
    ///
    /// For potentials next to the l1 norm multipliers grow as the logarithm of the share, so each stage begins on the
    /// tangent in that logarithm.
    mutating func follow() {
      var share = Self.firstShare
      while !approach(share: share, stepLimit: 30) {
        share *= 1e-3
        guard share > Self.leastShare else { return }
        place(at: minimizer.firstGuess)
      }
      var length = log(100.0)
      while share < 1, length > Self.shortestStage {
        let next = min(1, share * exp(length))
        var trial = self
        trial.move(to: next, from: share)
        if trial.approach(share: next, stepLimit: 12) {
          self = trial
          (share, length) = (next, 2 * length)
        } else {
          iterationCount = trial.iterationCount
          length /= 2
        }
      }
    }

    /// Takes out what rounding of multipliers left of the residual, by the shortest move in the metric of the potential.
    mutating func polish() {
      guard let direction = direction(against: regression.residual(weights)) else { return }
      let slope = minimizer.potential.inverseSlope(dual(multipliers))
      weights = weights.minus(slope.times(regression.inputs.transposedTimes(direction)))
      multipliers = multipliers.minus(direction)
    }

    private func targets(share: Double) -> [Double] {
      let base = regression.inputs * minimizer.start
      return base.plus(share, times: regression.targets.minus(base))
    }

    /// Moves along the tangent of the way, unless that leaves the potential's domain.
    private mutating func move(to next: Double, from share: Double) {
      let change = targets(share: share).minus(targets(share: 0)).scaled(by: -1)
      guard let direction = direction(against: change) else { return }
      iterationCount += 1
      let moved = multipliers.plus(-log(next / share), times: direction)
      if let weights = minimizer.potential.inverse(dual(moved)) {
        (multipliers, self.weights) = (moved, weights)
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
