import Foundation
import Laboratory

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
        let curve = LabKey(
          "risk-ratio",
          by: .bestDirection,
          law: law.name,
          .population,
          optimum: law.mass
        )
        return (norms + [oracle.logisticMinimizer().norm]).sorted().map { norm in
          angle = oracle.bestAngle(norm: norm, near: angle)
          return curve.at(["norm": norm]).point(law.zeroOneRisk(angle: angle) / law.mass)
        }
      }
    }
    return Self.record(
      .scale,
      parameters: ["optimum": [optimum], "norms": norms],
      points: points,
      checks: try scaleChecks(points, optimum: optimum)
    )
  }

  private func scaleChecks(_ points: [LabPoint], optimum: Double) throws -> [LabCheck] {
    let gaussian = LabKey(
      "risk-ratio",
      by: .bestDirection,
      law: "gaussian-far-quadrant",
      .population
    )
    let ratios = points.on(gaussian).map(\.value)
    let spread = LabSection.scale.check(
      "Gaussian: spread of the ratio over all norms",
      (ratios.max() ?? .nan) - (ratios.min() ?? .nan),
      .below(1e-6),
      of: gaussian
    )
    // The other expectations were computed for one OPT.
    guard optimum == Size.full.scaleOptimum else { return [spread] }
    let hard = points.on(LabKey("risk-ratio", by: .bestDirection, .population))
    func check(_ name: String, _ norm: Double, _ ratio: Double, _ tolerance: Double) -> LabCheck {
      let near = hard.min { abs($0["norm"] - norm) < abs($1["norm"] - norm) }
      return LabSection.scale.check(
        "ratio at \(name)",
        near?.value ?? .nan,
        .close(to: ratio, within: tolerance),
        of: near?.key
      )
    }
    let minimizer = PopulationOracle(law: try .hard(optimum: optimum)).logisticMinimizer()
    return [
      check("norm 1", 1, 24.6, 0.1), check("the minimiser's norm", minimizer.norm, 10.087, 0.01),
      check("norm 1000", 1000, 2.21, 0.01), spread,
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
          LabKey("risk-ratio", by: .twoPhase, .population, optimum: optimum).at(["angle": angle])
            .point(law.zeroOneRisk(angle: oracle.hingeAngle(constraintAngle: angle)) / optimum)
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
        let curve = LabKey("risk-ratio", by: .twoPhase, .sampled, optimum: optimum)
          .at(["dimension": 2, "sampleCount": Double(size.sampleCount)])
        return angles.indices.map { place in
          curve.at(["angle": angles[place]]).point(
            meanOf: size.seeds.indices.map { seed in
              let index = place * size.seeds.count + seed
              return trials[index].zeroOneRisk(ofTurned: weights[index]) / optimum
            }
          )
        }
      }
    }
    let expected = [-0.3: 1.733, -0.1: 1.954, 0: 2.061, 0.2: 2.275, 0.4: 2.508]
    let checks = points.on(LabKey("risk-ratio", by: .twoPhase, .population, optimum: 1e-3))
      .compactMap { point in
        let angle = point["angle"]
        return expected[angle].map {
          LabSection.secondPhase.check(
            "OPT=0.001, angle of v \(angle)",
            point.value,
            .close(to: $0, within: 1e-3),
            of: point.key
          )
        }
      }
    return Self.record(
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
