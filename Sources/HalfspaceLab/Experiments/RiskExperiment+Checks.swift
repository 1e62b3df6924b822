import Laboratory

extension HalfspaceLaboratory {
  func riskFits(_ points: [LabPoint]) -> [LabFit] {
    [(LabSection.hardLaw, "hard"), (.normalPoints, "gaussian-far-quadrant")].flatMap {
      section,
      law in
      Method.compared.flatMap { method in
        let name = "\(law) \(method.rawValue)"
        let sampled = size.dimensions.flatMap { dimension in
          let key = LabKey(by: method, law: law, .sampled, dimension: dimension)
          return fits(section, "\(name) d=\(dimension)", key, points.on(key))
        }
        guard [.logistic, .twoPhase, .averaging].contains(method) else { return sampled }
        let key = LabKey(by: method, law: law, .population)
        let small = points.on(key).filter { IndependentTable.slopeOptima.contains($0["optimum"]) }
        return sampled + fits(section, "\(name) population 3e-3..1e-5", key, small)
      }
    }
  }

  /// The slopes of the risk and of what it is above OPT.
  private func fits(
    _ section: LabSection,
    _ name: String,
    _ key: LabKey,
    _ points: [LabPoint]
  ) -> [LabFit] {
    func fit(_ quantity: String, _ points: [LabPoint], _ value: (LabPoint) -> Double) -> LabFit? {
      section.powerLaw(
        "\(name) \(quantity)",
        of: key.of(quantity),
        over: "optimum",
        x: points.map { $0["optimum"] },
        y: points.map(value)
      )
    }
    let above = points.filter { $0.value > $0["optimum"] }
    return [fit("risk", points, \.value), fit("excess", above) { $0.value - $0["optimum"] }]
      .compactMap(\.self)
  }

  /// What samples and exact numbers have to show.
  func riskChecks(_ points: [LabPoint], _ fits: [LabFit]) -> [LabCheck] {
    var checks: [LabCheck] = []
    for dimension in size.dimensions {
      // The bands belong to one grid of OPT values and one number of samples.
      if size == .full { checks += bandChecks(points, fits, dimension) }
      checks += radiusChecks(points, dimension) + angleChecks(points, dimension)
    }
    checks += points.filter { $0.key.quantity == "angle-ratio" }.map { point in
      LabSection.hardLaw.check(
        "OPT=\(point["optimum"]): angle of descent over Newton's",
        point.value,
        .close(to: 1, within: 0.01),
        of: point.key
      )
    }
    return checks + populationChecks(points)
  }

  /// The slopes, and which method wins.
  private func bandChecks(
    _ points: [LabPoint],
    _ fits: [LabFit],
    _ d: Int
  ) -> [LabCheck] {
    let logistic = LabKey(by: .logistic, .sampled, dimension: d)
    let second = LabKey(by: .twoPhase, .sampled, dimension: d)
    let excess = logistic.of("excess")
    func slope(_ key: LabKey) -> Double { fits.first { $0.key == key }?.slope ?? .nan }
    let hard = LabSection.hardLaw
    return [
      hard.check("hard logistic d=\(d) slope", slope(logistic), .range(0.62...0.76), of: logistic),
      hard.check("hard logistic d=\(d) excess slope", slope(excess), .below(0.65), of: excess),
      hard.check("hard two-phase d=\(d) slope", slope(second), .range(0.95...1.15), of: second),
    ]
      + zip(points.on(logistic), points.on(second)).filter { $0.0["optimum"] <= 0.02 }.map { a, b in
        hard.check(
          "hard d=\(d) OPT=\(a["optimum"]): logistic over two-phase risk, intervals apart",
          a.value / b.value,
          .other("> 1", holds: b.value < a.value && a.estimate.isApart(from: b.estimate)),
          of: a.key
        )
      }
  }

  /// The lower bound is about the global minimiser, so the ball of projected descent must not hold it back.
  private func radiusChecks(_ points: [LabPoint], _ dimension: Int) -> [LabCheck] {
    points.on(LabKey("norm", by: .logistic, .sampled, dimension: dimension)).map {
      LabSection.hardLaw.check(
        "hard d=\(dimension) OPT=\($0["optimum"]): norm over the radius 2/√OPT",
        $0.value * $0["optimum"].squareRoot() / 2,
        .below(1),
        of: $0.key
      )
    }
  }

  /// Each run's angle lies within four standard deviations of the population's.
  private func angleChecks(_ points: [LabPoint], _ dimension: Int) -> [LabCheck] {
    [(LabSection.hardLaw, "hard"), (.normalPoints, "gaussian-far-quadrant")].flatMap {
      section,
      law in
      points.on(
        LabKey("largest-deviation", by: .logistic, law: law, .sampled, dimension: dimension)
      ).map {
        section.check(
          "\(law) d=\(dimension) OPT=\($0["optimum"]): farthest logistic angle, in deviations",
          $0.value,
          .below(4),
          of: $0.key
        )
      }
    }
  }
}
