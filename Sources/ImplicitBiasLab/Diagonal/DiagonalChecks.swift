import Laboratory

extension DiagonalStudy {
  /// The slope of the distance to the least l2 norm against the scale.
  func fits(_ means: [LabPoint]) -> [LabFit] {
    size.depths.compactMap { depth in
      let key = LabKey("kernel-distance", coordinates: ["depth": Double(depth)])
      let scales = size.kernelScales(depth)
      return LabSection.regimes.powerLaw(
        "depth \(depth): distance to the least l2 norm against alpha",
        of: key,
        over: "alpha",
        x: scales,
        y: scales.map { means.value(key.at(["alpha": $0])) }
      )
    }
  }

  /// What has to come out, on every seed.
  func checks(_ points: [LabPoint]) -> [LabCheck] {
    regimeChecks(points) + trainingChecks(points) + startChecks(points)
  }

  private func regimeChecks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.regimes
    let slopes = fits(points.means(over: "seed")).filter { ($0.key.coordinates["depth"] ?? 9) < 4 }
      .map { fit in
        let depth = fit.key.coordinates["depth"] ?? .nan
        return section.check(
          fit.name,
          fit.slope,
          .close(to: -2 * depth, within: 0.1),
          of: fit.key
        )
      }
    let monotone = size.depths.map { depth in
      let key = LabKey("l1-excess", coordinates: ["depth": Double(depth)])
      let excesses = size.richScales(depth).map {
        points.means(over: "seed").value(key.at(["alpha": $0]))
      }
      let rises = zip(excesses, excesses.dropFirst()).map { $1 - $0 }
      return section.check(
        "depth \(depth): the l1 norm's largest rise where alpha falls",
        rises.max() ?? .nan,
        .below(1e-9),
        of: key
      )
    }
    var ends: [LabCheck] = []
    let deep = LabKey("l1-excess", coordinates: ["depth": 4, "alpha": 1e-3])
    if size.depths.contains(4) {
      ends.append(
        section.check(
          "depth 4, alpha 0.001: l1 norm over the least, less 1",
          points.largest(deep),
          .below(1e-9),
          of: deep
        )
      )
    }
    let shallow = LabKey("l1-excess", coordinates: ["depth": 2, "alpha": 1e-6])
    if size.depths.contains(2) {
      ends.append(
        section.check(
          "depth 2, alpha 1e-6: still above the least l1 norm",
          points.means(over: "seed").value(shallow),
          .range(1e-3...2e-2),
          of: shallow
        )
      )
    }
    let certificates = ["l1-excess", "reference"].map { quantity in
      section.check(
        quantity == "reference"
          ? "least norms: certificates, the worst" : "minima: certificates, the worst",
        Certificate.worst(
          of: quantity == "reference"
            ? LabKey(quantity, labels: ["norm": "l1"]) : LabKey(quantity),
          in: points
        ),
        .below(1e-9)
      )
    }
    return slopes + monotone + ends + certificates
  }

  private func trainingChecks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.training
    let networks = (try? size.trained()) ?? []
    let own = networks.flatMap { network -> [LabCheck] in
      let name = "depth \(network.depth), alpha \(network.positiveStart)"
      let (ratio, flow) = (Self.key("step-ratio", network), Self.key("flow-distance", network))
      var checks = [
        section.check(
          "\(name): flow, farthest from the minimum",
          points.largest(flow),
          .below(1e-6),
          of: flow
        )
      ]
      // Descent may run out of steps on some seed.
      guard size.shares == DiagonalSize().shares, points.on(ratio).count == seeds.count else {
        return checks
      }
      let ratios = [points.least(ratio), points.largest(ratio)]
      checks.append(
        section.check(
          "\(name): error of a step over that of a fourth of it, the farthest from 4",
          ratios.max { abs($0 - 4) < abs($1 - 4) } ?? .nan,
          .range(3.5...4.6),
          of: ratio
        )
      )
      let extrapolated = Self.key("extrapolated-distance", network)
      if network.depth == 2, network.positiveStart >= 0.5 {
        checks.append(
          section.check(
            "\(name): extrapolated, farthest from the minimum",
            points.largest(extrapolated),
            .below(2e-4),
            of: extrapolated
          )
        )
      }
      return checks
    }
    return own
  }

  private func startChecks(_ points: [LabPoint]) -> [LabCheck] {
    let section = LabSection.starts
    func below(_ name: String, _ key: LabKey, _ bound: Double) -> LabCheck {
      section.check("\(name), the largest", points.largest(key), .below(bound), of: key)
    }
    func above(_ name: String, _ key: LabKey, _ bound: Double) -> LabCheck {
      let least = points.least(key)
      return section.check(
        "control: \(name), the least",
        least,
        .other("> \(bound)", holds: least > bound),
        of: key
      )
    }
    func rotated(_ solution: String) -> LabKey {
      LabKey("rotation-distance", labels: ["solution": solution])
    }
    let byProduct = LabKey("shape-distance-by-product-alone")
    return [
      below("unequal starts: distance of flow", LabKey("start-distance"), 1e-6),
      above("unequal starts by scale alone", LabKey("start-distance-by-scale-alone"), 1e-2),
      below("uneven layers: distance of flow", LabKey("shape-distance"), 1e-6),
      above("uneven layers, 4 to 1, by product alone", byProduct.at(["ratio": 4]), 1e-2),
      above("uneven layers, 16 to 1, by product alone", byProduct.at(["ratio": 16]), 1e-2),
      below("rotated: change of the least l2 norm", rotated("least l2 norm"), 1e-9),
      below("rotated: change at alpha 1000", rotated("alpha 1000"), 1e-9),
      above("rotated: change at alpha 0.001", rotated("alpha 0.001"), 0.1),
      above("rotated: change of the least l1 norm", rotated("least l1 norm"), 0.1),
    ]
  }
}
