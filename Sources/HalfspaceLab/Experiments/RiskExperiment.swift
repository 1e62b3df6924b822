import Foundation
import Laboratory
import PJRT
import Statistics
import Tensors

extension HalfspaceLaboratory {
  /// The methods of the figure.
  enum Method: String, CaseIterable {
    case logistic
    case twoPhase = "two-phase"
    case averaging
    case sigmoid
    case leastSquares = "least-squares"
    case supportVectors = "support-vectors"
  }

  /// The laws of the figure: where logistic regression fails, and where it does not.
  static func riskLaws(_ optimum: Double) throws(HalfspaceError) -> [HalfspaceLaw] {
    [try .hard(optimum: optimum), try .checked(.gaussian, .farQuadrant(mass: optimum))]
  }

  /// The widths of the sigmoid, in units of OPT; the best on fresh samples counts.
  static let sigmoidWidths = [0.5, 1.0, 2, 4]

  /// The ridge of the support vector machines.
  static let supportVectorRidge = 1e-3

  /// Figure 1: risk against OPT, by method, law and dimension.
  func risk() throws -> LabRecord {
    sweep.plan(size.dimensions.count * 2 + 4)
    var points: [LabPoint] = []
    for law in 0..<2 {
      let laws = try size.optima.map { try Self.riskLaws($0)[law] }
      for dimension in size.dimensions {
        let key =
          "risk v\(Self.version) \(laws[0].name) d=\(dimension) n=\(size.sampleCount) "
          + "seeds=\(size.seeds) optima=\(size.optima)"
        points += try sweep.cell(key) { try sampledRisks(laws, dimension: dimension) }
      }
    }
    points += try populationPoints()
    points += try sweep.cell("risk v\(Self.version) solvers n=\(size.sampleCount) \(size.optima)") {
      try solverAgreement()
    }
    let fits = riskFits(points)
    return record(
      .risk,
      parameters: [
        "optima": size.optima, "dimensions": size.dimensions.map(Double.init),
        "sampleCount": [Double(size.sampleCount)], "sigmoidWidths": Self.sigmoidWidths,
      ],
      seeds: size.seeds,
      points: points,
      fits: fits,
      checks: riskChecks(points, fits)
    )
  }

  private func sampledRisks(_ laws: [HalfspaceLaw], dimension: Int) throws -> [LabPoint] {
    let trials = laws.flatMap { law in
      size.seeds.map { Trial(law: law, seed: $0, dimension: dimension) }
    }
    let sampler = DeviceSampler(engine: engine)
    let sampleCount = size.sampleCount
    let exact = laws.concurrentMap { AngleLaw($0, sampleCount: sampleCount) }
    let weights = try learnedWeights(trials, sampler: sampler)
    let quantities: [(Method, [[Double]])] = [
      (.logistic, weights.logistic), (.twoPhase, weights.twoPhase),
      (.averaging, weights.averages), (.sigmoid, weights.sigmoid),
      (.leastSquares, weights.leastSquares), (.supportVectors, weights.supportVectors),
    ]
    return quantities.flatMap { method, rows in
      let risks = trials.indices.concurrentMap { trials[$0].zeroOneRisk(ofTurned: rows[$0]) }
      return laws.indices.flatMap { index -> [LabPoint] in
        let places = size.seeds.indices.map { index * size.seeds.count + $0 }
        func point(_ quantity: String, _ value: (Int) -> Double) -> LabPoint {
          Self.point(
            method.rawValue,
            laws[index].name,
            quantity,
            optimum: laws[index].optimum,
            dimension: dimension,
            sampleCount: size.sampleCount,
            values: places.map(value)
          )
        }
        let shared = [
          point("risk") { risks[$0] }, point("angle") { trials[$0].angle(ofTurned: rows[$0]) },
        ]
        guard method == .logistic else { return shared }
        var deviation = point("norm") { rows[$0].reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let norm = deviation
        deviation.quantity = "largest-deviation"
        deviation.value = exact[index].largestDeviation(
          of: places.map { trials[$0].angle(ofTurned: rows[$0]) }
        )
        (deviation.low, deviation.high) = (nil, nil)
        return shared + [norm, deviation]
      }
    }
  }

  private func learnedWeights(_ trials: [Trial], sampler: DeviceSampler) throws -> (
    logistic: [[Double]], twoPhase: [[Double]], averages: [[Double]], sigmoid: [[Double]],
    leastSquares: [[Double]], supportVectors: [[Double]]
  ) {
    let first = try sampler.samples(trials, sampleCount: size.sampleCount, phase: 1)
    let logistic = try SoftenedHingeLearner(engine: engine)
      .minimize(samples: first, tolerance: 1e-8).weights
    let closed = ClosedFormLearner(engine: engine)
    let (averages, leastSquares) = try closed.learn(samples: first)
    let supportVectors = try SupportVectorLearner(engine: engine)
      .minimize(samples: first, ridge: Self.supportVectorRidge, finalWidth: 8e-3)
    let second = try sampler.samples(trials, sampleCount: size.sampleCount, phase: 2)
    let twoPhase = try HingeDescentLearner(engine: engine)
      .minimize(samples: second, directions: logistic)
    let sigmoids = try SigmoidDescentLearner(engine: engine).minimize(
      samples: second,
      start: averages,
      widths: trials.map { trial in Self.sigmoidWidths.map { $0 * trial.law.mass } }
    )
    // The width is chosen on the first phase's samples, which the sigmoid's descent has not seen.
    let risks = try Self.sigmoidWidths.indices.map { width in
      try closed.zeroOneRisks(samples: first, weights: sigmoids.map { $0[width] })
    }
    let best = trials.indices.map { trial in
      let widths = Self.sigmoidWidths.indices
      let width = widths.min { risks[$0][trial] < risks[$1][trial] } ?? 0
      return sigmoids[trial][width]
    }
    return (logistic, twoPhase, averages, best, leastSquares, supportVectors)
  }

  /// Newton's angles beside those of gradient descent with the paper's radius, on one seed.
  private func solverAgreement() throws -> [LabPoint] {
    let trials = try size.optima.map {
      Trial(law: try .hard(optimum: $0), seed: size.seeds[0], dimension: 2)
    }
    let samples = try DeviceSampler(engine: engine)
      .samples(trials, sampleCount: size.sampleCount, phase: 1)
    let newton = try SoftenedHingeLearner(engine: engine).minimize(samples: samples).weights
    let descent = try GradientDescentLearner(engine: engine, hasMomentum: true).minimize(
      samples: samples,
      radii: size.optima.map { 2 / $0.squareRoot() },
      tolerance: 1e-6,
      stepLimit: max(2000, Int(20 / (size.optima.min() ?? 1)))
    ).weights
    return trials.enumerated().map { index, trial in
      let (a, b) = (
        trial.angle(ofTurned: newton[index]), trial.angle(ofTurned: descent[index])
      )
      return LabPoint(
        method: "descent-against-newton",
        law: trial.law.name,
        source: .sampled,
        quantity: "angle-ratio",
        optimum: trial.law.mass,
        dimension: 2,
        sampleCount: size.sampleCount,
        value: b / a
      )
    }
  }
}

/// How the angle of logistic regression on samples of a law is distributed, for large samples.
struct AngleLaw: Hashable, Sendable {
  /// The population's minimiser.
  var minimizer: PopulationOracle.Minimizer
  /// The standard deviation of the angle.
  var deviation: Double

  init(_ law: HalfspaceLaw, sampleCount: Int) {
    let oracle = PopulationOracle(law: law)
    minimizer = oracle.logisticMinimizer()
    deviation = oracle.angleDeviation(of: minimizer, sampleCount: sampleCount)
  }

  /// The largest distance of measured angles from the population's, in standard deviations.
  func largestDeviation(of angles: [Double]) -> Double {
    angles.map { abs($0 - minimizer.angle) / deviation }.max() ?? .nan
  }
}
