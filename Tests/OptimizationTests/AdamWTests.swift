import Arrays
import EspalierTestSupport
import Optimization
import Randomness
import Tensors
import Testing

/// One update against the published algorithm in plain loops and double precision.
@Suite struct AdamWTests {
  private static let shapes: [Shape] = [[2, 3], [4]]
  private static let settings = AdamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-3)
  private static let weightDecay = 0.3

  private func optimizer(_ rule: AdamW, decays: [Bool]) -> Optimizer {
    Optimizer(
      zip(["layered", "shared"], zip(Self.shapes, decays)).map { name, rest in
        .init(
          OptimizedParameter(
            name,
            TensorType(.float32, rest.0),
            isLayered: name == "layered",
            counter: name == "layered" ? "layers" : "shared"
          ),
          rule: rule,
          weightDecay: rest.1 ? Self.weightDecay : 0
        )
      }
    )
  }

  /// Parameters, gradients, first and second moments, each of both parts.
  private func drawnArrays() -> [HostArray] {
    (0..<8).map { index in
      let shape = Self.shapes[index % 2]
      let values = RandomStream(seed: 4).indexed(UInt64(index)).normals(count: shape.elementCount)
      return HostArray(
        values.map { Float(index >= 6 ? $0 * $0 : $0) },
        shape: shape
      )
    }
  }

  private func updated(
    _ arrays: [HostArray],
    layerSteps: [Int32],
    sharedSteps: Int32,
    rate: Double,
    layerRates: [Float]? = nil,
    decays: [Bool],
    rule: AdamW = settings
  ) throws -> [HostArray] {
    let inputs =
      arrays + [
        HostArray(layerSteps), HostArray(scalar: sharedSteps), HostArray(scalar: Float(rate)),
      ] + (layerRates.map { [HostArray($0)] } ?? [])
    let optimizer = optimizer(rule, decays: decays)
    let program = try quickEngine().program("adamw", parameters: inputs.map(\.type)) {
      let next = optimizer.updated(
        Array($0[0..<2]),
        gradients: Array($0[2..<4]),
        slots: Array($0[4..<10]),
        learningRate: $0[10],
        layerRates: $0.dropFirst(11).first
      )
      return next.parameters + next.slots
    }
    return try program(inputs)
  }

  /// Loshchilov and Hutter 2019, algorithm 2, one number at a time.
  private func expected(
    _ weight: Double,
    _ gradient: Double,
    _ mean: Double,
    _ square: Double,
    steps: Int32,
    rate: Double,
    decays: Bool
  ) -> (weight: Double, mean: Double, square: Double) {
    let settings = Self.settings
    let mean = settings.beta1 * mean + (1 - settings.beta1) * gradient
    let square = settings.beta2 * square + (1 - settings.beta2) * gradient * gradient
    let (first, second) = (0..<steps).reduce((1.0, 1.0)) { powers, _ in
      (powers.0 * settings.beta1, powers.1 * settings.beta2)
    }
    let step =
      mean / (1 - first) / ((square / (1 - second)).squareRoot() + settings.epsilon)
    let kept = decays ? 1 - rate * Self.weightDecay : 1
    return (weight * kept - rate * step, mean, square)
  }

  @Test(
    "An update is the algorithm's, with each layer's own step count",
    arguments: [[0, 0], [6, 0], [1000, 3]] as [[Int32]]
  )
  func updateIsTheAlgorithms(_ layerSteps: [Int32]) throws {
    let (arrays, rate, decays) = (drawnArrays(), 0.02, [true, false])
    let sharedSteps = layerSteps[0]
    let found = try updated(
      arrays,
      layerSteps: layerSteps,
      sharedSteps: sharedSteps,
      rate: rate,
      decays: decays
    )
    for part in 0..<2 {
      let values = stride(from: part, to: 8, by: 2).map { arrays[$0].doubles }
      let all = values[0].indices.map { index in
        let steps = part == 0 ? layerSteps[index / 3] : sharedSteps
        return expected(
          values[0][index],
          values[1][index],
          values[2][index],
          values[3][index],
          steps: steps + 1,
          rate: rate,
          decays: decays[part]
        )
      }
      let tolerance = Tolerance(.float32, roundings: 8)
      #expect(tolerance.mismatch("weights", found[part].doubles, all.map(\.weight)) == nil)
      #expect(tolerance.mismatch("means", found[2 + part].doubles, all.map(\.mean)) == nil)
      #expect(tolerance.mismatch("squares", found[4 + part].doubles, all.map(\.square)) == nil)
      // The update itself is small beside the weight and is compared on its own scale.
      let updates = zip(found[part].doubles, values[0]).map { $0 - $1 }
      let expectedUpdates = zip(all, values[0]).map { $0.weight - $1 }
      let coarse = Tolerance(.float32, roundings: 400)
      #expect(coarse.mismatch("updates", updates, expectedUpdates) == nil)
    }
    #expect(found[6].values(as: Int32.self) == layerSteps.map { $0 + 1 })
    #expect(found[7].values(as: Int32.self) == [sharedSteps + 1])
  }

  @Test("A layer's own rate moves and decays that layer; at rate zero it stays as it is")
  func layersHaveRatesOfTheirOwn() throws {
    let (arrays, rates, decays) = (drawnArrays(), [0, 0.06], [true, true])
    let found = try updated(
      arrays,
      layerSteps: [6, 6],
      sharedSteps: 6,
      rate: 0.02,
      layerRates: rates.map(Float.init),
      decays: decays
    )
    for part in 0..<2 {
      let values = stride(from: part, to: 8, by: 2).map { arrays[$0].doubles }
      let weights = values[0].indices.map { index in
        expected(
          values[0][index],
          values[1][index],
          values[2][index],
          values[3][index],
          steps: 7,
          rate: part == 0 ? rates[index / 3] : 0.02,
          decays: true
        ).weight
      }
      let tolerance = Tolerance(.float32, roundings: 8)
      #expect(tolerance.mismatch("weights", found[part].doubles, weights) == nil)
    }
    #expect(found[0].doubles.prefix(3) == arrays[0].doubles.prefix(3))
  }

  @Test("The bias correction of the first step is exact for a second moment that decays slowly")
  func firstStepIsTheGradientsSign() throws {
    var arrays = drawnArrays()
    for index in [0, 1, 4, 5, 6, 7] { arrays[index] = HostArray(zeros: arrays[index].type) }
    // Gradients of a thousand, beside which epsilon is nothing: the step is the rate.
    arrays[2] = HostArray(repeating: 1000, type: arrays[2].type)
    arrays[3] = HostArray(repeating: -1000, type: arrays[3].type)
    let found = try updated(
      arrays,
      layerSteps: [0, 0],
      sharedSteps: 0,
      rate: 1,
      decays: [true, true]
    )
    let tolerance = Tolerance(.float32, roundings: 24)
    let step = 1 / (1 + Self.settings.epsilon / 1000)
    #expect(
      tolerance.mismatch("layered", found[0].doubles, [Double](repeating: -step, count: 6)) == nil
    )
    #expect(
      tolerance.mismatch("shared", found[1].doubles, [Double](repeating: step, count: 4)) == nil
    )
  }

  @Test("With both betas zero the step is the gradient over its own size")
  func zeroBetasRememberNothing() throws {
    let arrays = drawnArrays()
    let rule = AdamW(beta1: 0, beta2: 0, epsilon: 0.5)
    let found = try updated(
      arrays,
      layerSteps: [0, 4],
      sharedSteps: 9,
      rate: 1,
      decays: [false, false],
      rule: rule
    )
    for part in 0..<2 {
      let expected = zip(arrays[part].doubles, arrays[2 + part].doubles).map { weight, gradient in
        weight - gradient / (gradient.magnitude + 0.5)
      }
      let tolerance = Tolerance(.float32, roundings: 8)
      #expect(tolerance.mismatch("weights", found[part].doubles, expected) == nil)
    }
  }
}
