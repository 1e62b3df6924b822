import LinearAlgebra
import Randomness

/// Mirror descent on the squares of a regression's residuals.
///
/// It moves the duals `∇ψ(w)` by multiples of samples, whatever the steps, their order or their momentum; so wherever it
/// ends with a fit, that is the fit of the least divergence from the start.
package struct MirrorDescent: Sendable {
  /// Which samples a step sees.
  package enum Order: Hashable, Sendable {
    /// All of them.
    case all
    /// All of them, and a share of the last step is made again.
    case momentum(Double)
    /// One at a time, drawn from a seed.
    case single(seed: UInt64)
  }

  /// Where it ended.
  package struct Outcome: Hashable, Sendable {
    package let weights: [Double]
    /// How often all samples were seen.
    package let passCount: Int
    /// `|Xw - y| / |y|`.
    package let residual: Double
  }

  package let potential: any Potential
  package let regression: Regression
  package let start: [Double]
  /// The squared length of each feature's column.
  private let featureSquares: [Double]

  /// - Throws: ``BiasError`` for a start outside the potential's domain.
  package init(
    _ potential: any Potential,
    _ regression: Regression,
    from start: [Double]
  ) throws(BiasError) {
    precondition(start.count == regression.dimension, "the start needs a number a dimension")
    try potential.check(start)
    (self.potential, self.regression, self.start) = (potential, regression, start)
    featureSquares = regression.inputs.transposed.squaredRowNorms
  }

  /// Descends until the targets are met.
  ///
  /// - Parameters:
  ///   - step: The step over the largest that is surely stable, which is found anew in each pass; below 2.
  ///   - order: Which samples a step sees.
  ///   - tolerance: The residual over the targets' length at which it stops.
  ///   - passLimit: How many passes it may take.
  ///   - observe: Called with the weights before each pass.
  /// - Returns: Where it ended.
  /// - Throws: ``BiasError`` if it has not met the targets by then.
  package func descend(
    step: Double,
    order: Order = .all,
    tolerance: Double = 1e-10,
    passLimit: Int = 200_000,
    observe: ([Double]) -> Void = { _ in }
  ) throws(BiasError) -> Outcome {
    var state = State(
      weights: start,
      dual: potential.gradient(start),
      lastStep: [Double](repeating: 0, count: start.count)
    )
    for pass in 0..<passLimit {
      observe(state.weights)
      let residual = regression.relativeResidual(state.weights)
      if residual < tolerance {
        return Outcome(weights: state.weights, passCount: pass, residual: residual)
      }
      guard residual.isFinite else { break }
      switch order {
      case .all: takeStep(step, momentum: 0, &state)
      case .momentum(let share): takeStep(step, momentum: share, &state)
      case .single(let seed): takePass(step, RandomStream(seed: seed).indexed(UInt64(pass)), &state)
      }
    }
    throw .notConverged(
      solver: "mirror descent with the potential \(potential.name)",
      residual: regression.relativeResidual(state.weights),
      hint: "take another step, or a start nearer to the fit"
    )
  }

  private struct State {
    var weights: [Double]
    var dual: [Double]
    var lastStep: [Double]
  }

  private static let halvingLimit = 60

  private func takeStep(_ step: Double, momentum: Double, _ state: inout State) {
    let gradient = regression.inputs.transposedTimes(regression.residual(state.weights))
    // The trace bounds the largest curvature, and is quicker to find.
    let size = step / trace(at: state.dual, featureSquares)
    let move = state.lastStep.scaled(by: momentum).plus(-size, times: gradient)
    take(move, &state)
  }

  private func takePass(_ step: Double, _ stream: RandomStream, _ state: inout State) {
    for draw in 0..<regression.sampleCount {
      let sample = stream.wholeNumber(below: regression.sampleCount, at: UInt64(draw))
      let row = regression.inputs.row(sample)
      let residual = row.dot(state.weights) - regression.targets[sample]
      let size = step / trace(at: state.dual, row.map { $0 * $0 })
      take(row.scaled(by: -size * residual), &state)
    }
  }

  /// Moves the duals, by less where the whole way leads out of the inverse map's domain.
  private func take(_ move: [Double], _ state: inout State) {
    var share = 1.0
    for _ in 0..<Self.halvingLimit {
      let dual = state.dual.plus(share, times: move)
      if let weights = potential.inverse(dual) {
        state = State(weights: weights, dual: dual, lastStep: move.scaled(by: share))
        return
      }
      share /= 2
    }
  }

  /// The sum of the curvatures that the samples see, `Σ gᵢ' |xᵢ|²`.
  private func trace(at dual: [Double], _ squares: [Double]) -> Double {
    let trace = potential.inverseSlope(dual).diagonal.dot(squares)
    // At the corner of a p-norm there is no slope; the first step's size only decides how soon it is left.
    return trace.isFinite && trace > 0 ? trace : squares.reduce(0, +)
  }
}

extension Matrix {
  /// The squared length of each row.
  fileprivate var squaredRowNorms: [Double] {
    (0..<rowCount).map {
      let row = row($0)
      return row.dot(row)
    }
  }
}
