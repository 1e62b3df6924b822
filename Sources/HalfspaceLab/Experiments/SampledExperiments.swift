import Foundation
import Laboratory

extension HalfspaceLaboratory {
  /// The laws of the noise table.
  static func noiseLaws() throws(HalfspaceError) -> [HalfspaceLaw] {
    var laws: [HalfspaceLaw] = []
    for rate in [0.1, 0.2, 0.4] { laws.append(try .checked(.gaussian, .random(rate: rate))) }
    for rate in [0.1, 0.2, 0.4] { laws.append(try .checked(.gaussian, .massart(rate: rate))) }
    for mass in [0.02, 0.005, 0.001] {
      laws.append(try .checked(.gaussian, .farQuadrant(mass: mass)))
    }
    laws.append(try .checked(.gaussian, .nearBoundary(mass: 0.02)))
    for marginal in [Marginal.gaussianMixture(distance: 1.5), .laplace, .student(degrees: 4)] {
      laws.append(try .checked(marginal, .massart(rate: 0.2)))
      laws.append(try .checked(marginal, .farQuadrant(mass: 0.02)))
    }
    return laws
  }

  /// Figure 4: logistic regression under each noise, exact and from samples.
  func noise() throws -> LabRecord {
    let laws = try Self.noiseLaws()
    sweep.plan(laws.count)
    let points = try laws.flatMap { law in
      let key =
        "noise v\(Self.version) \(law.name) \(law.mass) n=\(size.noiseSampleCount) "
        + "seeds=\(size.seeds)"
      return try sweep.cell(key) { try noisePoints(law) }
    }
    return Self.record(
      .noise,
      parameters: ["sampleCount": [Double(size.noiseSampleCount)]],
      seeds: size.seeds,
      points: points,
      checks: laws.flatMap { noiseChecks($0, points) }
    )
  }

  private func noisePoints(_ law: HalfspaceLaw) throws -> [LabPoint] {
    let angleLaw = AngleLaw(law, sampleCount: size.noiseSampleCount)
    let minimizer = angleLaw.minimizer
    let trials = size.seeds.map { Trial(law: law, seed: $0, dimension: 2) }
    let samples = try DeviceSampler(engine: engine)
      .samples(trials, sampleCount: size.noiseSampleCount, phase: 1)
    let weights = try SoftenedHingeLearner(engine: engine)
      .minimize(samples: samples, tolerance: 1e-9).weights
    let angles = zip(trials, weights).map { $0.angle(ofTurned: $1) }
    let (exact, sampled) = noiseKeys(law)
    return [
      exact.point(minimizer.angle),
      exact.of("risk").point(law.zeroOneRisk(angle: minimizer.angle)),
      exact.of("norm").point(minimizer.norm),
      sampled.point(meanOf: angles),
      sampled.of("risk").point(meanOf: angles.map { law.zeroOneRisk(angle: $0) }),
      sampled.of("norm").point(
        meanOf: weights.map(\.norm)
      ),
      sampled.of("largest-deviation").point(angleLaw.largestDeviation(of: angles)),
    ]
  }

  /// The angle under a law, exact and from samples.
  func noiseKeys(_ law: HalfspaceLaw) -> (exact: LabKey, sampled: LabKey) {
    let exact = LabKey("angle", by: .logistic, law: law.name, .population).at([
      "optimum": law.optimum, "mass": law.mass,
    ])
    let sampled = LabKey("angle", by: .logistic, law: law.name, .sampled).at([
      "optimum": law.optimum, "mass": law.mass, "dimension": 2,
      "sampleCount": Double(size.noiseSampleCount),
    ])
    return (exact, sampled)
  }

  func noiseChecks(_ law: HalfspaceLaw, _ points: [LabPoint]) -> [LabCheck] {
    guard case .noisy(let marginal, let noise) = law else { return [] }
    let (exact, sampled) = noiseKeys(law)
    let (exactAngle, angle) = (points.value(exact), points.value(sampled))
    var checks: [LabCheck] = []
    func check(_ name: String, _ measured: Double, _ expectation: LabExpectation, of key: LabKey) {
      let name = "\(law.name) \(law.mass): \(name)"
      checks.append(LabSection.noise.check(name, measured, expectation, of: key))
    }
    if case .gaussian = marginal {
      switch noise {
      case .random:
        if size == .full {
          check("sampled angle", angle, .close(to: 0, within: 0.01), of: sampled)
        }
      case .massart(let rate):
        let formula = GaussianFormulas.massartAngle(rate: rate)
        let name = "quadrature against tan θ = η/(1 - η)"
        check(name, exactAngle, .close(to: formula, within: 1e-9), of: exact)
        let slope = tan(angle) / (rate / (1 - rate))
        if size == .full {
          check("tan θ over η/(1 - η)", slope, .close(to: 1, within: 0.02), of: sampled)
        }
      case .farQuadrant(let mass):
        let formula = GaussianFormulas.farQuadrantAngle(mass: mass)
        let name = "quadrature against the formula"
        check(name, exactAngle, .close(to: formula, within: 1e-9), of: exact)
      case .nearBoundary:
        check("OPT over the flipped mass", law.optimum / law.mass, .below(1), of: exact.of("risk"))
      }
    }
    let deviation = sampled.of("largest-deviation")
    let name = "farthest sampled angle, in deviations"
    check(name, points.value(deviation), .below(4), of: deviation)
    return checks
  }

  /// Figure 5: the smallest sample count of a phase at which the two-phase risk is at most 3 OPT on average.
  func sampleComplexity() throws -> LabRecord {
    let (optima, dimensions) = (size.complexityOptima, size.complexityDimensions)
    sweep.plan(dimensions.count * size.complexityCounts.count)
    var points: [LabPoint] = []
    for dimension in dimensions {
      for count in size.complexityCounts {
        let key =
          "samples v\(Self.version) d=\(dimension) n=\(count) optima=\(optima) seeds=\(size.seeds)"
        points += try sweep.cell(key) { try twoPhaseRisks(dimension: dimension, count: count) }
      }
    }
    let needed = optima.flatMap { optimum in
      dimensions.compactMap { dimension -> LabPoint? in
        let curve = LabKey(
          "risk-ratio",
          by: .twoPhase,
          .sampled,
          optimum: optimum,
          dimension: dimension
        )
        // The first count from which on the risk stays low, so that one lucky count does not decide.
        let kept = points.on(curve).reversed().prefix { $0.value <= 3 }
        return kept.last.map { curve.of("needed-samples").point($0["sampleCount"]) }
      }
    }
    func fit(_ name: String, _ key: LabKey, over coordinate: String, isInverse: Bool) -> LabFit? {
      let row = needed.on(key)
      return LabSection.samples.powerLaw(
        name,
        of: key,
        over: coordinate,
        x: row.map { isInverse ? 1 / $0[coordinate] : $0[coordinate] },
        y: row.map(\.value)
      )
    }
    let fits =
      optima.map { optimum in
        fit(
          "needed samples against d, OPT=\(optimum)",
          LabKey("needed-samples", by: .twoPhase, .sampled, optimum: optimum),
          over: "dimension",
          isInverse: false
        )
      }
      + dimensions.map { dimension in
        fit(
          "needed samples against 1/OPT, d=\(dimension)",
          LabKey("needed-samples", by: .twoPhase, .sampled, dimension: dimension),
          over: "optimum",
          isInverse: true
        )
      }
    return Self.record(
      .samples,
      parameters: [
        "optima": optima, "dimensions": dimensions.map(Double.init),
        "counts": size.complexityCounts.map(Double.init),
      ],
      seeds: size.seeds,
      points: points + needed,
      fits: fits.compactMap(\.self)
    )
  }

  private func twoPhaseRisks(dimension: Int, count: Int) throws -> [LabPoint] {
    let laws = try size.complexityOptima.map { try HalfspaceLaw.hard(optimum: $0) }
    let trials = laws.flatMap { law in
      size.seeds.map { Trial(law: law, seed: $0, dimension: dimension) }
    }
    let sampler = DeviceSampler(engine: engine)
    let first = try sampler.samples(trials, sampleCount: count, phase: 1)
    var objective = SoftenedHingeLearner.Objective()
    // The paper's ball: few samples may be separable.
    objective.largestNorm = 2 / (size.complexityOptima.min() ?? 1).squareRoot()
    let logistic = try SoftenedHingeLearner(engine: engine)
      .minimize(objective, samples: first, tolerance: 1e-8).weights
    let second = try sampler.samples(trials, sampleCount: count, phase: 2)
    let weights = try HingeDescentLearner(engine: engine)
      .minimize(samples: second, directions: logistic)
    return laws.indices.map { law in
      LabKey("risk-ratio", by: .twoPhase, .sampled, optimum: laws[law].mass, dimension: dimension)
        .at(["sampleCount": Double(count)])
        .point(
          meanOf: size.seeds.indices.map { seed in
            let index = law * size.seeds.count + seed
            return trials[index].zeroOneRisk(ofTurned: weights[index]) / laws[law].mass
          }
        )
    }
  }
}
