import Foundation
import Laboratory
import Randomness

extension LocalityLaboratory {
  /// The sizes at which curves are drawn: three in a doubling.
  private static func curveSizes(upTo limit: Int) -> [Int] {
    ErrorCurve.grid.filter { $0 <= limit }.enumerated()
      .filter { $0.offset.isMultiple(of: 2) }.map(\.element)
  }

  private static let local: [Architecture] = [.convolutional, .locallyConnected]

  /// Error against n, with the rules that know the signal, and filters while they are learned.
  func curves() throws -> LabRecord {
    let law = SignalLaw(patchCount: 16, dimension: 32, sigma: 0.3)
    let sizes = Self.curveSizes(upTo: 2048)
    let contenders = Self.local.flatMap { architecture in
      [Contender.Method.thresholded, .likelihood].map {
        Contender(architecture: architecture, method: $0)
      }
    }
    sweep.plan(contenders.count + 2)
    let (engine, seeds) = (engine, size.seeds)
    let learned = try measured(.curves, contenders, named: { "\($0) \(law)" }) { contender in
      let search = SampleSearch(engine: engine, seeds: seeds)
      let alignments =
        contender.method == .likelihood
        ? try search.likeliest(contender.architecture, law, sizes)
        : try FilterLearner(engine: engine, rule: .standard)
          .learn(contender.architecture, law, seeds: seeds, sizes: sizes).alignments
      let readout = ReadoutError(patchCount: law.patchCount, sigma: law.sigma)
      return sizes.indices.map { size in
        LabKey(
          "error",
          contender.architecture,
          by: contender.method.rawValue,
          law: law,
          sampleCount: sizes[size]
        )
        .point(meanOf: alignments.map { readout.error($0[size]) })
      }
    }
    let averages = try measured(.curves, [law], named: { "averaging \($0)" }) { law in
      let worth = seeds.concurrentMap { AveragingLearner(law: law).worth(seed: $0, sizes: sizes) }
      return sizes.indices.map { size in
        LabKey("error", .fullyConnected, by: "averaging", law: law, sampleCount: sizes[size])
          .point(meanOf: worth.map { $0[size].error })
      }
    }
    let pictures = try measured(.curves, [0], named: { _ in "pictures" }) { _ in
      try Pictures(engine: engine).points()
    }
    let readout = ReadoutError(patchCount: law.patchCount, sigma: law.sigma)
    let levels = [
      LabKey("level", by: "best", law: law).point(
        BayesRule(patchCount: law.patchCount).error(sigma: law.sigma)
      ),
      LabKey("level", by: "activations", law: law).point(readout.error([1])),
      LabKey("level", by: "linear", law: law).point(ClosedForms.linearError(law)),
    ]
    return Self.record(
      .curves,
      parameters: ["patches": [16], "dimension": [32], "sigma": [0.3]],
      seeds: size.seeds,
      points: learned + averages + levels + pictures
    )
  }

  /// ⟨w, w*⟩² against n, beside the formulas of averages.
  func alignment() throws -> LabRecord {
    let law = SignalLaw(patchCount: 8, dimension: 32, sigma: 0.3)
    let points = try alignments(.alignment, [law], upTo: 4096)
    let checks = Architecture.allCases.map { architecture in
      let key = LabKey("alignment", architecture, by: "averaging")
      let ratios = points.on(key).filter { $0["samples"] >= 128 }.map { point in
        var formula = point.key
        formula.labels["method"] = "formula"
        return point.value / points.value(formula)
      }
      return LabSection.alignment.check(
        "\(architecture.rawValue): average over formula from 128 images on, the farthest",
        ratios.max { abs($0 - 1) < abs($1 - 1) } ?? .nan,
        .close(to: 1, within: 0.15),
        of: key
      )
    }
    return Self.record(
      .alignment,
      parameters: ["patches": [8], "dimension": [32], "sigma": [0.3]],
      seeds: size.seeds,
      points: points,
      checks: checks
    )
  }

  /// A signal that is always in one patch, beside one that may be anywhere.
  func fixedPatch() throws -> LabRecord {
    let dynamic = SignalLaw(patchCount: 8, dimension: 32, sigma: 0.3)
    var fixed = dynamic
    fixed.fixedPatch = 0
    let points = try alignments(.fixed, [fixed, dynamic], upTo: 4096)
    let checks = [Architecture.locallyConnected, .fullyConnected].map { architecture in
      func half(_ regime: String) -> Double {
        let curve = points.on(LabKey("alignment", architecture, by: "averaging", in: regime))
        return curve.first { $0.value >= 0.8 }?["samples"] ?? .nan
      }
      let ratio = half("dynamic") / half("static")
      let expected = architecture == .locallyConnected ? 64.0 : 8
      return LabSection.fixed.check(
        "\(architecture.rawValue): images for 0.8 of the alignment, any place over one place",
        ratio,
        .range(expected / 1.6...expected * 1.6)
      )
    }
    return Self.record(
      .fixed,
      parameters: ["patches": [8], "dimension": [32], "sigma": [0.3]],
      seeds: size.seeds,
      points: points,
      checks: checks
    )
  }

  /// The squared alignments of averages and of the ascent, with the formula's.
  private func alignments(
    _ experiment: Experiment,
    _ laws: [SignalLaw],
    upTo limit: Int
  ) throws -> [LabPoint] {
    let sizes = Self.curveSizes(upTo: limit)
    let cells = laws.flatMap { law in Architecture.allCases.map { (law: law, architecture: $0) } }
    sweep.plan(cells.count)
    let (engine, seeds) = (engine, size.seeds)
    return try measured(experiment, cells, named: { "\($0.architecture) \($0.law) limit=\(limit)" })
    {
      cell in
      let (law, architecture) = cell
      let regime = law.fixedPatch == nil ? "dynamic" : "static"
      func key(_ method: String) -> LabKey {
        LabKey("alignment", architecture, by: method, in: regime, law: law)
      }
      func curve(_ method: String, _ squares: (Int) -> [Double]) -> [LabPoint] {
        sizes.indices.map {
          key(method).at(["samples": Double(sizes[$0])]).point(meanOf: squares($0))
        }
      }
      let formula = sizes.map {
        key("formula").at(["samples": Double($0)])
          .point(ClosedForms.averagingAlignment(law, architecture, sampleCount: Double($0)))
      }
      guard architecture != .fullyConnected else {
        let worth = seeds.concurrentMap { AveragingLearner(law: law).worth(seed: $0, sizes: sizes) }
        return formula + curve("averaging") { size in worth.map { $0[size].alignment } }
      }
      return try formula
        + [FilterRule.averaging, .standard].flatMap { rule in
          let found = try FilterLearner(engine: engine, rule: rule)
            .learn(architecture, law, seeds: seeds, sizes: sizes).alignments
          return curve(rule.name) { size in
            found.map { seed in
              // Where the signal has one place, the other filters have nothing to find.
              let squares = law.fixedPatch.map { [seed[size][$0]] } ?? seed[size]
              return squares.reduce(0) { $0 + $1 * $1 } / Double(squares.count)
            }
          }
        }
    }
  }
}
