import Arrays
import Foundation
import LinearAlgebra
import PJRT
import Tensors

// P separations of one size, T scales, C levels of the loss, N samples, D dimensions

/// Gradient flow of diagonal networks on an exponential loss, followed down to losses such as 1e-300.
///
/// Weights are `w = g(Xᵀν)` where `ν'` is a sample's part of the loss. In a time that runs with the loss, `dτ = L dt`, `ν'`
/// is the softmax of the negative margins, in which only differences of margins enter: a loss that is no number in double
/// precision costs nothing, and its logarithm is what is kept.
package struct MarginFlow: Sendable {
  /// What is summed over samples, of a margin m.
  package enum Loss: String, CaseIterable, Sendable {
    /// `e^(-m)`.
    case exponential
    /// `ln(1 + e^(-m))`.
    case logistic
  }

  /// Where a network stands when its loss reaches a level.
  package struct Point: Hashable, Sendable {
    package let weights: [Double]
    /// ν, a number from 0 up for each sample.
    package let multipliers: [Double]
  }

  let engine: Engine
  /// The layers: 1 is the linear model itself.
  package let depth: Int
  /// α of each trial; of no meaning for one layer.
  package let scales: [Double]
  package var loss = Loss.exponential
  /// How fine steps are, at most 1; four times as fine ones change ratios of margins by less than 0.001.
  package var share = 0.5
  package var stepLimit = 400_000

  /// A flow.
  ///
  /// - Throws: ``BiasError`` for a depth below 1, or scales at which double precision fails.
  package init(engine: Engine, depth: Int, scales: [Double]) throws(BiasError) {
    if depth != 1 {
      for scale in scales { _ = try DiagonalPotential(depth: depth, scale: scale) }
    }
    (self.engine, self.depth, self.scales) = (engine, depth, scales)
  }

  /// Follows all trials at once.
  ///
  /// - Parameters:
  ///   - separations: P sets of samples.
  ///   - levels: Natural logarithms of losses, falling.
  /// - Returns: Where each trial stands at each level, `[P][T][C]`; nil for a level that was not reached.
  /// - Throws: ``BiasError`` or `PJRTError`.
  package func points(
    _ separations: [Separation],
    levels: [Double]
  ) throws -> [[[Point?]]] {
    let (count, dimension) = (separations[0].rows.rowCount, separations[0].rows.columnCount)
    let arguments = [
      HostArray(
        separations.flatMap(\.rows.elements),
        shape: [separations.count, count, dimension]
      ),
      HostArray(levels, shape: [1, 1, levels.count, 1]),
      HostArray(scalar: share), HostArray(scalar: Double(stepLimit)),
    ]
    let program = try engine.program("margin_flow", parameters: arguments.map(\.type)) { inputs in
      let end = flow(inputs[0], levels: inputs[1], share: inputs[2], limit: inputs[3])
      return [end[3], end[2]]
    }
    let results = try program(arguments)
    let numbers = DiagonalOutcome.vectors(results[0])
    let losses: [Double] = results[1].values()
    return try separations.indices.map { problem in
      try scales.indices.map { trial in
        let run = problem * scales.count + trial
        return try levels.indices.map { level in
          guard losses[run] <= levels[level] else { return nil }
          return try point(
            numbers[run * levels.count + level],
            separations[problem],
            scale: scales[trial]
          )
        }
      }
    }
  }

  private func point(
    _ multipliers: [Double],
    _ separation: Separation,
    scale: Double
  ) throws(BiasError) -> Point {
    let dual = separation.rows.transposedTimes(multipliers)
    guard depth > 1 else { return Point(weights: dual, multipliers: multipliers) }
    let potential = try DiagonalPotential(depth: depth, scale: scale)
    guard let weights = potential.inverse(dual) else {
      throw .scaleTooSmall(
        depth: depth,
        found: scale,
        least: DiagonalPotential.leastScale(depth: depth)
      )
    }
    return Point(weights: weights, multipliers: multipliers)
  }

  /// The loop: ν now and a step before, ln L a step before, ν at the levels `[P, T, C, N]`, and the count of steps.
  private func flow(_ rows: Tensor, levels: Tensor, share: Tensor, limit: Tensor) -> [Tensor] {
    let shape = [rows.shape[0], scales.count]
    let (count, levelCount) = (rows.shape[1], levels.shape[2])
    func zeros(_ extents: [Int]) -> Tensor { .zeros(TensorType(.float64, Shape(shape + extents))) }
    let last = levels.minimum()
    let sizes = rows.absoluteValue()
    let columnSums = sizes.sum(axes: [1], keepingAxes: true)
    return whileLoop(
      initial: [
        zeros([count]), zeros([count]), zeros([1]) + 1e3, zeros([levelCount, count]),
        Tensor(0, .float64),
      ]
    ) { state in
      (state[2].maximum() .> last) .& (state[4] .< limit)
    } body: { state in
      let (now, before, lossBefore) = (state[0], state[1], state[2])
      let dual = now.dot(rows, summing: 2, with: 1)
      let (weights, slope, room) = mapped(dual)
      let margins = weights.dot(rows, summing: 2, with: 2)
      let (logLoss, softmax) = losses(margins)
      // What was passed on the last step is known in between.
      let (high, low) = (lossBefore.insertingAxis(at: 3), logLoss.insertingAxis(at: 3))
      let isPassed = (high .> levels) .& (low .<= levels)
      let part = (high - levels) / (high - low)
      let between = before.insertingAxis(at: 2) + part * (now - before).insertingAxis(at: 2)
      let kept = Tensor.select(isPassed, between, otherwise: state[3])
      let direction = softmax.dot(rows, summing: 2, with: 1)
      let stiffness = (slope * columnSums).dot(sizes, summing: 2, with: 2)
        .maximum(axes: [2], keepingAxes: true)
      // However flat the map is now, no part may leave the reach of its slope.
      let reach = (direction.absoluteValue() / room).maximum(axes: [2], keepingAxes: true)
      let isOpen = (logLoss .> last).converted(to: .float64)
      let step = isOpen * share * (1 / stiffness).minimum(0.1 / reach)
      return [now + step * softmax, now, logLoss, kept, state[4] + 1]
    }
  }

  /// The weights of a dual, the map's slope, and how far parts may move before the slope is another one.
  private func mapped(_ dual: Tensor) -> (weights: Tensor, slope: Tensor, room: Tensor) {
    let one = Tensor(1, .float64)
    guard depth > 1 else {
      return (dual, Tensor.ones(dual.type), Tensor(Double.infinity, .float64))
    }
    let units = Tensor(
      HostArray(scales.map { pow($0, Double(depth)) }, shape: [1, scales.count, 1])
    )
    if depth == 2 {
      let weights = dual.exponentialMinusOne() - (-dual).exponentialMinusOne()
      return (units * weights, units * (dual.exponential() + (-dual).exponential()), one)
    }
    let power = -Double(depth) / Double(depth - 2)
    let (up, down) = ((-dual).logarithmOfOnePlus() * power, dual.logarithmOfOnePlus() * power)
    let slope = (up.exponential() / (1 - dual) + down.exponential() / (1 + dual)) * -power
    return (
      units * (up.exponentialMinusOne() - down.exponentialMinusOne()), units * slope,
      1 - dual.absoluteValue()
    )
  }

  /// The logarithm of the loss, `[P, T, 1]`, and each sample's share of its slope, `[P, T, N]`.
  private func losses(_ margins: Tensor) -> (logLoss: Tensor, softmax: Tensor) {
    func logSum(_ logarithms: Tensor) -> Tensor {
      let peak = logarithms.maximum(axes: [2], keepingAxes: true)
      return peak + (logarithms - peak).exponential().sum(axes: [2], keepingAxes: true).logarithm()
    }
    switch loss {
    case .exponential: return (logSum(-margins), (-margins).softmax(alongAxis: 2))
    case .logistic:
      let tail = (-margins.absoluteValue()).exponential().logarithmOfOnePlus()
      let zero = Tensor(0, .float64)
      // From 30 on `ln(1 + e^(-m))` is `e^(-m)` to all digits.
      let logarithms = Tensor.select(
        margins .> Tensor(30, .float64),
        -margins,
        otherwise: ((-margins).maximum(zero) + tail).logarithm()
      )
      return (logSum(logarithms), (-(margins.maximum(zero) + tail)).softmax(alongAxis: 2))
    }
  }
}
