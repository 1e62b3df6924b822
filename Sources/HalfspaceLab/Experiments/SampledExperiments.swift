import Foundation
import Laboratory
import Statistics

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
    var points: [LabPoint] = []
    var checks: [LabCheck] = []
    for law in laws {
      let key =
        "noise v\(Self.version) \(law.name) \(law.mass) n=\(size.noiseSampleCount) "
        + "seeds=\(size.seeds)"
      let cell = try sweep.cell(key) { try noisePoints(law) }
      points += cell
      checks += noiseChecks(law, cell)
    }
    return record(
      .noise,
      parameters: ["sampleCount": [Double(size.noiseSampleCount)]],
      seeds: size.seeds,
      points: points,
      checks: checks
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
    let optimum = law.optimum
    func exact(_ quantity: String, _ value: Double) -> LabPoint {
      LabPoint(
        method: "logistic",
        law: law.name,
        source: .population,
        quantity: quantity,
        optimum: optimum,
        place: law.mass,
        value: value
      )
    }
    func sampled(_ quantity: String, _ values: [Double]) -> LabPoint {
      Self.point(
        "logistic",
        law.name,
        quantity,
        optimum: optimum,
        dimension: 2,
        sampleCount: size.noiseSampleCount,
        place: law.mass,
        values: values
      )
    }
    return [
      exact("angle", minimizer.angle),
      exact("risk", law.zeroOneRisk(angle: minimizer.angle)),
      exact("norm", minimizer.norm),
      sampled("angle", angles),
      sampled("risk", angles.map { law.zeroOneRisk(angle: $0) }),
      sampled("norm", weights.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() }),
      LabPoint(
        method: "logistic",
        law: law.name,
        source: .sampled,
        quantity: "largest-deviation",
        optimum: optimum,
        dimension: 2,
        sampleCount: size.noiseSampleCount,
        place: law.mass,
        value: angleLaw.largestDeviation(of: angles)
      ),
    ]
  }

  private func noiseChecks(_ law: HalfspaceLaw, _ points: [LabPoint]) -> [LabCheck] {
    guard case .noisy(let marginal, let noise) = law,
      let exact = points.first(where: { $0.quantity == "angle" && $0.source == .population }),
      let sampled = points.first(where: { $0.quantity == "angle" && $0.source == .sampled })
    else { return [] }
    let name = "\(law.name) \(law.mass)"
    var checks: [LabCheck] = []
    if case .gaussian = marginal {
      switch noise {
      case .random:
        if size == .full {
          checks.append(.close("\(name): sampled angle", sampled.value, to: 0, within: 0.01))
        }
      case .massart(let rate):
        checks.append(
          .close(
            "\(name): quadrature against tan θ = η/(1 - η)",
            exact.value,
            to: GaussianFormulas.massartAngle(rate: rate),
            within: 1e-9
          )
        )
        let slope = tan(sampled.value) / (rate / (1 - rate))
        if size == .full {
          checks.append(.close("\(name): tan θ over η/(1 - η)", slope, to: 1, within: 0.02))
        }
      case .farQuadrant(let mass):
        let angle = GaussianFormulas.farQuadrantAngle(mass: mass)
        checks.append(
          .close("\(name): quadrature against the formula", exact.value, to: angle, within: 1e-9)
        )
      case .nearBoundary:
        checks.append(
          .below("\(name): OPT over the flipped mass", law.optimum / law.mass, 1)
        )
      }
    }
    let deviation = points.first { $0.quantity == "largest-deviation" }?.value ?? .nan
    checks.append(.below("\(name): farthest sampled angle, in deviations", deviation, 4))
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
    var needed: [(optimum: Double, dimension: Int, count: Double)] = []
    for optimum in optima {
      for dimension in dimensions {
        let curve = points.filter { $0.optimum == optimum && $0.dimension == dimension }
        // The first count from which on the risk stays low, so that one lucky count does not decide.
        let kept = curve.reversed().prefix { $0.value <= 3 }
        if let count = kept.last?.sampleCount {
          needed.append((optimum, dimension, Double(count)))
        }
      }
    }
    points += needed.map {
      LabPoint(
        method: "two-phase",
        law: "hard",
        source: .sampled,
        quantity: "needed-samples",
        optimum: $0.optimum,
        dimension: $0.dimension,
        value: $0.count
      )
    }
    var fits: [LabFit] = []
    for optimum in optima {
      let row = needed.filter { $0.optimum == optimum }
      if row.count > 1 {
        let fit = LineFit.powerLaw(x: row.map { Double($0.dimension) }, y: row.map(\.count))
        fits.append(LabFit(quantity: "needed samples against d, OPT=\(optimum)", slope: fit.slope))
      }
    }
    for dimension in dimensions {
      let row = needed.filter { $0.dimension == dimension }
      if row.count > 1 {
        let fit = LineFit.powerLaw(x: row.map { 1 / $0.optimum }, y: row.map(\.count))
        fits.append(
          LabFit(quantity: "needed samples against 1/OPT, d=\(dimension)", slope: fit.slope)
        )
      }
    }
    return record(
      .samples,
      parameters: [
        "optima": optima, "dimensions": dimensions.map(Double.init),
        "counts": size.complexityCounts.map(Double.init),
      ],
      seeds: size.seeds,
      points: points,
      fits: fits,
      checks: []
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
      Self.point(
        "two-phase",
        "hard",
        "risk-ratio",
        optimum: laws[law].mass,
        dimension: dimension,
        sampleCount: count,
        values: size.seeds.indices.map { seed in
          let index = law * size.seeds.count + seed
          return trials[index].zeroOneRisk(ofTurned: weights[index]) / laws[law].mass
        }
      )
    }
  }
}
