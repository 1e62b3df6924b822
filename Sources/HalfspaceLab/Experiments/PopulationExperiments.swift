import Foundation
import Laboratory
import Statistics

extension HalfspaceLaboratory {
  /// Figure 2: the risk of the best direction of each norm; on the hard law the failure is one of scale.
  func scale() throws -> LabRecord {
    let norms = (0...28).map { pow(10, Double($0) / 8) }
    let optimum = size.scaleOptimum
    sweep.plan(2)
    var points: [LabPoint] = []
    for law in [
      try HalfspaceLaw.hard(optimum: optimum), try .checked(.gaussian, .farQuadrant(mass: optimum)),
    ] {
      points += try sweep.cell("scale v\(Self.version) \(law.name) OPT=\(optimum)") {
        let oracle = PopulationOracle(law: law)
        var angle = 0.3
        return (norms + [oracle.logisticMinimizer().norm]).sorted().map { norm in
          angle = oracle.bestAngle(norm: norm, near: angle)
          return LabPoint(
            method: "best-direction",
            law: law.name,
            source: .population,
            quantity: "risk-ratio",
            optimum: law.mass,
            place: norm,
            value: law.zeroOneRisk(angle: angle) / law.mass
          )
        }
      }
    }
    return record(
      .scale,
      parameters: ["optimum": [optimum], "norms": norms],
      seeds: [],
      points: points,
      checks: try scaleChecks(points, optimum: optimum)
    )
  }

  private func scaleChecks(_ points: [LabPoint], optimum: Double) throws -> [LabCheck] {
    let gaussian = points.filter { $0.law != "hard" }.map(\.value)
    let spread = LabCheck.below(
      "Gaussian: spread of the ratio over all norms",
      (gaussian.max() ?? .nan) - (gaussian.min() ?? .nan),
      1e-6
    )
    // The other expectations were computed for one OPT.
    guard optimum == HalfspaceLaboratory.Size.full.scaleOptimum else { return [spread] }
    let oracle = PopulationOracle(law: try .hard(optimum: optimum))
    let hard = points.filter { $0.law == "hard" }
    func ratio(_ norm: Double) -> Double {
      let near = hard.min { abs(($0.place ?? 0) - norm) < abs(($1.place ?? 0) - norm) }
      return near?.value ?? .nan
    }
    return [
      .close("ratio at norm 1", ratio(1), to: 24.6, within: 0.1),
      .close(
        "ratio at the minimiser's norm",
        ratio(oracle.logisticMinimizer().norm),
        to: 10.087,
        within: 0.01
      ),
      .close("ratio at norm 1000", ratio(1000), to: 2.21, within: 0.01),
      spread,
    ]
  }

  /// Figure 3: the second phase's risk against the direction that the first phase hands over.
  func secondPhase() throws -> LabRecord {
    let angles = [-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3, 0.4]
    let optima = [1e-3, 1e-2]
    sweep.plan(optima.count * 2)
    var points: [LabPoint] = []
    for optimum in optima {
      let law = try HalfspaceLaw.hard(optimum: optimum)
      points += try sweep.cell("phase2 v\(Self.version) OPT=\(optimum) population") {
        let oracle = PopulationOracle(law: law)
        return angles.map { angle in
          LabPoint(
            method: "two-phase",
            law: law.name,
            source: .population,
            quantity: "risk-ratio",
            optimum: optimum,
            place: angle,
            value: law.zeroOneRisk(angle: oracle.hingeAngle(constraintAngle: angle)) / optimum
          )
        }
      }
      let key =
        "phase2 v\(Self.version) OPT=\(optimum) n=\(size.sampleCount) seeds=\(size.seeds)"
      points += try sweep.cell(key) {
        let trials = angles.flatMap { _ in
          size.seeds.map { Trial(law: law, seed: $0, dimension: 2) }
        }
        let starts = trials.indices.map { index -> [Double] in
          let angle = angles[index / size.seeds.count]
          let matrix = trials[index].rotation
          return (0..<2).map { matrix[2 * $0] * cos(angle) + matrix[2 * $0 + 1] * sin(angle) }
        }
        let samples = try DeviceSampler(engine: engine)
          .samples(trials, sampleCount: size.sampleCount, phase: 2)
        let weights = try HingeDescentLearner(engine: engine)
          .minimize(samples: samples, directions: starts)
        return angles.indices.map { place in
          Self.point(
            "two-phase",
            law.name,
            "risk-ratio",
            optimum: optimum,
            dimension: 2,
            sampleCount: size.sampleCount,
            place: angles[place],
            values: size.seeds.indices.map { seed in
              let index = place * size.seeds.count + seed
              return trials[index].zeroOneRisk(ofTurned: weights[index]) / optimum
            }
          )
        }
      }
    }
    let expected = [-0.3: 1.733, -0.1: 1.954, 0: 2.061, 0.2: 2.275, 0.4: 2.508]
    let checks = points.filter { $0.source == .population && $0.optimum == 1e-3 }.compactMap {
      point -> LabCheck? in
      guard let place = point.place, let ratio = expected[place] else { return nil }
      return .close("OPT=0.001, angle of v \(place)", point.value, to: ratio, within: 1e-3)
    }
    return record(
      .phase2,
      parameters: [
        "angles": angles, "optima": optima, "sampleCount": [Double(size.sampleCount)],
      ],
      seeds: size.seeds,
      points: points,
      checks: checks
    )
  }
}
