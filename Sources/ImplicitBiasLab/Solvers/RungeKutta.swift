import Arrays
import Tensors

/// Integrates ordinary differential equations on the device, a trial with steps of its own.
///
/// Pairs of order 5 and 4 with six evaluations (Cash and Karp 1990). A step is taken where both differ by less than the
/// tolerance, and the next one is longer or shorter accordingly. The state is any number of tensors `[P, T, any]`.
struct RungeKutta {
  /// The most by which both orders may differ in a step, relative to a number's size.
  var tolerance = 1e-10
  /// A size below which a number's error counts as that of this size.
  var floor = 1e-12
  /// The most steps, taken or not.
  var stepLimit = 200_000

  /// A state in time.
  struct Point {
    var state: [Tensor]
    /// Steps tried, `[P, T, 1]`.
    var stepCount: Tensor
  }

  private static let stages: [[Double]] = [
    [],
    [1.0 / 5],
    [3.0 / 40, 9.0 / 40],
    [3.0 / 10, -9.0 / 10, 6.0 / 5],
    [-11.0 / 54, 5.0 / 2, -70.0 / 27, 35.0 / 27],
    [1631.0 / 55296, 175.0 / 512, 575.0 / 13824, 44275.0 / 110592, 253.0 / 4096],
  ]
  private static let fifth: [Double] = [37.0 / 378, 0, 250.0 / 621, 125.0 / 594, 0, 512.0 / 1771]
  private static let fourth: [Double] = [
    2825.0 / 27648, 0, 18575.0 / 48384, 13525.0 / 55296, 277.0 / 14336, 1.0 / 4,
  ]

  /// Goes on until every trial is done, inside a traced program.
  ///
  /// - Parameters:
  ///   - start: The state at first.
  ///   - firstStep: The first step's length, `[P, T, 1]`.
  ///   - isDone: Whether trials may stop, 1 or 0, `[P, T, 1]`.
  ///   - derivative: The state's derivative.
  /// - Returns: Where each trial stopped.
  func integrate(
    _ start: [Tensor],
    firstStep: Tensor,
    isDone: ([Tensor]) -> Tensor,
    derivative: ([Tensor]) -> [Tensor]
  ) -> Point {
    let count = start.count
    let limit = Double(stepLimit)
    let end = whileLoop(
      initial: start + [firstStep, isDone(start), Tensor.zeros(firstStep.type)]
    ) { carry in
      carry[count + 1].minimum() + carry[count + 2].maximum() * (1 / limit) .< Tensor(1, .float64)
    } body: { carry in
      let (state, step, done) = (Array(carry[..<count]), carry[count], carry[count + 1])
      let (next, error) = step5(state, step, derivative)
      let isTaken = (error .<= Tensor(1, .float64)) .& (done .< Tensor(0.5, .float64))
      let kept = zip(state, next).map { Tensor.select(isTaken, $1, otherwise: $0) }
      // The error is of the fifth power of the step; what is no number shortens it, too.
      let factor = (0.9 * error.maximum(Tensor(1e-10, .float64)).power(-0.2))
        .clamped(from: Tensor(0.2, .float64), to: Tensor(5, .float64))
      let length = step * Tensor.select(error.isFinite(), factor, otherwise: Tensor(0.2, .float64))
      return kept + [length, isDone(kept), carry[count + 2] + (1 - done)]
    }
    return Point(state: Array(end[..<count]), stepCount: end[count + 2])
  }

  /// A step of order 5, and how far order 4 is from it over the tolerance, `[P, T, 1]`.
  private func step5(
    _ state: [Tensor],
    _ step: Tensor,
    _ derivative: ([Tensor]) -> [Tensor]
  ) -> (next: [Tensor], error: Tensor) {
    var slopes: [[Tensor]] = []
    for weights in Self.stages {
      slopes.append(derivative(moved(state, step, slopes, weights)))
    }
    let next = moved(state, step, slopes, Self.fifth)
    let differences = zip(Self.fifth, Self.fourth).map { $0 - $1 }
    let zeros = state.map { Tensor.zeros($0.type) }
    let errors = moved(zeros, step, slopes, differences)
    let ratios = zip(zip(state, next), errors).map { pair, error in
      let size = pair.0.absoluteValue().maximum(pair.1.absoluteValue())
      let allowed = tolerance * (size + floor)
      return (error.absoluteValue() / allowed).maximum(axes: [2], keepingAxes: true)
    }
    return (next, ratios.dropFirst().reduce(ratios[0]) { $0.maximum($1) })
  }

  private func moved(
    _ state: [Tensor],
    _ step: Tensor,
    _ slopes: [[Tensor]],
    _ weights: [Double]
  ) -> [Tensor] {
    state.indices.map { part in
      var sum = state[part]
      for (weight, slope) in zip(weights, slopes) where weight != 0 {
        let scaled = step * weight
        sum = sum + scaled * slope[part]
      }
      return sum
    }
  }
}
