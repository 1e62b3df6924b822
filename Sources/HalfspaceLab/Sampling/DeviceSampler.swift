import Arrays
import Foundation
import PJRT
import Randomness
import Tensors

// B trials, D dimensions, N samples

/// Draws the samples of many trials on the device.
///
/// A sample is its z = y·x, all that a loss sees. The draws are those of ``HalfspaceLaw/point(at:of:)``.
struct DeviceSampler: Sendable {
  let engine: Engine

  /// The samples of trials that have one kind of law and one dimension.
  ///
  /// - Parameters:
  ///   - trials: At least one.
  ///   - sampleCount: N.
  ///   - phase: Samples of different phases are independent.
  /// - Returns: `float64[B, D, N]`, turned by each trial's rotation.
  /// - Throws: `PJRTError`.
  func samples(_ trials: [Trial], sampleCount: Int, phase: Int) throws -> Buffer {
    guard let first = trials.first else { preconditionFailure("there are no trials to sample") }
    let (count, dimension) = (trials.count, first.dimension)
    precondition(
      trials.allSatisfy { $0.dimension == dimension && $0.law.kind == first.law.kind },
      "one program samples laws of one kind in one dimension"
    )
    let kind = first.law.kind
    let streams = trials.map { $0.stream(phase: phase) }
    let program = try engine.program(
      "halfspace_samples",
      parameters: [
        TensorType(.uint32, [count, 2]),
        TensorType(.uint32, [count, 2]),
        TensorType(.float64, [count, LawKind.parameterCount]),
        TensorType(.float64, [count, dimension, dimension]),
      ]
    ) { inputs in
      let (_, outputs) = scan(over: inputs, initial: []) { _, slices in
        let plane = kind.margins(key: slices[0], parameters: slices[2], count: sampleCount)
        var rows = plane
        if dimension > 2 {
          rows += Self.remainder(key: slices[1], rowCount: dimension - 2, count: sampleCount)
        }
        return ([], [slices[3].dot(Tensor.concatenate(rows, alongAxis: 0))])
      }
      return outputs
    }
    func keys(_ streams: [RandomStream]) -> HostArray {
      HostArray(streams.flatMap { [$0.key.x, $0.key.y] }, shape: [count, 2])
    }
    let arguments = [
      keys(streams.map { $0.named("plane") }),
      keys(streams.map { $0.named("remainder") }),
      HostArray(trials.flatMap(\.law.parameters), shape: [count, LawKind.parameterCount]),
      HostArray(trials.flatMap(\.rotation), shape: [count, dimension, dimension]),
    ]
    let samples = try program(arguments.map { try engine.client.buffer(from: $0) })[0]
    // A learner's loop that is queued behind an unfinished sampler can occupy the plugin's few threads
    // while it waits for what they have yet to compute.
    try samples.waitUntilReady()
    return samples
  }
}

extension DeviceSampler {
  /// The coordinates beyond the plane, `[rows, N]` in all.
  ///
  /// They are normal numbers by the Box-Muller transform, the cosines' rows before the sines'.
  private static func remainder(key: Tensor, rowCount: Int, count: Int) -> [Tensor] {
    let pairCount = (rowCount + 1) / 2
    let draws = optimizationBarrier([
      Tensor.randomUniform(
        key: key,
        type: TensorType(.float64, [2 * pairCount, count])
      )
    ])[0]
    let radius = draws.sliced(0..<pairCount, alongAxis: 0).normalRadius() * Trial.remainderDeviation
    let point = draws.sliced(pairCount..<2 * pairCount, alongAxis: 0).circlePoint()
    return [
      radius * point.cosine,
      (radius * point.sine).sliced(0..<rowCount - pairCount, alongAxis: 0),
    ]
  }
}

extension Tensor {
  /// The distance from the origin of a point of the plane's standard normal law, from a number in `0..<1`.
  fileprivate func normalRadius() -> Tensor { ((1 - self).logarithm() * -2).squareRoot() }
}

/// What the program of a law's samples depends on; the numbers it is given are parameters.
enum LawKind: Hashable, Sendable {
  case hard(HardLaw.Rectangles)
  case noisy(Marginal)

  /// How many numbers a law gives its program.
  static let parameterCount = 4
}

extension HalfspaceLaw {
  var kind: LawKind {
    switch self {
    case .hard(let law): .hard(law.rectangles)
    case .noisy(let marginal, _): .noisy(marginal)
    }
  }

  /// The numbers the program is given: OPT, or the noise's region.
  var parameters: [Double] {
    switch self {
    case .hard(let law):
      return [law.optimum, 0, 0, 0]
    case .noisy(let marginal, let noise):
      let region = noise.region(under: marginal)
      return [region.isOneQuadrant ? 1 : 0, region.gauge, region.width, region.rate]
    }
  }
}

extension LawKind {
  /// The margins z of the plane, `[[1, N], [1, N]]`.
  fileprivate func margins(key: Tensor, parameters: Tensor, count: Int) -> [Tensor] {
    let draws = Tensor.randomUniform(key: key, type: TensorType(.float64, [count, 4]))
      .transposed([1, 0])
    let draw = (0..<4).map { draws.sliced($0..<$0 + 1, alongAxis: 0) }
    let given = (0..<4).map { parameters.sliced($0..<$0 + 1, alongAxis: 0) }
    switch self {
    case .hard(let rectangles): return Self.hard(draw, optimum: given[0], rectangles)
    case .noisy(let marginal): return Self.noisy(draw, given, marginal)
    }
  }

  private static func hard(
    _ draw: [Tensor],
    optimum: Tensor,
    _ rectangles: HardLaw.Rectangles
  ) -> [Tensor] {
    let edge = optimum.squareRoot()
    let isPositive = draw[1] .< Tensor(0.5, .float64)
    let sign = Tensor.select(isPositive, Tensor(1, .float64), otherwise: Tensor(-1, .float64))
    // The label is minus the sign, so the offset counts with the opposite sign and the centre is fixed.
    let spread = (optimum * 0.5).squareRoot()
    let squares = [
      -HardLaw.centre - sign * (draw[2] - 0.5) * spread,
      HardLaw.centre - sign * (draw[3] - 0.5) * spread,
    ]
    let strips = [edge * draw[2], rectangles == .downward ? -draw[3] : draw[3]]
    let (radius, place) = (draw[2].squareRoot(), draw[3].circlePoint())
    let x = [radius * place.cosine, radius * place.sine]
    let label = side(of: x[0])
    let isSquare = draw[0] .< optimum
    let stripEnd = rectangles == .absent ? optimum : optimum + edge * 2
    let isStrip = draw[0] .< stripEnd
    return (0..<2).map { axis in
      let rest = Tensor.select(isStrip, strips[axis], otherwise: x[axis] * label)
      return Tensor.select(isSquare, squares[axis], otherwise: rest)
    }
  }

  private static func side(of x: Tensor) -> Tensor {
    Tensor.select(
      x .>= Tensor(0, .float64),
      Tensor(1, .float64),
      otherwise: Tensor(-1, .float64)
    )
  }

  private static func noisy(_ draw: [Tensor], _ given: [Tensor], _ marginal: Marginal) -> [Tensor] {
    let x = points(draw, marginal)
    let gauge =
      marginal.isRotationInvariant
      ? (x[0] * x[0] + x[1] * x[1]).squareRoot() : x[0].absoluteValue()
    let zero = Tensor(0, .float64)
    let isInQuadrant = (x[0] * x[1] .< zero) .| (given[0] .== zero)
    let isInside = isInQuadrant .& (gauge .>= given[1]) .& (x[0].absoluteValue() .< given[2])
    let isFlipped = isInside .& (draw[0] .< given[3])
    let clean = side(of: x[0])
    let label = Tensor.select(isFlipped, -clean, otherwise: clean)
    return x.map { $0 * label }
  }

  private static func points(_ draw: [Tensor], _ marginal: Marginal) -> [Tensor] {
    func polar(_ radius: Tensor) -> [Tensor] {
      let place = draw[3].circlePoint()
      return [radius * place.cosine, radius * place.sine]
    }
    let normalRadius = draw[2].normalRadius()
    switch marginal {
    case .gaussian:
      return polar(normalRadius)
    case .gaussianMixture(let distance):
      let centre = Tensor.select(
        draw[1] .< Tensor(0.5, .float64),
        Tensor(distance, .float64),
        otherwise: Tensor(-distance, .float64)
      )
      let around = polar(normalRadius)
      return [around[0], around[1] + centre]
    case .laplace:
      return [draw[2], draw[3]].map { draw in
        let isLeft = draw .< Tensor(0.5, .float64)
        let share = Tensor.select(isLeft, draw * 2, otherwise: draw * 2 - 1)
        let sign = Tensor.select(isLeft, Tensor(1, .float64), otherwise: Tensor(-1, .float64))
        return sign * (-share).logarithmOfOnePlus() / 2.0.squareRoot()
      }
    case .student(let degrees):
      return polar((((1 - draw[2]).power(-2 / degrees) - 1) * degrees).squareRoot())
    }
  }
}
