import Laboratory
import LinearAlgebra
import Randomness
import Tensors

extension ImplicitBiasLaboratory {
  /// Diagonal networks from the kernel to the rich regime, by their potentials, by descent and by flow.
  func diagonal() throws -> LabRecord {
    let study = try DiagonalStudy(
      engine: engine,
      size: size.diagonal,
      seeds: Array(size.seeds.prefix(size.diagonal.seedCount))
    )
    let parts = study.parts
    let points = try measured(
      .diagonal,
      parts,
      named: { "\($0) \(study.size) seeds=\(study.seeds)" },
      compute: { try study.points(of: $0) }
    )
    let means = points.means(over: "seed")
    return Self.record(
      .diagonal,
      parameters: [
        "samples": [Double(study.size.sampleCount)],
        "dimension": [Double(study.size.law.dimension)],
        "depths": study.size.depths.map(Double.init), "shares": study.size.shares,
      ],
      seeds: study.seeds,
      points: means,
      fits: study.fits(means),
      checks: study.checks(points)
    )
  }
}

/// The measurements of the chapter.
struct DiagonalStudy: Sendable {
  /// What is measured at once.
  enum Part: Hashable, Sendable {
    case potentials(depth: Int)
    case training
    case unequalStarts
    case shapes
    case rotation
  }

  /// A regression with what it is compared with.
  struct Problem: Sendable {
    let seed: UInt64
    let regression: Regression
    let euclidean: ProvenWeights
    let sparsest: ProvenWeights
  }

  let engine: Engine
  let size: DiagonalSize
  let seeds: [UInt64]
  let problems: [Problem]

  init(engine: Engine, size: DiagonalSize, seeds: [UInt64]) throws {
    (self.engine, self.size, self.seeds) = (engine, size, seeds)
    problems = try seeds.map { seed in
      let regression = try size.law.regression(seed: seed, sampleCount: size.sampleCount)
      return Problem(
        seed: seed,
        regression: regression,
        euclidean: try regression.leastL2Norm(),
        sparsest: try regression.leastL1Norm()
      )
    }
  }

  var parts: [Part] {
    [.training] + size.depths.map { .potentials(depth: $0) } + [.unequalStarts, .shapes, .rotation]
  }

  private var regressions: [Regression] { problems.map(\.regression) }

  func points(of part: Part) throws -> [LabPoint] {
    switch part {
    case .potentials(let depth): try potentials(depth: depth)
    case .training: try training()
    case .unequalStarts: try unequalStarts()
    case .shapes: try shapes()
    case .rotation: try rotation()
    }
  }

  static func key(_ quantity: String, _ network: DiagonalNetwork) -> LabKey {
    LabKey(
      quantity,
      coordinates: ["depth": Double(network.depth), "alpha": network.positiveStart]
    )
  }

  /// The minima at all scales beside the least norms.
  private func potentials(depth: Int) throws -> [LabPoint] {
    let scales = Set(size.richScales(depth) + size.kernelScales(depth)).sorted()
    return try problems.flatMap { problem in
      let references = [("l1", problem.sparsest), ("l2", problem.euclidean)].flatMap {
        $1.certificate.points(of: LabKey("reference", labels: ["norm": $0]))
      }
      return try
        (references
        + scales.flatMap { scale -> [LabPoint] in
          let network = try DiagonalNetwork(depth: depth, scale: scale)
          let found = try problem.regression.minimum(network)
          let key = Self.key("l1-excess", network)
          return [
            key.point(found.weights.l1Norm / problem.sparsest.weights.l1Norm - 1),
            key.of("kernel-distance")
              .point(found.weights.relativeDistance(to: problem.euclidean.weights)),
          ] + found.certificate.points(of: key)
        }).map { $0.at(seed: problem.seed) }
    }
  }

  /// Descent with two steps, what is extrapolated from both, and flow, all beside the minimum of the potential.
  private func training() throws -> [LabPoint] {
    let networks = try size.trained()
    let trials = networks.flatMap { network in
      size.shares.map { DiagonalDescent.Trial(network, share: $0) }
    }
    let descents = try DiagonalDescent(engine: engine, trials).run(regressions)
    let flows = try DiagonalFlow(engine: engine, networks).run(regressions)
    return try problems.indices.flatMap { place in
      try networks.indices.flatMap { index -> [LabPoint] in
        let exact = try problems[place].regression.minimum(networks[index]).weights
        let ends = size.shares.indices.map { descents[place][index * size.shares.count + $0] }
        return Self.training(
          Self.key("descent-distance", networks[index]),
          ends: zip(size.shares, ends).map { ($0, $1) },
          flow: flows[place][index],
          exact: exact
        ).map { $0.at(seed: problems[place].seed) }
      }
    }
  }

  private static func training(
    _ key: LabKey,
    ends: [(share: Double, end: DiagonalOutcome)],
    flow: DiagonalOutcome,
    exact: [Double]
  ) -> [LabPoint] {
    let distances = ends.map { $0.end.weights.relativeDistance(to: exact) }
    var points = zip(ends, distances).flatMap { entry, distance in
      let own = key.at(["share": entry.share])
      return [
        own.point(distance), own.of("descent-steps").point(Double(entry.end.stepCount)),
        own.of("descent-residual").point(entry.end.relativeResidual),
      ]
    }
    points += [
      key.of("flow-distance").point(flow.weights.relativeDistance(to: exact)),
      key.of("flow-steps").point(Double(flow.stepCount)),
    ]
    // What ran out of steps is somewhere on its way.
    guard ends.allSatisfy({ $0.end.relativeResidual <= DiagonalDescent.defaultTolerance }) else {
      return points
    }
    if let coarse = ends.first, let fine = ends.last, ends.count > 1 {
      // The error is a multiple of the step, to first order.
      let factor = fine.share / (coarse.share - fine.share)
      let extrapolated = fine.end.weights.plus(
        factor,
        times: fine.end.weights.minus(coarse.end.weights)
      )
      points += [
        key.of("extrapolated-distance").point(extrapolated.relativeDistance(to: exact)),
        key.of("step-ratio").point(distances[0] / distances[distances.count - 1]),
      ]
    }
    return points
  }

  /// Networks whose parts start apart: flow, the minimum from their start, and what the scale alone would say.
  private func unequalStarts() throws -> [LabPoint] {
    let networks = try [
      DiagonalNetwork(depth: 2, positiveStart: 0.9, negativeStart: 0.2),
      DiagonalNetwork(depth: 3, positiveStart: 0.5, negativeStart: 0.8),
    ]
    let ends = try DiagonalFlow(engine: engine, networks).run(regressions)
    return try problems.indices.flatMap { place in
      try networks.indices.flatMap { index -> [LabPoint] in
        let (problem, network) = (problems[place], networks[index])
        let weights = ends[place][index].weights
        let right = try problem.regression.minimum(network)
        let scale = network.effectiveScale
        let wrong = try problem.regression.minimum(
          DiagonalNetwork(depth: network.depth, scale: scale)
        )
        let key = LabKey(
          "start-distance",
          labels: ["start": "\(network.positiveStart), \(network.negativeStart)"],
          coordinates: ["depth": Double(network.depth)]
        )
        return [
          key.point(weights.relativeDistance(to: right.weights)),
          key.of("start-distance-by-scale-alone")
            .point(weights.relativeDistance(to: wrong.weights)),
        ].map { $0.at(seed: problem.seed) }
      }
    }
  }

  /// Two layers that start at p and q with one product: the more uneven, the larger their scale.
  private func shapes() throws -> [LabPoint] {
    let product = 0.04
    let shapes = [1.0, 4, 16].map { ratio in
      FactoredFlow.Shape(
        first: (product * ratio).squareRoot(),
        second: (product / ratio).squareRoot()
      )
    }
    let ends = try FactoredFlow(engine: engine, shapes: shapes).run(regressions)
    return try problems.indices.flatMap { place in
      try shapes.indices.flatMap { index -> [LabPoint] in
        let (problem, shape) = (problems[place], shapes[index])
        let scale = DiagonalNetwork.scale(ofFactors: shape.first, shape.second)
        let right = try problem.regression.minimum(DiagonalNetwork(depth: 2, scale: scale))
        let alone = try problem.regression.minimum(
          DiagonalNetwork(depth: 2, scale: product.squareRoot())
        )
        let key = LabKey(
          "shape-distance",
          coordinates: ["ratio": (shape.first / shape.second).rounded(), "alpha": scale]
        )
        return [
          key.point(ends[place][index].relativeDistance(to: right.weights)),
          key.of("shape-distance-by-product-alone")
            .point(ends[place][index].relativeDistance(to: alone.weights)),
          key.of("shape-kernel-distance")
            .point(ends[place][index].relativeDistance(to: problem.euclidean.weights)),
        ].map { $0.at(seed: problem.seed) }
      }
    }
  }

  /// What each solution becomes in rotated coordinates, rotated back.
  private func rotation() throws -> [LabPoint] {
    let ways: [(name: String, find: @Sendable (Regression) throws -> ProvenWeights)] = [
      ("least l2 norm", { try $0.leastL2Norm() }),
      ("alpha 1000", { try $0.minimum(DiagonalNetwork(depth: 2, scale: 1000)) }),
      ("alpha 0.001", { try $0.minimum(DiagonalNetwork(depth: 2, scale: 1e-3)) }),
      ("least l1 norm", { try $0.leastL1Norm() }),
    ]
    return try problems.flatMap { problem in
      let rotation = try Matrix.rotation(problem.regression.dimension, seed: problem.seed)
      let rotated = try Regression(
        problem.regression.inputs * rotation,
        problem.regression.targets
      )
      return try ways.map { name, find in
        let (plain, turned) = (try find(problem.regression), try find(rotated))
        return LabKey("rotation-distance", labels: ["solution": name])
          .point((rotation * turned.weights).relativeDistance(to: plain.weights))
          .at(seed: problem.seed)
      }
    }
  }
}

extension LabPoint {
  /// The point as that of a seed.
  func at(seed: UInt64) -> LabPoint {
    LabPoint(key: key.at(["seed": Double(seed)]), value: value, low: low, high: high)
  }
}

extension Matrix {
  /// A random orthogonal matrix: the eigenvectors of a symmetric one with normal entries.
  static func rotation(_ size: Int, seed: UInt64) throws(LinearAlgebraError) -> Matrix {
    let normal = Matrix(
      rowCount: size,
      columnCount: size,
      elements: RandomStream(seed: seed).named("rotation").normals(count: size * size)
    )
    return try SymmetricEigensystem(normal + normal.transposed).vectors
  }
}
