import Foundation
import Laboratory
import Statistics

extension LocalityLaboratory {
  /// How many images each network needs, against the number of patches and their size.
  func samples() throws -> LabRecord {
    let cells = size.regimes.flatMap { sampleCells($0) }
    sweep.plan(cells.count)
    let search = SampleSearch(engine: engine, seeds: size.seeds)
    let curves = try measured(.samples, cells, named: \.name, compute: search.points)
    let needed = cells.compactMap { $0.needed(curves) }
    let bounds = bounds(cells)
    let fits = size.regimes.flatMap {
      exponents($0, cells.filter { [regime = $0] in $0.regime == regime.rawValue }, curves)
    }
    return Self.record(
      .samples,
      parameters: [
        "patches": size.patches.map(Double.init), "target": [size.target], "margin": [size.margin],
        "sigma": [size.sigma], "relativeSigma": [size.relativeSigma],
        "limit": [Double(size.limit)],
      ],
      seeds: size.seeds,
      points: needed + needed.map(Self.overVariance) + bounds + means(cells, curves),
      fits: fits,
      checks: sampleChecks(needed, bounds, fits)
    )
  }

  /// The cells of a regime, with the targets that follow from the best rule.
  func sampleCells(_ regime: Regime) -> [SampleCell] {
    var best: [Int: Double] = [:]
    return regime.grid(size).flatMap { patches, dimension -> [SampleCell] in
      let law = regime.law(patches, dimension, size)
      if !regime.isFalling, best[patches] == nil {
        best[patches] = BayesRule(patchCount: patches, drawCount: Size.oracleDrawCount)
          .error(sigma: law.sigma)
      }
      let target = best[patches].map { $0 + size.margin } ?? size.target
      return regime.contenders.map {
        SampleCell(
          regime: regime.rawValue,
          contender: $0,
          law: law,
          target: target,
          limit: size.limit
        )
      }
    }
  }

  /// The mean error at each sample count.
  private func means(_ cells: [SampleCell], _ curves: [LabPoint]) -> [LabPoint] {
    cells.flatMap { cell in
      let curve = cell.curve(curves)
      return zip(curve.sizes, curve.errors).map {
        cell.key("mean-error").at(["samples": Double($0)]).point(meanOf: $1)
      }
    }
  }

  /// Floors under every learner, and the formula of averages.
  private func bounds(_ cells: [SampleCell]) -> [LabPoint] {
    struct Place: Hashable {
      var patches: Int
      var sigma, target: Double
    }
    var alignments: [Place: Double] = [:]
    return cells.flatMap { cell -> [LabPoint] in
      let law = cell.law
      let place = Place(patches: law.patchCount, sigma: law.sigma, target: cell.target)
      let known =
        alignments[place]
        ?? BayesRule(
          patchCount: law.patchCount,
          drawCount: Size.oracleDrawCount
        ).alignment(reaching: cell.target, sigma: law.sigma)
      guard let alignment = known else { return [] }
      alignments[place] = alignment
      let floor = LabKey(
        "needed-samples",
        cell.contender.architecture,
        by: "floor",
        in: cell.regime,
        law: law
      )
      .point(ClosedForms.floor(cell.contender.architecture, law, alignment: alignment))
      guard cell.contender.method == .averaging,
        let count = ClosedForms.averagingSamples(law, error: cell.target)
      else { return [floor, Self.overVariance(floor)] }
      let formula = LabKey(
        "needed-samples",
        .fullyConnected,
        by: "formula",
        in: cell.regime,
        law: law
      )
      .point(count)
      return [floor, Self.overVariance(floor), formula, Self.overVariance(formula)]
    }.uniqued()
  }

  /// A sample count in units of the noise's variance, which the theorems' bounds carry.
  private static func overVariance(_ point: LabPoint) -> LabPoint {
    let variance = point["sigma"] * point["sigma"]
    return LabPoint(
      key: point.key.of("samples-over-variance"),
      value: point.value / variance,
      low: point.low.map { $0 / variance },
      high: point.high.map { $0 / variance }
    )
  }

  /// The exponents of each learner in patches and in dimension, each alone and both together.
  private func exponents(_ regime: Regime, _ cells: [SampleCell], _ curves: [LabPoint]) -> [LabFit] {
    let section = LabSection.samples(regime)
    let (row, column) = regime.center(size)
    return regime.contenders.flatMap { contender -> [LabFit] in
      let own = cells.filter { $0.contender == contender }
      let key = LabKey(
        "samples-over-variance",
        contender.architecture,
        by: contender.method.rawValue,
        in: regime.rawValue
      )
      func fit(_ name: String, _ cells: [SampleCell], _ axes: [(String, (SignalLaw) -> Int)])
        -> [LabFit]
      {
        let rows = cells.map { cell in
          (
            curve: cell.curve(curves), target: cell.target,
            unit: cell.law.sigma * cell.law.sigma, place: axes.map { Double($0.1(cell.law)) }
          )
        }
        guard rows.count > axes.count, let slopes = ComplexityFit(rows: rows).exponents() else {
          return []
        }
        return zip(axes, slopes).map { axis, slope in
          section.fit(
            "\(contender.architecture.rawValue) \(contender.method.rawValue): \(name) \(axis.0)",
            of: key,
            over: axis.0,
            slope
          )
        }
      }
      let patches = ("patches", { (law: SignalLaw) in law.patchCount })
      let dimension = ("dimension", { (law: SignalLaw) in law.dimension })
      return fit("exponent in", own.filter { $0.law.dimension == row }, [patches])
        + fit("exponent in", own.filter { $0.law.patchCount == column }, [dimension])
        + (regime == .descent ? [] : fit("joint exponent in", own, [patches, dimension]))
    }
  }
}

extension Regime {
  /// The dimension at which patches vary, and the number of patches at which dimensions do.
  func center(_ size: LocalityLaboratory.Size) -> (dimension: Int, patches: Int) {
    switch self {
    case .descent: (size.descentDimension, 0)
    case .falling: (Self.second(size.fallingDimensions), Self.second(size.patches))
    case .fixed, .likelihood: (Self.second(size.fixedDimensions), Self.second(size.patches))
    }
  }
}

extension [LabPoint] {
  /// The points without those whose key came before.
  func uniqued() -> [LabPoint] {
    var seen: Set<LabKey> = []
    return filter { seen.insert($0.key).inserted }
  }
}
