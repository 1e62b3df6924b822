import Laboratory
import LinearAlgebra
import Tensors

extension ImplicitBiasLaboratory {
  /// Which potential parametrizations follow, and whether descent ends where it says.
  func metric() throws -> LabRecord {
    let study = MetricStudy(engine: engine)
    let points = try measured(
      .metric,
      MetricCase.all,
      named: \.parametrization.name,
      compute: { try study.points(of: $0) }
    )
    let natural = try NaturalGradient().points()
    let grown = try measured(
      .metric,
      [GrownMetric(study: study)],
      named: { _ in "growth" },
      compute: { try $0.points() }
    )
    return Self.record(
      .metric,
      parameters: ["steps": MetricStudy.steps],
      points: points + natural + grown,
      checks: MetricStudy.checks(points) + NaturalGradient.checks(natural)
        + GrownMetric.checks(grown)
    )
  }
}

/// The measurements of the chapter.
struct MetricStudy: Sendable {
  let engine: Engine

  /// Steps over what is stable where descent ends.
  static let steps = [0.2, 0.05]

  func points(of entry: MetricCase) throws -> [LabPoint] {
    try geometry(of: entry) + limits(of: entry)
  }

  private func key(_ quantity: String, _ entry: MetricCase) -> LabKey {
    LabKey(quantity, labels: ["parametrization": entry.parametrization.name])
  }

  /// Metrics, their tests and what is kept, at random places that descent can reach.
  private func geometry(of entry: MetricCase) throws -> [LabPoint] {
    let parametrization = entry.parametrization
    let places = try parametrization.reachable(
      from: entry.start,
      reach: entry.reach,
      engine: engine
    )
    let geometry = try parametrization.geometry(at: places, engine: engine)
    let potentials = try parametrization.followedPotentials(
      from: entry.start,
      reach: entry.reach,
      engine: engine
    )
    let found = Set(potentials.map { $0?.description ?? "none of these" }).sorted()
    var points = [
      key("asymmetry", entry).point(geometry.map(\.asymmetry).max() ?? .nan),
      key("commutator", entry).point(geometry.map(\.commutator).max() ?? .nan),
      key("kept-count", entry).point(Double(geometry.map(\.keptCount).max() ?? -1)),
      LabKey(
        "potential",
        labels: [
          "parametrization": parametrization.name, "found": found.joined(separator: "; "),
        ]
      ).point(found == [entry.potential] ? 1 : 0),
    ]
    if let formula = entry.inverseMetric {
      let errors = geometry.flatMap { place in
        place.weights.indices.map {
          abs(place.inverseMetric[$0][$0] / formula(place.weights[$0]) - 1)
        }
      }
      points.append(key("formula-residual", entry).point(errors.max() ?? .nan))
      points += geometry.map {
        key("speed", entry).at(["weight": $0.weights[0]]).point($0.inverseMetric[0][0])
      }
    }
    if let kept = entry.kept {
      let change = try parametrization.changeOfKept(kept.function, at: places, engine: engine)
      points.append(key("change-of-kept", entry).point(change))
    }
    return points
  }

  /// Where descent in two steps ends, beside the prediction.
  struct Limit {
    let minimum: PotentialMinimizer.Minimum
    let fits: [Parametrization.Fit]
    /// How far each end is from the prediction.
    let distances: [Double]
    /// How far the ends' extrapolation to no step is.
    let extrapolated: Double
  }

  func limit(
    of parametrization: Parametrization,
    from start: [Double],
    _ regression: Regression
  ) throws -> Limit {
    let (minimizer, flow) = try parametrization.minimizer(regression, start, engine)
    let minimum = try minimizer.minimum()
    let dual = regression.inputs.transposedTimes(minimum.multipliers)
    // Curvatures of the loss in the parameters are those of X J Jᵀ Xᵀ next to the fit.
    let curvature = flow.inverseSlope(dual).seen(by: regression.inputs).trace
    let inputs = (0..<regression.sampleCount).map { regression.inputs.row($0) }
    let fits = try Self.steps.map { step in
      try parametrization.descend(
        inputs: inputs,
        targets: regression.targets,
        from: start,
        step: step / curvature,
        engine: engine
      )
    }
    let (coarse, fine) = (fits[0].weights, fits[1].weights)
    // The error is in proportion to the step, which is four times smaller.
    let limit = fine.plus(1.0 / 3, times: fine.minus(coarse))
    return Limit(
      minimum: minimum,
      fits: fits,
      distances: fits.map { $0.weights.relativeDistance(to: minimum.weights) },
      extrapolated: limit.relativeDistance(to: minimum.weights)
    )
  }

  private func limits(of entry: MetricCase) throws -> [LabPoint] {
    let limit = try limit(of: entry.parametrization, from: entry.start, entry.regression())
    var points = zip(Self.steps, limit.distances).map { step, distance in
      key("limit-distance", entry).at(["step": step]).point(distance)
    }
    points.append(
      key("extrapolated-distance", entry).point(limit.extrapolated)
    )
    points += limit.minimum.certificate.points(of: key("limit", entry))
    guard let kept = entry.kept else { return points }
    let functions = Parametrization("kept", parameterCount: entry.start.count, kept.function)
    let values = try functions.jets(
      at: [entry.start] + limit.fits.map(\.parameters),
      engine: engine
    )
    .map(\.weights)
    return points
      + zip(Self.steps, values.dropFirst()).map { step, value in
        key("drift", entry).at(["step": step]).point(value.relativeDistance(to: values[0]))
      }
  }

  // MARK: - Checks

  static func checks(_ points: [LabPoint]) -> [LabCheck] {
    MetricCase.all.flatMap { entry -> [LabCheck] in
      let name = entry.parametrization.name
      func key(_ quantity: String) -> LabKey {
        LabKey(quantity, labels: ["parametrization": name])
      }
      let section = LabSection.metric
      func check(_ words: String, _ quantity: String, _ expectation: LabExpectation) -> LabCheck {
        section.check(
          "\(name): \(words)",
          points.value(key(quantity)),
          expectation,
          of: key(quantity)
        )
      }
      guard entry.isHessian else {
        let asymmetry = points.value(key("asymmetry"))
        let distance = points.value(key("extrapolated-distance"))
        return [
          check(
            "asymmetry of the metric's derivative, a control",
            "asymmetry",
            .other("> 0.01", holds: asymmetry > 0.01)
          ),
          LabSection.limits.check(
            "\(name): distance from the prediction, a control",
            distance,
            .other("> 0.005", holds: distance > 0.005),
            of: key("extrapolated-distance")
          ),
        ]
      }
      var checks = [
        check("asymmetry of the metric's derivative", "asymmetry", .below(1e-9)),
        check("commutator of the gradients", "commutator", .below(1e-9)),
        check(
          "functions that are kept",
          "kept-count",
          .close(to: Double(entry.keptCount), within: 0)
        ),
        check(
          "the potential is the one that theory says (1)",
          "potential",
          .close(to: 1, within: 0)
        ),
      ]
      if entry.inverseMetric != nil {
        checks.append(check("metric over its formula, less 1", "formula-residual", .below(1e-10)))
      }
      if entry.kept != nil {
        checks.append(check("change of what is kept", "change-of-kept", .below(1e-12)))
        checks.append(
          section.check(
            "\(name): drift of what is kept, a step over one four times smaller",
            ratio(points, key("drift")),
            .range(3.5...4.6),
            of: key("drift")
          )
        )
      }
      return checks + limitChecks(name, key, points)
    }
  }

  private static func limitChecks(
    _ name: String,
    _ key: (String) -> LabKey,
    _ points: [LabPoint]
  ) -> [LabCheck] {
    let section = LabSection.limits
    return [
      section.check(
        "\(name): distance from the prediction, a step over one four times smaller",
        ratio(points, key("limit-distance")),
        .range(3.5...4.6),
        of: key("limit-distance")
      ),
      section.check(
        "\(name): distance from the prediction, extrapolated to no step",
        points.value(key("extrapolated-distance")),
        .below(1e-3),
        of: key("extrapolated-distance")
      ),
      section.check(
        "\(name): certificate of the prediction",
        Certificate.worst(of: key("limit"), in: points),
        .below(1e-8),
        of: key("limit")
      ),
    ]
  }

  private static func ratio(_ points: [LabPoint], _ key: LabKey) -> Double {
    points.value(key.at(["step": steps[0]])) / points.value(key.at(["step": steps[1]]))
  }
}
