import Laboratory

extension LocalityLaboratory {
  /// What sample counts have to show.
  func sampleChecks(
    _ needed: [LabPoint],
    _ bounds: [LabPoint],
    _ fits: [LabFit]
  ) -> [LabCheck] {
    var checks = size.regimes.flatMap { floorChecks($0, needed, bounds) }
    // Bands belong to one grid and one number of seeds.
    guard Self.isFull(size) else { return checks }
    if size.regimes.contains(.falling) { checks += fallingChecks(needed, bounds, fits) }
    if size.regimes.contains(.fixed) { checks += fixedChecks(needed, fits) }
    return checks
  }

  /// Whether all but the choice of regimes is the committed study's.
  private static func isFull(_ size: Size) -> Bool {
    var other = size
    other.regimes = Size.full.regimes
    return other == .full
  }

  /// A learner below its floor knows the answer from elsewhere.
  private func floorChecks(
    _ regime: Regime,
    _ needed: [LabPoint],
    _ bounds: [LabPoint]
  ) -> [LabCheck] {
    regime.contenders.compactMap { contender -> LabCheck? in
      let key = LabKey(
        "needed-samples",
        contender.architecture,
        by: contender.method.rawValue,
        in: regime.rawValue
      )
      let ratios = needed.on(key).map { point in
        var floor = point.key
        floor.labels["method"] = "floor"
        return point.value / bounds.value(floor)
      }.filter(\.isFinite)
      return ratios.min().map {
        LabSection.samples(regime).check(
          "\(contender.architecture.rawValue) \(contender.method.rawValue): over the floor, the least",
          $0,
          .other("≥ 0.7", holds: $0 >= 0.7),
          of: key
        )
      }
    }
  }

  private func fallingChecks(
    _ needed: [LabPoint],
    _ bounds: [LabPoint],
    _ fits: [LabFit]
  ) -> [LabCheck] {
    let section = LabSection.samples(.falling)
    func slope(_ architecture: Architecture, _ axis: String) -> LabFit? {
      fits.first {
        $0.section == section && $0.key.labels["network"] == architecture.rawValue
          && $0.coordinate == axis
      }
    }
    func patches(_ architecture: Architecture) -> Double {
      slope(architecture, "patches")?.slope ?? .nan
    }
    func key(_ architecture: Architecture) -> LabKey? { slope(architecture, "patches")?.key }
    let (cnn, lcn, fcn) = (
      patches(.convolutional), patches(.locallyConnected), patches(.fullyConnected)
    )
    let exponents = [
      section.check("fcn: exponent in patches", fcn, .range(1.8...2.3), of: key(.fullyConnected)),
      section.check("lcn: exponent in patches", lcn, .range(0.8...1.9), of: key(.locallyConnected)),
      section.check("cnn: exponent in patches", cnn, .below(0.8), of: key(.convolutional)),
      section.check("fcn less lcn", fcn - lcn, .other("≥ 0.5", holds: fcn - lcn >= 0.5)),
      section.check("lcn less cnn", lcn - cnn, .other("≥ 0.4", holds: lcn - cnn >= 0.4)),
    ]
    let dimensions = Architecture.allCases.map { architecture in
      section.check(
        "\(architecture.rawValue): exponent in the dimension",
        slope(architecture, "dimension")?.slope ?? .nan,
        .range(0.6...1.15),
        of: slope(architecture, "dimension")?.key
      )
    }
    let formula = needed.on(LabKey("needed-samples", .fullyConnected, by: "averaging", in: "R1"))
      .map { point in
        var key = point.key
        key.labels["method"] = "formula"
        return section.check(
          "\(name(point)): over the formula",
          point.value / bounds.value(key),
          .close(to: 1, within: 0.2),
          of: point.key
        )
      }
    return exponents + dimensions + formula + orderChecks(needed)
  }

  /// FCN above LCN above CNN at every place, from 8 patches up with intervals apart.
  private func orderChecks(_ needed: [LabPoint]) -> [LabCheck] {
    Regime.falling.grid(size).flatMap { patches, dimension in
      let law = Regime.falling.law(patches, dimension, size)
      let row = Architecture.allCases.reversed().map { architecture in
        needed.on(LabKey("needed-samples", architecture, in: "R1", law: law)).first
      }
      return zip(row, row.dropFirst()).map { large, small in
        guard let large, let small else {
          return LabSection.samples(.falling)
            .check("k=\(patches) d=\(dimension): a sample count", .nan, .below(.infinity))
        }
        let isApart = patches < 8 || large.estimate.isApart(from: small.estimate)
        return LabSection.samples(.falling).check(
          "\(name(large)) over \(small.key.labels["network"] ?? "")",
          large.value / small.value,
          .other(
            patches < 8 ? "> 1" : "> 1, intervals apart",
            holds: large.value > small.value && isApart
          ),
          of: large.key
        )
      }
    }
  }

  private func fixedChecks(_ needed: [LabPoint], _ fits: [LabFit]) -> [LabCheck] {
    let section = LabSection.samples(.fixed)
    func slope(_ architecture: Architecture) -> Double {
      fits.first {
        $0.section == section && $0.key.labels["network"] == architecture.rawValue
          && $0.coordinate == "patches"
      }?.slope ?? .nan
    }
    let difference = slope(.locallyConnected) - slope(.convolutional)
    let ratios = [(8, 8.0), (32, 20.0)].map { patches, least in
      func count(_ architecture: Architecture) -> Double {
        needed.value(
          LabKey("needed-samples", architecture, in: "R2", law: Regime.fixed.law(patches, 32, size))
        )
      }
      let ratio = count(.locallyConnected) / count(.convolutional)
      return section.check(
        "k=\(patches) d=32: lcn over cnn",
        ratio,
        .other("≥ \(Int(least))", holds: ratio >= least)
      )
    }
    return [
      section.check(
        "exponents in patches, lcn less cnn",
        difference,
        .other("≥ 0.6", holds: difference >= 0.6)
      )
    ] + ratios
  }

  private func name(_ point: LabPoint) -> String {
    "\(point.key.labels["network"] ?? "") \(point.key.labels["method"] ?? "") "
      + "k=\(Int(point["patches"])) d=\(Int(point["dimension"]))"
  }
}
