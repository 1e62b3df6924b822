import Laboratory
import Tensors

extension HalfspaceLaboratory {
  /// How numbers are learned.
  enum Method: String {
    case logistic
    case twoPhase = "two-phase"
    case averaging
    case sigmoid
    case leastSquares = "least-squares"
    case supportVectors = "support-vectors"
    /// The best direction of a given norm.
    case bestDirection = "best-direction"
    /// The second phase with the hinge max(1 - u, 0), a control.
    case marginHinge = "two-phase-margin-hinge"
    /// One solver beside the other.
    case descentAgainstNewton = "descent-against-newton"

    /// The methods of the figure.
    static let compared: [Method] = [
      .logistic, .twoPhase, .averaging, .sigmoid, .leastSquares, .supportVectors,
    ]
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
    sweep.plan(size.dimensions.count * 2 + exactOptima.count * 2 + 2)
    var points: [LabPoint] = []
    // The two laws share the processor's cores; more at a time would need more memory.
    let laws = try (0..<2).map { law in try size.optima.map { try Self.riskLaws($0)[law] } }
    let sampling = RiskSampling(engine: engine, size: size)
    for dimension in size.dimensions {
      let keys = laws.map { laws in
        "risk v\(Self.version) \(laws[0].name) d=\(dimension) n=\(size.sampleCount) "
          + "seeds=\(size.seeds) optima=\(size.optima)"
      }
      points += try sweep.cells(keys) { try sampling.risks(laws[$0], dimension: dimension) }
    }
    points += try populationPoints()
    points += try sweep.cell("risk v\(Self.version) solvers n=\(size.sampleCount) \(size.optima)") {
      try solverAgreement()
    }
    let fits = riskFits(points)
    return Self.record(
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
      return LabKey(
        "angle-ratio",
        by: .descentAgainstNewton,
        law: trial.law.name,
        .sampled,
        optimum: trial.law.mass,
        dimension: 2,
        sampleCount: size.sampleCount
      ).point(b / a)
    }
  }
}
