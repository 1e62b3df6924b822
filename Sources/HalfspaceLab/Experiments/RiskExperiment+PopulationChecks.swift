import Laboratory
import Statistics

extension HalfspaceLaboratory {
  /// What the exact numbers have to be.
  func populationChecks(_ points: [LabPoint]) -> [LabCheck] {
    limitChecks() + tableChecks(points) + slopeChecks(points) + controlChecks(points)
  }

  private func limitChecks() -> [LabCheck] {
    let limits = LimitConstants()
    return [
      LabSection.hardLaw.check("limit of |w*|·√OPT", limits.norm, .close(to: 1.5120, within: 1e-3)),
      LabSection.hardLaw.check("limit of θ*/√OPT", limits.angle, .close(to: 0.8454, within: 1e-3)),
    ]
  }

  private func tableChecks(_ points: [LabPoint]) -> [LabCheck] {
    IndependentTable.rows.flatMap { row -> [LabCheck] in
      let root = row.optimum.squareRoot()
      let risk = LabKey(by: .logistic, .population, optimum: row.optimum)
      let deviations = [
        points.value(risk.of("norm")) * root / row.norm,
        points.value(risk.of("angle")) / root / row.angle,
        points.value(risk) / row.risk,
      ].map { abs($0 - 1) }
      let second = LabKey(by: .twoPhase, .population, optimum: row.optimum)
      return [
        LabSection.hardLaw.check(
          "population, OPT=\(row.optimum): norm, angle and risk off the independent table",
          deviations.contains(where: \.isNaN) ? .nan : deviations.max() ?? .nan,
          .below(1e-4),
          of: risk
        ),
        LabSection.hardLaw.check(
          "population, OPT=\(row.optimum): two-phase risk over OPT",
          points.value(second) / row.optimum,
          .close(to: row.ratio, within: row.optimum >= 1e-5 ? 1e-3 : 5e-3),
          of: second
        ),
      ]
    }
  }

  private func slopeChecks(_ points: [LabPoint]) -> [LabCheck] {
    func slope(_ optima: [Double], _ value: (Double) -> Double) -> Double {
      LineFit.powerLaw(x: optima, y: optima.map(value)).slope.value
    }
    let optima = IndependentTable.slopeOptima
    let gaussian = LabKey(by: .logistic, law: "gaussian-far-quadrant", .population)
    return [
      LabSection.hardLaw.check(
        "population, 3e-3 to 1e-5: slope of logistic R01 - OPT",
        slope(optima) { points.value(LabKey(by: .logistic, .population, optimum: $0)) - $0 },
        .close(to: 0.518, within: 0.005),
        of: LabKey("excess", by: .logistic, .population)
      ),
      LabSection.hardLaw.check(
        "population, 3e-3 to 1e-5: slope of two-phase R01",
        slope(optima) { points.value(LabKey(by: .twoPhase, .population, optimum: $0)) },
        .close(to: 1.005, within: 0.01),
        of: LabKey(by: .twoPhase, .population)
      ),
      LabSection.normalPoints.check(
        "Gaussian population, 4e-2 to 1e-6: slope of logistic R01",
        slope(IndependentTable.gaussianOptima) { points.value(gaussian.at(["optimum": $0])) },
        .close(to: 0.957, within: 0.005),
        of: gaussian
      ),
    ]
  }

  /// The controls fail to show the theorem's effect, as they should.
  private func controlChecks(_ points: [LabPoint]) -> [LabCheck] {
    let expected: [(optimum: Double, mirrored: Double, absent: Double)] = [
      (1e-2, -0.831, 4.40), (1e-3, -0.834, 3.57), (1e-4, -0.841, 3.40),
    ]
    return expected.flatMap { row -> [LabCheck] in
      let optimum = row.optimum
      let mirrored = LabKey(
        "angle",
        by: .logistic,
        law: "hard-downward",
        .population,
        optimum: optimum
      )
      let absent = LabKey("angle", by: .logistic, law: "hard-absent", .population, optimum: optimum)
      let hinge = LabKey(by: .marginHinge, .population, optimum: optimum)
      return [
        LabSection.controls.check(
          "control, OPT=\(optimum): θ*/√OPT with mirrored rectangles",
          points.value(mirrored) / optimum.squareRoot(),
          .close(to: row.mirrored, within: 1e-3),
          of: mirrored
        ),
        LabSection.controls.check(
          "control, OPT=\(optimum): θ*/OPT without rectangles",
          points.value(absent) / optimum,
          .close(to: row.absent, within: 6e-3),
          of: absent
        ),
        LabSection.controls.check(
          "control, OPT=\(optimum): second phase with max(1 - u, 0), risk over OPT",
          points.value(hinge) / optimum,
          .other("> 3, so not 2.06", holds: points.value(hinge) > 3 * optimum),
          of: hinge
        ),
      ]
    }
  }
}
