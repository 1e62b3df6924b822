import Foundation
import Laboratory
import LinearAlgebra
import Reports
import Tensors

extension LabSection {
  static let noise = LabSection(rawValue: "noise")
}

extension ImplicitBiasLaboratory {
  /// What single samples and noise on their targets do to a diagonal network's bias.
  func noise() throws -> LabRecord {
    let study = NoiseStudy(engine: engine, seeds: Array(size.seeds.prefix(3)))
    let points = try measured(
      .noise,
      [study.seeds],
      named: { "seeds=\($0)" },
      compute: { _ in try study.points() }
    )
    return Self.record(
      .noise,
      parameters: [
        "dimension": [Double(NoiseStudy.law.dimension)],
        "samples": [Double(NoiseStudy.sampleCount)], "alpha": [NoiseStudy.scale],
        "deviation": NoiseStudy.deviations,
      ],
      seeds: study.seeds,
      points: points,
      checks: [
        LabSection.noise.check(
          "mirror descent on single samples: distance from the potential's minimum, the farthest",
          points.value(LabKey("mirror-distance")),
          .below(1e-6)
        )
      ]
    )
  }

  static var noiseSections: KeyValuePairs<LabSection, (LabReader) -> Study.Section> {
    [.noise: NoiseStudy.section]
  }
}

/// The measurements of the chapter.
struct NoiseStudy: Sendable {
  let engine: Engine
  let seeds: [UInt64]

  /// Smaller than the sparse regressions of their own chapter: noise works with the square of the step, and stable steps fall
  /// with the dimension.
  static let law = SparseLaw(dimension: 100, supportCount: 4, noise: 0.01)
  static let sampleCount = 40
  static let scale = 0.3
  static let deviations = [0.0, 0.5, 1]
  private static let share = 0.5
  private static let noisyChunks = 25
  private static let quietChunks = 5
  /// The scales of the potentials that ends are compared with.
  private static let grid = (0...36).map { pow(10, -3 + Double($0) / 12) }

  func points() throws -> [LabPoint] {
    let regressions = try seeds.map {
      try Self.law.regression(seed: $0, sampleCount: Self.sampleCount)
    }
    var descent = try SampleDescent(
      regressions,
      deviations: Self.deviations,
      scale: Self.scale,
      share: Self.share,
      seed: seeds.first ?? 1,
      engine: engine
    )
    var points: [LabPoint] = []
    for chunk in 1...Self.noisyChunks + Self.quietChunks {
      try descent.advance(isNoisy: chunk <= Self.noisyChunks)
      points += progress(of: descent, after: chunk * SampleDescent.chunkLength)
    }
    let minima = try regressions.map { regression in
      try Self.grid.map { try Self.minimum(regression, $0) }
    }
    for (level, deviation) in Self.deviations.enumerated() {
      let key = LabKey("end-error", coordinates: ["deviation": deviation])
      let ends = seeds.indices.map { descent.weights($0, level) }
      let nearest = ends.indices.map { seed in
        Self.grid.indices.min {
          ends[seed].relativeDistance(to: minima[seed][$0])
            < ends[seed].relativeDistance(to: minima[seed][$1])
        } ?? 0
      }
      points += [
        key.point(meanOf: ends.map(Self.law.excessError)),
        key.of("end-scale").point(meanOf: seeds.indices.map { descent.effectiveScale($0, level) }),
        key.of("nearest-scale").point(meanOf: nearest.map { Self.grid[$0] }),
        key.of("nearest-distance").point(
          meanOf: ends.indices.map { ends[$0].relativeDistance(to: minima[$0][nearest[$0]]) }
        ),
        key.of("end-residual").point(
          zip(regressions, ends).map { $0.relativeResidual($1) }.max() ?? .nan
        ),
      ]
    }
    return try points + controls(regressions)
  }

  private static func minimum(
    _ regression: Regression,
    _ scale: Double
  ) throws(BiasError) -> [Double] {
    try minimizer(regression, scale).minimum().weights
  }

  private static func minimizer(
    _ regression: Regression,
    _ scale: Double
  ) throws(BiasError) -> PotentialMinimizer {
    try PotentialMinimizer(
      DiagonalPotential(depth: 2, scale: scale),
      regression,
      from: [Double](repeating: 0, count: regression.dimension)
    )
  }

  private func progress(of descent: SampleDescent, after steps: Int) -> [LabPoint] {
    Self.deviations.indices.flatMap { level -> [LabPoint] in
      let key = LabKey(
        "error",
        coordinates: ["deviation": Self.deviations[level], "steps": Double(steps)]
      )
      return [
        key.point(
          meanOf: seeds.indices.map { Self.law.excessError(descent.weights($0, level)) }
        ),
        key.of("scale").point(
          meanOf: seeds.indices.map { descent.effectiveScale($0, level) }
        ),
      ]
    }
  }

  /// Mirror descent on single samples, which keeps its limit, and the potentials' minima at α and near the l1 norm.
  private func controls(_ regressions: [Regression]) throws -> [LabPoint] {
    let zero = [Double](repeating: 0, count: Self.law.dimension)
    let distances = try zip(seeds, regressions).map { seed, regression in
      let minimizer = try Self.minimizer(regression, Self.scale)
      let outcome = try MirrorDescent(minimizer.potential, regression, from: zero)
        .descend(step: 1, order: .single(seed: seed))
      return outcome.weights.relativeDistance(to: try minimizer.minimum().weights)
    }
    let levels = try [("flow", Self.scale), ("sparse", 1e-4)].map { name, scale in
      LabKey("level", labels: ["potential": name]).point(
        meanOf: try regressions.map { Self.law.excessError(try Self.minimum($0, scale)) }
      )
    }
    return [LabKey("mirror-distance").point(distances.max() ?? .nan)] + levels
  }

  static func section(_ reader: LabReader) -> Study.Section {
    func curve(_ quantity: String, _ deviation: Double, _ style: Int) -> Figure.Curve {
      Figure.Curve(
        name: deviation == 0 ? "no noise" : "noise \(NumberText.setting(deviation))",
        style: style,
        marks: reader.places(
          LabKey(quantity, coordinates: ["deviation": deviation]),
          over: "steps"
        )
      )
    }
    func level(_ name: String) -> Double {
      reader.record.points.value(LabKey("level", labels: ["potential": name]))
    }
    let styles = [0, 3, 1]
    let rows = deviations.map { deviation -> [String] in
      let key = LabKey("end-error", coordinates: ["deviation": deviation])
      return [NumberText.setting(deviation)]
        + ["end-error", "end-scale", "nearest-scale", "nearest-distance"]
        .map { reader.text(key.of($0)) }
        + [NumberText.brief(reader.record.points.value(key.of("end-residual")))]
    }
    return Study.Section(
      title: "Noisy labels make starts small",
      lesson: Study.Lesson(
        question:
          "Gradient descent on single samples gets fresh noise on each target, so that it never fits. Will the weights be worse or better than without noise?",
        answer:
          "Better, after long: noise makes u₊u₋ smaller in every step, as if descent had begun at a smaller α, and sparse truths are found.",
        see:
          "On the left the effective scale falls for ever with noise and stands still without; on the right the error goes the same way."
      ),
      claim:
        "Steps that are no flow shrink the products u₊u₋, so that descent on single samples acts like a smaller α (Pesme, Pillaud-Vivien "
        + "and Flammarion 2021), and label noise drives to sparse weights whatever α is (HaoChen, Wei, Lee and Ma 2021). Mirror descent "
        + "on single samples keeps its limit exactly. Only the last is checked here.",
      findings: [
        "\(law.dimension) weights, \(sampleCount) samples, α = \(NumberText.setting(scale)), two layers; without noise for the last "
          + "\(quietChunks * SampleDescent.chunkLength / 1000) thousand steps, so that all come to fits, the noisiest not quite.",
        "Levels are the errors of the potentials' minima at α and at 0.0001.",
      ],
      figures: [
        Figure(
          title: "Effective scale",
          summary: "The geometric mean of the products' roots against the number of steps.",
          horizontal: Figure.Axis("steps"),
          vertical: Figure.Axis("effective α", isLogarithmic: true),
          curves: zip(deviations, styles).map { curve("scale", $0, $1) }
        ),
        Figure(
          title: "Error",
          summary: "The population's error against the number of steps.",
          horizontal: Figure.Axis("steps"),
          vertical: Figure.Axis("error"),
          curves: zip(deviations, styles).map { curve("error", $0, $1) },
          levels: [
            Figure.Level(name: "flow", y: level("flow")),
            Figure.Level(name: "α = 0.0001", y: level("sparse")),
          ]
        ),
      ],
      tables: [
        Study.Table(
          caption:
            "Ends: error, effective scale by the products, scale of the nearest potential's minimum and its distance, residual of the fit, the largest.",
          heads: ["noise", "error", "effective α", "nearest α", "distance", "residual"],
          rows: rows
        )
      ]
    )
  }
}
