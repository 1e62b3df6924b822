import Laboratory
import Statistics

extension LocalityLaboratory {
  /// The noises of the table of rules: fixed ones, and multiples of 1/√k.
  static let tableSigmas = [0.2, 0.3, 0.4]
  static let tableRelativeSigmas = [0.5, 0.7]
  /// The noises at which errors are computed for each bias.
  static let sliderSigmas = [0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4]

  /// What the best rule and simpler ones err, where the signal's direction is known.
  func bayes() throws -> LabRecord {
    sweep.plan(size.tablePatches.count)
    let drawCount = size.drawCount
    let points = try measured(.bayes, size.tablePatches, named: { "k=\($0) draws=\(drawCount)" }) {
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
    let biases = sliderSigmas.flatMap { sigma -> [LabPoint] in
      let law = SignalLaw(patchCount: patches, dimension: 1, sigma: sigma)
      let exact = ReadoutError(patchCount: patches, sigma: sigma)
      return exact.biases.indices.map { place in
        LabKey("error-of-bias", law: law).at(["bias": exact.biases[place]])
          .point(exact.error([1], bias: place))
      }
    }
    return biases
      + zip(sigmas, errors).flatMap { sigma, found in
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
    func farthest(
      _ name: String,
      _ expectation: LabExpectation,
      _ gap: (LabPoint, (String) -> Double) -> Double?
    ) -> LabCheck {
      let gaps = points.on(LabKey("error", by: "best")).compactMap { best in
        gap(best) { rule in
          var key = best.key
          key.labels["method"] = rule
          return points.value(key)
        }
      }
      return LabSection.rules.check(name, gaps.max { abs($0) < abs($1) } ?? .nan, expectation)
    }
    let excess = points.on(LabKey("error", by: "best")).map { best in
      ["largest", "activations", "linear"].map { rule -> Double in
        var key = best.key
        key.labels["method"] = rule
        return best.value - points.value(key)
      }.max() ?? .nan
    }
    return [
      LabSection.rules.check(
        "best less any other rule, the most",
        excess.max() ?? .nan,
        .below(chance)
      ),
      farthest("activations, drawn less exact, the farthest", .close(to: 0, within: chance + 5e-4))
      { _, value in
        value("activations") - value("activations, exact")
      },
      farthest("linear, lattice less formula, the farthest", .close(to: 0, within: 1e-4)) {
        _,
        value in
        value("linear, exact") - value("linear")
      },
      farthest(
        "best less linear with one patch or two, where it is as good",
        .close(to: 0, within: chance)
      ) { best, value in
        best["patches"] <= 2 ? best.value - value("linear") : nil
      },
    ]
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
    let curves = cells.curves(
      in: try measured(.noise, cells, named: \.name, compute: search.points)
    )
    let needed = curves.compactMap(\.needed)
    let floors = cells.map { cell in
      LabKey("needed-samples", cell.contender.architecture, by: "floor", in: "noise", law: cell.law)
        .point(ClosedForms.floor(cell.contender.architecture, cell.law, alignment: alignment))
    }
    let fits = [Architecture.convolutional, .locallyConnected].compactMap {
      architecture -> LabFit? in
      let own = curves.filter { $0.cell.contender.architecture == architecture }
      let rows = own.map {
        (curve: $0.curve, target: $0.cell.target, unit: 1.0, place: [$0.cell.law.sigma])
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
