import Laboratory
import Statistics

extension LocalityLaboratory {
  /// The noises of the table of rules: fixed ones, and multiples of 1/√k.
  static let tableSigmas = [0.2, 0.3, 0.4]
  static let tableRelativeSigmas = [0.5, 0.7]
  static let tablePatches = [1, 2, 4, 8, 16, 32]

  /// What the best rule and simpler ones err, where the signal's direction is known.
  func bayes() throws -> LabRecord {
    sweep.plan(Self.tablePatches.count)
    let drawCount = size.drawCount
    let points = try measured(.bayes, Self.tablePatches, named: { "k=\($0) draws=\(drawCount)" }) {
      Self.ruleErrors($0, drawCount: drawCount)
    }
    return Self.record(
      .bayes,
      parameters: ["draws": [Double(drawCount)]],
      points: points,
      checks: ruleChecks(points)
    )
  }

  private static func ruleErrors(_ patches: Int, drawCount: Int) -> [LabPoint] {
    let sigmas = tableSigmas + tableRelativeSigmas.map { $0 / Double(patches).squareRoot() }
    let errors = BayesRule(patchCount: patches, drawCount: drawCount).errors(sigmas: sigmas)
    return zip(sigmas, errors).flatMap { sigma, found in
      let law = SignalLaw(patchCount: patches, dimension: 1, sigma: sigma)
      func key(_ rule: String) -> LabKey { LabKey("error", by: rule, law: law) }
      let exact = ReadoutError(patchCount: patches, sigma: sigma, biases: [0, 0.5])
      return [
        key("best").point(found.bayes), key("largest").point(found.largest),
        key("activations").point(found.activated),
        key("activations, exact").point(exact.error([1], bias: 1)),
        key("linear").point(ClosedForms.linearError(law)),
        key("linear, exact").point(exact.error([1], bias: 0)),
      ]
    }
  }

  private func ruleChecks(_ points: [LabPoint]) -> [LabCheck] {
    // Four standard errors of a share near a tenth.
    let chance = 4 * (0.1 / Double(size.drawCount)).squareRoot()
    return points.on(LabKey("error", by: "best")).flatMap { best -> [LabCheck] in
      func value(_ rule: String) -> Double {
        var key = best.key
        key.labels["method"] = rule
        return points.value(key)
      }
      let name = "k=\(Int(best["patches"])) sigma=\(LabReader.text(best["sigma"]))"
      let least = ["largest", "activations", "linear"].map { value($0) }.min() ?? .nan
      var checks = [
        LabSection.rules.check(
          "\(name): best less any other rule",
          best.value - least,
          .below(chance),
          of: best.key
        ),
        LabSection.rules.check(
          "\(name): activations, drawn less exact",
          value("activations") - value("activations, exact"),
          .close(to: 0, within: chance + 5e-4)
        ),
        LabSection.rules.check(
          "\(name): linear, lattice less formula",
          value("linear, exact") - value("linear"),
          .close(to: 0, within: 1e-4)
        ),
      ]
      if best["patches"] <= 2 {
        checks.append(
          LabSection.rules.check(
            "\(name): best less linear, which is as good with one patch or two",
            best.value - value("linear"),
            .close(to: 0, within: chance),
            of: best.key
          )
        )
      }
      return checks
    }
  }

  /// How n falls with the noise, for filters that have to be equally good.
  func noise() throws -> LabRecord {
    let sigmas = [0.15, 0.2, 0.25, 0.3, 0.35]
    let alignment = 0.9
    let cells = sigmas.flatMap { sigma -> [SampleCell] in
      let law = SignalLaw(patchCount: 8, dimension: 32, sigma: sigma)
      let target = ReadoutError(patchCount: 8, sigma: sigma).error([alignment])
      return [Architecture.convolutional, .locallyConnected].map {
        SampleCell(
          regime: "noise",
          contender: Contender(architecture: $0, method: .thresholded),
          law: law,
          target: target,
          limit: size.limit
        )
      }
    }
    sweep.plan(cells.count)
    let search = SampleSearch(engine: engine, seeds: size.seeds)
    let curves = try measured(.noise, cells, named: \.name, compute: search.points)
    let needed = cells.compactMap { $0.needed(curves) }
    let floors = cells.map { cell in
      LabKey("needed-samples", cell.contender.architecture, by: "floor", in: "noise", law: cell.law)
        .point(ClosedForms.floor(cell.contender.architecture, cell.law, alignment: alignment))
    }
    let fits = [Architecture.convolutional, .locallyConnected].compactMap {
      architecture -> LabFit? in
      let own = cells.filter { $0.contender.architecture == architecture }
      let rows = own.map {
        (curve: $0.curve(curves), target: $0.target, unit: 1.0, place: [$0.law.sigma])
      }
      return ComplexityFit(rows: rows).exponents()?.first.map {
        LabSection.noise.fit(
          "\(architecture.rawValue): exponent in sigma",
          of: LabKey("needed-samples", architecture, by: "thresholded", in: "noise"),
          over: "sigma",
          $0
        )
      }
    }
    return Self.record(
      .noise,
      parameters: ["sigma": sigmas, "alignment": [alignment]],
      seeds: size.seeds,
      points: needed + floors,
      fits: fits
    )
  }
}
