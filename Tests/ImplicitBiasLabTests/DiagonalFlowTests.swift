import LinearAlgebra
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct DiagonalFlowTests {
  private static let law = SparseLaw(dimension: 30, supportCount: 3, noise: 0)

  private static func regressions(_ seeds: ClosedRange<UInt64>) throws -> [Regression] {
    try seeds.map { try law.regression(seed: $0, sampleCount: 10) }
  }

  /// A quarter of the step leaves a quarter of the error, and what is extrapolated from both next to none.
  @Test func descentIsOfTheFirstOrderInItsStep() throws {
    let networks = try [(2, 2.0), (2, 0.5), (3, 0.5)].map {
      try DiagonalNetwork(depth: $0, scale: $1)
    }
    let trials = networks.flatMap { network in
      [0.2, 0.05].map { DiagonalDescent.Trial(network, share: $0) }
    }
    let regressions = try Self.regressions(1...2)
    let ends = try DiagonalDescent(engine: TestEngine.shared(), trials).run(regressions)
    for (regression, ends) in zip(regressions, ends) {
      for (place, network) in networks.enumerated() {
        let exact = try regression.minimum(network).weights
        let (coarse, fine) = (ends[2 * place], ends[2 * place + 1])
        #expect(max(coarse.relativeResidual, fine.relativeResidual) <= 1e-8)
        let ratio =
          coarse.weights.relativeDistance(to: exact) / fine.weights.relativeDistance(to: exact)
        #expect((3.5...4.6).contains(ratio), "\(network): \(ratio)")
        let extrapolated = fine.weights.plus(1.0 / 3, times: fine.weights.minus(coarse.weights))
        if network.depth == 2 {
          #expect(extrapolated.relativeDistance(to: exact) < 2e-4)
        }
      }
    }
  }

  /// The descent once more, in plain loops.
  @Test func descentIsThatOfPlainLoops() throws {
    let regressions = try Self.regressions(3...4)
    let trials = try [(2, 0.5), (3, 0.4), (5, 0.7)].map {
      DiagonalDescent.Trial(try DiagonalNetwork(depth: $0, scale: $1), share: 0.1)
    }
    var descent = DiagonalDescent(engine: try TestEngine.shared(), trials)
    descent.stepLimit = 40
    let ends = try descent.run(regressions)
    for (regression, ends) in zip(regressions, ends) {
      for (trial, end) in zip(trials, ends) {
        let expected = try Self.plain(trial, regression, steps: 40)
        #expect(end.stepCount == 40)
        #expect(end.weights.relativeDistance(to: expected) < 1e-12)
      }
    }
  }

  private static func plain(
    _ trial: DiagonalDescent.Trial,
    _ regression: Regression,
    steps: Int
  ) throws -> [Double] {
    let depth = trial.network.depth
    func power(_ number: Double, _ exponent: Int) -> Double {
      (0..<exponent).reduce(1) { product, _ in product * number }
    }
    func weights(_ parts: [[Double]]) -> [Double] {
      zip(parts[0], parts[1]).map { power($0, depth) - power($1, depth) }
    }
    let norm = try SymmetricEigensystem(regression.inputs.gram).values.last ?? 0
    var parts = [[Double]](
      repeating: [Double](repeating: trial.network.positiveStart, count: regression.dimension),
      count: 2
    )
    let layers = Double(depth)
    for _ in 0..<steps {
      let gradient = regression.inputs.transposedTimes(regression.residual(weights(parts)))
      let largest = (parts[0] + parts[1]).max() ?? 0
      let curvature =
        2 * layers * layers * power(largest, 2 * depth - 2) * norm
        + layers * (layers - 1) * power(largest, depth - 2) * gradient.largest
      for (part, sign) in [(0, -1.0), (1, 1.0)] {
        parts[part] = zip(parts[part], gradient).map { number, slope in
          number + sign * trial.share / curvature * layers * power(number, depth - 1) * slope
        }
      }
    }
    return weights(parts)
  }

  /// Gradient flow ends in the minimum of the potential of its start, equal or not, and in no other.
  @Test func flowEndsInTheMinimumOfItsStart() throws {
    let regressions = try Self.regressions(1...2)
    let networks = try [
      DiagonalNetwork(depth: 2, scale: 0.1), DiagonalNetwork(depth: 3, scale: 0.2),
      DiagonalNetwork(depth: 4, scale: 0.2), DiagonalNetwork(depth: 2, scale: 2),
      DiagonalNetwork(depth: 2, positiveStart: 0.9, negativeStart: 0.2),
      DiagonalNetwork(depth: 3, positiveStart: 0.5, negativeStart: 0.8),
    ]
    let ends = try DiagonalFlow(engine: TestEngine.shared(), networks).run(regressions)
    for (regression, ends) in zip(regressions, ends) {
      for (network, end) in zip(networks, ends) {
        let exact = try regression.minimum(network)
        #expect(exact.certificate.worst < 1e-9)
        #expect(end.weights.relativeDistance(to: exact.weights) < 1e-6, "\(network)")
        guard network.startWeight != 0 else { continue }
        // The formula that knows the scale alone is wrong here.
        let scale = network.effectiveScale
        let wrong = try regression.minimum(DiagonalNetwork(depth: network.depth, scale: scale))
        #expect(end.weights.relativeDistance(to: wrong.weights) > 1e-2, "\(network)")
      }
    }
  }

  /// Rotated coordinates change what a small scale finds, and not what a large one does.
  @Test func rotationsMatterToSmallScalesAlone() throws {
    let regression = try Self.regressions(1...1)[0]
    let rotation = Self.rotation(30, seed: 5)
    let rotated = try Regression(regression.inputs * rotation, regression.targets)
    func change(_ find: (Regression) throws -> ProvenWeights) throws -> Double {
      let (plain, turned) = (try find(regression).weights, try find(rotated).weights)
      return (rotation * turned).relativeDistance(to: plain)
    }
    #expect(try change { try $0.leastL2Norm() } < 1e-9)
    #expect(try change { try $0.minimum(DiagonalNetwork(depth: 2, scale: 1000)) } < 1e-9)
    #expect(try change { try $0.minimum(DiagonalNetwork(depth: 2, scale: 1e-3)) } > 0.1)
    #expect(try change { try $0.leastL1Norm() } > 0.1)
  }

  /// Orthogonal columns, by Cholesky's factor of a random matrix's Gram matrix.
  static func rotation(_ size: Int, seed: UInt64) -> Matrix {
    let numbers = RandomStream(seed: seed).normals(count: size * size)
    var columns: [[Double]] = []
    for place in 0..<size {
      var column = Array(numbers[place * size..<(place + 1) * size])
      for _ in 0..<2 {
        for other in columns { column = column.plus(-column.dot(other), times: other) }
      }
      columns.append(column.scaled(by: 1 / column.norm))
    }
    return Matrix(rows: columns)
  }
}
