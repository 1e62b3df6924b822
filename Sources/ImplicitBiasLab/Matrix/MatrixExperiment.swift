import Foundation
import Laboratory
import LinearAlgebra
import Reports
import Statistics
import Tensors

extension LabSection {
  static let matrix = LabSection(rawValue: "matrix")
}

extension ImplicitBiasLaboratory {
  /// Descent on a square root of a matrix from smaller and smaller starts, beside the least trace.
  func matrix() throws -> LabRecord {
    let study = MatrixStudy(engine: engine, seeds: Array(size.seeds.prefix(5)))
    let points = try measured(
      .matrix,
      MatrixStudy.Part.allCases,
      named: { "\($0.rawValue) seeds=\(study.seeds)" },
      compute: { try study.points(of: $0) }
    )
    return Self.record(
      .matrix,
      parameters: [
        "rows": [Double(MatrixStudy.rowCount)], "rank": [Double(MatrixStudy.rank)],
        "measurements": [Double(MatrixStudy.measurementCount)], "alpha": MatrixStudy.scales,
      ],
      seeds: study.seeds,
      points: points,
      fits: MatrixStudy.fits(points),
      checks: MatrixStudy.checks(points)
    )
  }

  static var matrixSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [.matrix: MatrixStudy.section]
  }
}

/// The measurements of the chapter.
struct MatrixStudy: Sendable {
  enum Part: String, CaseIterable, Sendable {
    case general, commuting
  }

  let engine: Engine
  let seeds: [UInt64]

  static let rowCount = 12
  static let rank = 2
  static let measurementCount = 40
  static let scales = [0.3, 0.1, 0.03, 0.01, 0.001]
  /// The start of the measurements that commute, and shares of its steps.
  private static let commutingScale = 0.3
  private static let shares = [0.4, 0.1]

  func points(of part: Part) throws -> [LabPoint] {
    switch part {
    case .general: try general()
    case .commuting: try commuting()
    }
  }

  private func general() throws -> [LabPoint] {
    let problems = seeds.map {
      MatrixSensing(size: Self.rowCount, rank: Self.rank, count: Self.measurementCount, seed: $0)
    }
    let minima = try problems.map { try LeastTrace($0).minimum() }
    let outcomes = try FactorDescent(engine: engine).run(problems, scales: Self.scales)
    let reference = Self.reference
    let recovery = zip(problems, minima).map { problem, minimum in
      (minimum.matrix - problem.truth).frobeniusNorm / problem.truth.frobeniusNorm
    }
    var points = Certificate(worstOf: minima.map(\.certificate)).points(of: reference)
    points.append(reference.of("error-of-least-trace").point(recovery.max() ?? .nan))
    for (place, scale) in Self.scales.enumerated() {
      let key = LabKey("excess", coordinates: ["alpha": scale])
      let ends = outcomes.map { $0[place] }
      let excess = zip(ends, minima).map { $0.matrix.trace / $1.matrix.trace - 1 }
      let errors = zip(ends, problems).map { end, problem in
        (end.matrix - problem.truth).frobeniusNorm / problem.truth.frobeniusNorm
      }
      points += [
        Self.median(excess, key), Self.median(errors, key.of("error")),
        key.of("steps").point(Double(ends.map(\.stepCount).max() ?? 0)),
        key.of("residual").point(ends.map(\.residual).max() ?? .nan),
      ]
    }
    return points
  }

  /// The median of problems, with the least and the largest.
  ///
  /// Some problems are much slower than others, so that a mean would be that of the slowest.
  private static func median(_ values: [Double], _ key: LabKey) -> LabPoint {
    let quantiles = Quantiles(of: values)
    return LabPoint(key: key, value: quantiles(0.5), low: quantiles(0), high: quantiles(1))
  }

  private static let reference = LabKey("least-trace", labels: ["answer": "least trace"])
  private static let entropy = LabKey("commuting-distance", labels: ["answer": "entropy"])

  /// Diagonal measurements: the eigenvalues follow the entropy from α², exactly.
  private func commuting() throws -> [LabPoint] {
    let problem = MatrixSensing(
      size: Self.rowCount,
      rank: Self.rank,
      count: 5,
      isDiagonal: true,
      seed: seeds.first ?? 1
    )
    let diagonals = (0..<5).map { row in
      (0..<Self.rowCount).map { problem.measurements[row, $0 * Self.rowCount + $0] }
    }
    let minimum = try PotentialMinimizer(
      EntropyPotential(),
      Regression(Matrix(rows: diagonals), problem.targets),
      from: [Double](
        repeating: Self.commutingScale * Self.commutingScale,
        count: Self.rowCount
      )
    ).minimum()
    let key = Self.entropy
    let weights = try Self.shares.map { share in
      var descent = FactorDescent(engine: engine)
      descent.share = share
      let matrix = try descent.run([problem], scales: [Self.commutingScale])[0][0].matrix
      return (0..<Self.rowCount).map { matrix[$0, $0] }
    }
    let limit = weights[1].plus(1.0 / 3, times: weights[1].minus(weights[0]))
    return zip(Self.shares, weights).map { share, weights in
      key.at(["share": share]).point(weights.relativeDistance(to: minimum.weights))
    } + [
      key.of("commuting-extrapolated").point(limit.relativeDistance(to: minimum.weights))
    ] + minimum.certificate.points(of: key)
  }

  /// The rate at which the excess falls with the start, where starts are small.
  static func fits(_ points: [LabPoint]) -> [LabFit] {
    let key = LabKey("excess")
    let small = points.on(key).filter { $0["alpha"] <= 0.1 }
    return [
      LabSection.matrix.powerLaw(
        "median excess of the trace, exponent in α",
        of: key,
        over: "alpha",
        x: small.map { $0["alpha"] },
        y: small.map(\.value)
      )
    ].compactMap(\.self)
  }

  static func checks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.matrix
    let distances = points.on(entropy)
    let ratio =
      (distances.first { $0["share"] == shares[0] }?.value ?? .nan)
      / (distances.first { $0["share"] == shares[1] }?.value ?? .nan)
    let excess = points.on(LabKey("excess")).sorted { $0["alpha"] > $1["alpha"] }.map(\.value)
    let falls = zip(excess, excess.dropFirst()).map { 1 - $1 / $0 }
    return [
      section.check(
        "median excess of the trace: the least fall from one α to the next, over the excess",
        falls.min() ?? .nan,
        .other("> 0.3", holds: falls.count == scales.count - 1 && falls.allSatisfy { $0 > 0.3 }),
        of: LabKey("excess")
      ),
      section.check(
        "certificates of the least trace, the worst",
        Certificate.worst(of: reference, in: points),
        .below(1e-8)
      ),
      section.check(
        "the least trace: error to the truth, the largest",
        points.value(LabKey("error-of-least-trace")),
        .below(1e-6)
      ),
      section.check(
        "commuting measurements: distance from the entropy's minimum, a step over one four times smaller",
        ratio,
        .range(3.5...4.6)
      ),
      section.check(
        "commuting measurements: distance from the entropy's minimum, extrapolated to no step",
        points.value(LabKey("commuting-extrapolated")),
        .below(1e-3)
      ),
    ]
  }

  /// What another program measured on its own problem: excess of the trace and error to the truth.
  private static let independent = [
    ".574 / .452", ".129 / .178", ".041 / .074", ".015 / .029", ".0015 / .0036",
  ]

  static func section(_ reader: LabReader) -> Study.Section {
    func range(_ key: LabKey) -> String {
      guard let point = reader.record.points.on(key).first else { return NumberText.unknown }
      let ends = [point.low, point.high].map { LabReader.text($0 ?? .nan) }
      return "\(LabReader.text(point.value)) (\(ends.joined(separator: " to ")))"
    }
    let rows = scales.enumerated().map { place, scale -> [String] in
      let key = LabKey("excess", coordinates: ["alpha": scale])
      return [
        NumberText.setting(scale), range(key), range(key.of("error")),
        independent[place], reader.text(key.of("steps")),
        NumberText.brief(reader.record.points.value(key.of("residual"))),
      ]
    }
    func places(_ quantity: String) -> [Figure.Place] {
      reader.places(LabKey(quantity), over: "alpha")
    }
    return Study.Section(
      title: "Matrix factorization: small starts and small traces",
      lesson: Study.Lesson(
        question:
          "A 12 x 12 matrix of rank 2 is measured 40 times, too few for its 78 numbers. Descent on U with W = U Uᵀ begins at αI. How far from the truth does it end with α = 0.3, and with 0.001?",
        answer:
          "By a third to a half of its size with 0.3, and by about a percent with 0.001; but some problems are so slow that they are not there yet.",
        see:
          "The marks fall with α; intervals are the least and the largest of the problems, some of which were stopped on their way."
      ),
      claim:
        "With measurements that commute, descent on U from αI is exponentiated gradient on eigenvalues, and ends in the least trace as "
        + "α goes to 0 (Gunasekar et al. 2017). In general that is a conjecture, known to fail in places (Li, Luo and Lyu 2021); "
        + "here it is measured, not claimed.",
      findings: reader.fits.map { "\($0.name): \(LabReader.text($0))." } + [
        "On the other program's one problem the exponent was about 1; on these it is less, and differs from one to the next.",
        "Starts of all scales on all problems are one program. Rows whose residual is above 1e-9 were stopped after 200 000 steps.",
        "The least trace recovers the truth to "
          + NumberText.brief(reader.record.points.value(LabKey("error-of-least-trace"))) + ".",
      ],
      figures: [
        Figure(
          title: "Distance from the least trace and from the truth",
          summary: "Excess of the trace and error to the truth against the scale of the start.",
          horizontal: Figure.Axis("α", isLogarithmic: true),
          vertical: Figure.Axis("relative", isLogarithmic: true),
          curves: [
            Figure.Curve(name: "trace", style: 0, marks: places("excess")),
            Figure.Curve(name: "error", style: 1, marks: places("error")),
          ]
        )
      ],
      tables: [
        Study.Table(
          caption:
            "Where descent ends from αI: excess of the trace over the least and error to the truth, the median, the least and the largest of \(reader.record.seeds.count) problems; the same by another program on its own problem; steps and residuals, the largest.",
          heads: ["α", "trace excess", "error", "another program", "steps", "residual"],
          rows: rows
        ),
        Study.Table(
          caption: "Certificates.",
          heads: ["answer"] + Certificate.heads,
          rows: [
            ["least trace, the worst of \(reader.record.seeds.count)"]
              + Certificate.cells(of: reference, in: reader),
            ["entropy's minimum"]
              + Certificate.cells(of: entropy, in: reader),
          ]
        ),
      ]
    )
  }
}
