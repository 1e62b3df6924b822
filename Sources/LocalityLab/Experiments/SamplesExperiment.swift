import Foundation
import Laboratory
import Statistics

extension LocalityLaboratory {
  /// How many images each network needs, against the number of patches and their size.
  func samples() throws -> LabRecord {
    let aims = try aims()
    let cells = size.regimes.flatMap { sampleCells($0, aims) }
    sweep.plan(cells.count)
    let search = SampleSearch(engine: engine, seeds: size.seeds)
    let curves = cells.curves(
      in: try measured(.samples, cells, named: \.name, compute: search.points)
    )
    let needed = curves.concurrentMap(\.needed).compactMap(\.self)
    let bounds = bounds(cells, aims)
    let fits = size.regimes.flatMap { regime in
      exponents(regime, curves.filter { $0.cell.regime == regime.rawValue })
    }
    return Self.record(
      .samples,
      parameters: [
        "patches": size.patches.map(Double.init), "target": [size.target], "margin": [size.margin],
        "sigma": [size.sigma], "relativeSigma": [size.relativeSigma],
        "limit": [Double(size.limit)],
      ],
      seeds: size.seeds,
      points: needed + needed.map(Self.overVariance) + bounds + curves.flatMap(\.means),
      fits: fits,
      checks: sampleChecks(needed, bounds, fits)
    )
  }

  /// For each number of patches and noise the error to reach, and the alignment that the best rule needs for it.
  private func aims() throws -> [LabPoint] {
    struct Place: Hashable {
      var sigma: Double
      /// The target; nil for the margin above the best rule.
      var target: Double?
    }
    var places: [Int: [Place]] = [:]
    for regime in size.regimes {
      for (patches, dimension) in regime.grid(size) {
        let place = Place(
          sigma: regime.law(patches, dimension, size).sigma,
          target: regime.isFalling ? size.target : nil
        )
        if places[patches]?.contains(place) != true { places[patches, default: []].append(place) }
      }
    }
    // The longest ones first.
    let cells = places.sorted { $0.key > $1.key }
    sweep.plan(cells.count)
    let (margin, drawCount) = (size.margin, min(size.drawCount, 100_000))
    return try measured(
      .samples,
      cells,
      named: { "aims k=\($0.key) \($0.value) margin=\(margin) draws=\(drawCount)" }
    ) { patches, places in
      let rule = BayesRule(patchCount: patches, drawCount: drawCount).drawn()
      return places.flatMap { place -> [LabPoint] in
        let law = SignalLaw(patchCount: patches, dimension: 1, sigma: place.sigma)
        let target = place.target ?? rule.error(sigma: place.sigma) + margin
        let alignment = rule.alignment(reaching: target, sigma: place.sigma)
        let key = LabKey("target", by: place.target == nil ? "margin" : "fixed", law: law)
        return [key.point(target)] + (alignment.map { [key.of("alignment").point($0)] } ?? [])
      }
    }
  }

  /// What a regime aims at with some images.
  private func aim(_ quantity: String, _ regime: Regime, _ law: SignalLaw, _ aims: [LabPoint])
    -> Double
  {
    let key = LabKey(quantity, by: regime.isFalling ? "fixed" : "margin")
    return aims.value(key.at(["patches": Double(law.patchCount), "sigma": law.sigma]))
  }

  /// The cells of a regime.
  private func sampleCells(_ regime: Regime, _ aims: [LabPoint]) -> [SampleCell] {
    regime.grid(size).flatMap { patches, dimension -> [SampleCell] in
      let law = regime.law(patches, dimension, size)
      return regime.contenders.map {
        SampleCell(
          regime: regime.rawValue,
          contender: $0,
          law: law,
          target: aim("target", regime, law, aims),
          limit: size.limit
        )
      }
    }
  }

  /// Floors under every learner, and the formula of averages.
  private func bounds(_ cells: [SampleCell], _ aims: [LabPoint]) -> [LabPoint] {
    cells.flatMap { cell -> [LabPoint] in
      let (law, architecture) = (cell.law, cell.contender.architecture)
      func point(_ method: String, _ count: Double) -> [LabPoint] {
        let key = LabKey("needed-samples", architecture, by: method, in: cell.regime, law: law)
        return [key.point(count), Self.overVariance(key.point(count))]
      }
      let alignment = Regime(rawValue: cell.regime).map { aim("alignment", $0, law, aims) } ?? .nan
      let floor = ClosedForms.floor(architecture, law, alignment: alignment)
      let formula = ClosedForms.averagingSamples(law, error: cell.target)
      return (floor.isFinite ? point("floor", floor) : [])
        + (cell.contender.method == .averaging ? formula.map { point("formula", $0) } ?? [] : [])
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
  private func exponents(_ regime: Regime, _ curves: [CellCurve]) -> [LabFit] {
    let section = LabSection.samples(regime)
    let (row, column) = regime.center(size)
    return regime.contenders.concurrentMap { contender -> [LabFit] in
      let own = curves.filter { $0.cell.contender == contender }
      let key = LabKey(
        "samples-over-variance",
        contender.architecture,
        by: contender.method.rawValue,
        in: regime.rawValue
      )
      func fit(_ name: String, _ curves: [CellCurve], _ axes: [(String, (SignalLaw) -> Int)])
        -> [LabFit]
      {
        let rows = curves.map { one in
          (
            curve: one.curve, target: one.cell.target,
            unit: one.cell.law.sigma * one.cell.law.sigma,
            place: axes.map { Double($0.1(one.cell.law)) }
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
      return fit("exponent in", own.filter { $0.cell.law.dimension == row }, [patches])
        + fit("exponent in", own.filter { $0.cell.law.patchCount == column }, [dimension])
        + (regime == .descent ? [] : fit("joint exponent in", own, [patches, dimension]))
    }.flatMap(\.self)
  }
}

extension Regime {
  /// The dimension at which patches vary, and the number of patches at which dimensions do.
  func center(_ size: LocalityLaboratory.Size) -> (dimension: Int, patches: Int) {
    switch self {
    case .descent: (size.descentDimension, 0)
    case .falling, .fallingLikelihood:
      (Self.second(size.fallingDimensions), Self.second(size.patches))
    case .fixed, .fixedLikelihood: (Self.second(size.fixedDimensions), Self.second(size.patches))
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
