import Arrays
import Foundation
import LinearAlgebra
import Randomness
import Tensors

// S regressions of one size, M noise levels, N samples, D dimensions

/// Gradient descent on one sample at a time for `w = u₊² - u₋²`, with fresh noise on its target.
///
/// All regressions and noise levels go along in one program. A step is a share of the largest that is stable for its sample.
struct SampleDescent {
  /// Where the trials stand, each an array `[S][M][D]` in a row.
  private var parts: [HostArray]
  private var stepCount = 0

  private let regressions: [Regression]
  private let deviations: [Double]
  private let stream: RandomStream
  private let program: Program

  static let chunkLength = 20_000

  /// Puts all trials at the start and compiles their program.
  ///
  /// - Parameters:
  ///   - regressions: S of one size.
  ///   - deviations: The standard deviations of the noise, M.
  ///   - scale: α.
  ///   - share: The step over the largest stable one.
  ///   - seed: Decides the order of samples and the noise.
  ///   - engine: What descends.
  /// - Throws: `PJRTError`.
  init(
    _ regressions: [Regression],
    deviations: [Double],
    scale: Double,
    share: Double,
    seed: UInt64,
    engine: Engine
  ) throws {
    (self.regressions, self.deviations) = (regressions, deviations)
    stream = RandomStream(seed: seed).named("sample descent")
    let (count, dimension) = (regressions[0].sampleCount, regressions[0].dimension)
    let shape: Shape = [regressions.count, deviations.count, dimension]
    let start = HostArray(
      [Double](repeating: scale, count: shape.elementCount),
      shape: shape
    )
    parts = [start, start]
    let chunk = Self.chunkLength
    program = try engine.program(
      "sample_descent",
      parameters: [
        start.type, start.type, TensorType(.float64, [regressions.count, count, dimension]),
        TensorType(.float64, [regressions.count, count, 1]), TensorType(.int32, [chunk]),
        TensorType(.float64, [chunk, regressions.count, deviations.count, 1]),
      ]
    ) { inputs in
      scan(over: Array(inputs[4...]), initial: Array(inputs[..<2])) { parts, draw in
        (Self.step(parts, inputs: inputs[2], targets: inputs[3], draw, share: share), [])
      }.carry
    }
  }

  private static func step(
    _ parts: [Tensor],
    inputs: Tensor,
    targets: Tensor,
    _ draw: [Tensor],
    share: Double
  ) -> [Tensor] {
    let zero = Tensor(0, .int32)
    let (problems, dimension) = (inputs.shape[0], inputs.shape[2])
    let row = inputs.dynamicSlice(at: [zero, draw[0], zero], sizes: [problems, 1, dimension])
    let target = targets.dynamicSlice(at: [zero, draw[0], zero], sizes: [problems, 1, 1])
    let weights = parts[0].squared() - parts[1].squared()
    let residual = (weights * row).sum(axes: [2], keepingAxes: true) - target - draw[1]
    let largest = parts[0].maximum(parts[1]).maximum(axes: [2], keepingAxes: true)
    let curvature = largest.squared() * row.squared().sum(axes: [2], keepingAxes: true) * 8
    let move = residual * share / curvature * row * 2
    return [parts[0] - move * parts[0], parts[1] + move * parts[1]]
  }

  /// Takes a chunk of steps, with the noise or without it.
  mutating func advance(isNoisy: Bool) throws {
    let (problems, levels) = (regressions.count, deviations.count)
    let samples = regressions[0].sampleCount
    let draws = stream.indexed(UInt64(stepCount))
    let order = (0..<Self.chunkLength).map {
      Int32(draws.wholeNumber(below: samples, at: UInt64($0)))
    }
    let normals = draws.named("noise").normals(count: Self.chunkLength * problems * levels)
    let noise = normals.enumerated().map { place, normal in
      isNoisy ? normal * deviations[place % levels] : 0
    }
    let arguments =
      parts + [
        HostArray(
          regressions.flatMap(\.inputs.elements),
          shape: [problems, samples, regressions[0].dimension]
        ),
        HostArray(regressions.flatMap(\.targets), shape: [problems, samples, 1]),
        HostArray(order), HostArray(noise, shape: [Self.chunkLength, problems, levels, 1]),
      ]
    parts = try program(arguments)
    stepCount += Self.chunkLength
  }

  /// A trial's weights.
  func weights(_ problem: Int, _ level: Int) -> [Double] {
    let (positive, negative) = trial(problem, level)
    return zip(positive, negative).map { $0 * $0 - $1 * $1 }
  }

  /// The scale of an equal start that would have led to a trial's products `u₊u₋`, as a geometric mean over the weights.
  ///
  /// Flow keeps the products; what is no flow makes them smaller.
  func effectiveScale(_ problem: Int, _ level: Int) -> Double {
    let (positive, negative) = trial(problem, level)
    let logarithms = zip(positive, negative).map { log(abs($0 * $1)) / 2 }
    return exp(logarithms.reduce(0, +) / Double(logarithms.count))
  }

  private func trial(_ problem: Int, _ level: Int) -> (positive: [Double], negative: [Double]) {
    let dimension = regressions[0].dimension
    let start = (problem * deviations.count + level) * dimension
    func part(_ index: Int) -> [Double] {
      Array(parts[index].values(as: Double.self)[start..<start + dimension])
    }
    return (part(0), part(1))
  }
}
