import Arrays
import Laboratory
import Tensors

extension LocalityLaboratory {
  /// What rotations of the images change, and what they do not.
  func equivariance() throws -> LabRecord {
    let parts = ["exact", "broken", "counts", "controls"]
    sweep.plan(parts.count)
    let trial = RotationTrial(engine: engine, seeds: size.seeds)
    let points = try measured(.equivariance, parts, named: \.self) { part in
      switch part {
      case "exact": try trial.distances()
      case "broken": try trial.errors()
      case "counts": try trial.sampleCounts()
      default: try trial.controls()
      }
    }
    return Self.record(
      .equivariance,
      parameters: [:],
      seeds: size.seeds,
      points: points,
      checks: exactChecks(points) + brokenChecks(points)
    )
  }

  private func exactChecks(_ points: [LabPoint]) -> [LabCheck] {
    points.on(LabKey("distance")).map { point in
      let (method, group) = (point.key.labels["method"] ?? "", point.key.labels["regime"] ?? "")
      let architecture = Architecture(rawValue: point.key.labels["network"] ?? "")
      let isEquivariant =
        ["thresholded", "momentum"].contains(method)
        && (architecture?.group.rawValue == group || group == "shared")
      return LabSection.equivariance.check(
        "\(point.key.labels["network"] ?? "") \(method), \(group) rotation: distance",
        point.value,
        isEquivariant
          ? .below(1e-8) : .other("> 0.01", holds: point.value > 0.01),
        of: point.key
      )
    }
  }

  private func brokenChecks(_ points: [LabPoint]) -> [LabCheck] {
    func error(_ architecture: Architecture, _ group: String) -> Double {
      points.value(LabKey("error", architecture, in: group))
    }
    func ratio(_ architecture: Architecture, _ group: RotationGroup) -> Double {
      error(architecture, group.rawValue) / error(architecture, "none")
    }
    let lost = [(Architecture.locallyConnected, RotationGroup.full), (.convolutional, .blocks)].map
    {
      LabSection.equivariance.check(
        "\($0.rawValue) error, \($1.rawValue) rotation over none",
        ratio($0, $1),
        .other("> 3", holds: ratio($0, $1) > 3),
        of: LabKey("error", $0, in: $1.rawValue)
      )
    }
    let kept = Architecture.allCases.map {
      LabSection.equivariance.check(
        "\($0.rawValue) error, \($0.group.rawValue) rotation over none",
        ratio($0, $0.group),
        .close(to: 1, within: 0.02),
        of: LabKey("error", $0, in: $0.group.rawValue)
      )
    }
    func count(_ architecture: Architecture, _ method: String, _ group: String) -> LabPoint? {
      points.on(LabKey("needed-samples", architecture, by: method, in: group)).first
    }
    let same = Architecture.allCases.map { architecture in
      let method = architecture == .fullyConnected ? "momentum" : "thresholded"
      let ratio =
        (count(architecture, method, architecture.group.rawValue)?.value ?? .nan)
        / (count(architecture, method, "none")?.value ?? .nan)
      return LabSection.equivariance.check(
        "\(architecture.rawValue): sample count, \(architecture.group.rawValue) rotation over none",
        ratio,
        .range(0.85...1.18)
      )
    }
    let (axis, turned) = (
      count(.fullyConnected, "l1", "none"), count(.fullyConnected, "l1", "full")
    )
    let differs = axis.flatMap { a in turned.map { a.estimate.isApart(from: $0.estimate) } }
    return lost + kept + same + [
      LabSection.equivariance.check(
        "fcn with an L1 penalty: sample count, full rotation over none",
        (turned?.value ?? .nan) / (axis?.value ?? .nan),
        .other("intervals apart", holds: differs ?? false)
      )
    ]
  }
}

/// Learners on images and on the same images turned.
struct RotationTrial: Sendable {
  let engine: Engine
  let seeds: [UInt64]
  private let law = SignalLaw(patchCount: 4, dimension: 6, sigma: 0.25)
  private static let sampleCount = 400

  init(engine: Engine, seeds: [UInt64]) {
    (self.engine, self.seeds) = (engine, seeds)
  }

  /// How far what is learned from turned images is from turning what is learned, in double precision.
  func distances() throws -> [LabPoint] {
    let ascent = try [Architecture.convolutional, .locallyConnected].flatMap { architecture in
      try RotationGroup.allCases.map { group -> LabPoint in
        let plain = try filters(architecture, nil, .float64)[0]
        let matrix = group.matrix(law, seed: 1)
        let turned = try filters(architecture, matrix, .float64)[0]
        let expected = OrthogonalMatrix.product(matrix, plain.flatMap(\.self))
        return LabKey("distance", architecture, by: "thresholded", in: group.rawValue)
          .point(Self.distance(turned.flatMap(\.self), expected))
      }
    }
    let matrix = RotationGroup.full.matrix(law, seed: 1)
    let trained = try ["momentum", "adam", "l1"].map { method -> LabPoint in
      var learner = descent(method)
      learner.elementType = .float64
      func weights() throws -> [Double] {
        try learner.train(seeds: [seeds[0]], sizes: [60]).weights
      }
      let plain = try weights()
      (learner.rotation, learner.turnsFirstWeights) = (matrix, true)
      let size = law.imageSize
      let expected = stride(from: 0, to: plain.count, by: size).flatMap {
        OrthogonalMatrix.product(matrix, Array(plain[$0..<$0 + size]))
      }
      let scale = expected.map(abs).max() ?? 1
      return LabKey("distance", .fullyConnected, by: method, in: "full")
        .point(Self.distance(try weights(), expected) / scale)
    }
    return ascent + trained
  }

  /// Test errors on plain and on turned images, of networks that learned from such.
  func errors() throws -> [LabPoint] {
    let groups: [Architecture: [RotationGroup?]] = [
      .convolutional: [nil, .shared, .blocks], .locallyConnected: [nil, .blocks, .full],
    ]
    let local = try [Architecture.convolutional, .locallyConnected].flatMap { architecture in
      try (groups[architecture] ?? []).map { group -> LabPoint in
        let matrix = group?.matrix(law, seed: 1)
        var learner = GradientLearner(engine: engine, architecture, law)
        learner.rotation = matrix
        let network = learner.network(try filters(architecture, matrix, .float32), bias: 0.3)
        return LabKey("error", architecture, by: "thresholded", in: group?.rawValue ?? "none")
          .point(meanOf: try learner.errors(of: network).map { $0[0] })
      }
    }
    let whole = try [nil, RotationGroup.full].map { group -> LabPoint in
      var learner = descent("momentum")
      (learner.rotation, learner.turnsFirstWeights) = (group?.matrix(law, seed: 1), true)
      let network = try learner.train(seeds: seeds, sizes: [Self.sampleCount])
      return LabKey("error", .fullyConnected, by: "momentum", in: group?.rawValue ?? "none")
        .point(meanOf: try learner.errors(of: network).map { $0[0] })
    }
    return local + whole
  }

  /// Sample counts on plain images and on images that the network's own group has turned.
  func sampleCounts() throws -> [LabPoint] {
    let law = SignalLaw(patchCount: 8, dimension: 16, sigma: 0.3)
    let target = BayesRule(patchCount: 8).error(sigma: 0.3) + 0.03
    let readout = ReadoutError(patchCount: 8, sigma: 0.3)
    return try [Architecture.convolutional, .locallyConnected].flatMap { architecture in
      try [nil, architecture.group].compactMap { group -> LabPoint? in
        let matrix = group?.matrix(law, seed: 2)
        var learner = FilterLearner(engine: engine, rule: .standard)
        learner.rotation = matrix
        let curve = try ErrorCurve.search(reaching: target, limit: 4096) { sizes in
          let found = try learner.learn(architecture, law, seeds: seeds, sizes: sizes)
          return sizes.indices.map { size in
            found.weights.map { readout.error(Self.alignments($0[size], law, matrix)) }
          }
        }
        let key = LabKey(
          "needed-samples",
          architecture,
          by: "thresholded",
          in: group?.rawValue ?? "none"
        )
        return curve.estimate(reaching: target).map { key.point($0) }
      }
    }
  }

  /// Sample counts of fully connected networks whose signal lies along an axis, and of such that are turned: first
  /// weights are drawn anew, so that only laws are equal.
  func controls() throws -> [LabPoint] {
    let law = SignalLaw(patchCount: 4, dimension: 8, sigma: 0.35)
    return try ["momentum", "adam", "l1"].flatMap { method in
      try [nil, RotationGroup.full].compactMap { group -> LabPoint? in
        var learner = descent(method)
        learner.law = law
        learner.rotation = group?.matrix(law, seed: 3)
        let search = SampleSearch(engine: engine, seeds: seeds)
        let curve = try ErrorCurve.search(reaching: 0.1, limit: 1024) {
          try search.errors(of: learner, $0)
        }
        let key = LabKey(
          "needed-samples",
          .fullyConnected,
          by: method,
          in: group?.rawValue ?? "none"
        )
        return curve.estimate(reaching: 0.1).map { key.point($0) }
      }
    }
  }

  private func descent(_ method: String) -> GradientLearner {
    var learner = GradientLearner(engine: engine, .fullyConnected, law)
    if method == "adam" { (learner.rule, learner.rate) = (.adam, 0.01) }
    if method == "l1" { learner.sparsity = 0.01 }
    return learner
  }

  private func filters(
    _ architecture: Architecture,
    _ rotation: [Double]?,
    _ type: ElementType
  ) throws -> [[[Double]]] {
    var learner = FilterLearner(engine: engine, rule: .standard)
    (learner.rotation, learner.elementType) = (rotation, type)
    return try learner.learn(architecture, law, seeds: seeds, sizes: [Self.sampleCount])
      .weights.map { $0[0] }
  }

  /// The alignments of filters with the turned signal of their patch.
  private static func alignments(
    _ filters: [[Double]],
    _ law: SignalLaw,
    _ rotation: [Double]?
  ) -> [Double] {
    filters.enumerated().map { patch, filter in
      guard let rotation else { return filter[0] }
      let first = patch * law.dimension
      return filter.indices.reduce(0) {
        $0 + filter[$1] * rotation[(first + $1) * law.imageSize + first]
      }
    }
  }

  private static func distance(_ found: [Double], _ expected: [Double]) -> Double {
    zip(found, expected).map { abs($0 - $1) }.max() ?? .nan
  }
}
