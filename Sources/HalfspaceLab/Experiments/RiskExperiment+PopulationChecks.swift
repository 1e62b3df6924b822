import Foundation
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
      .close("limit of |w*|·√OPT", limits.norm, to: 1.5120, within: 1e-3),
      .close("limit of θ*/√OPT", limits.angle, to: 0.8454, within: 1e-3),
    ]
  }

  /// An exact number of the hard law.
  private func exact(
    _ points: [LabPoint],
    _ method: Method,
    _ quantity: String,
    _ optimum: Double,
    law: String = "hard"
  ) -> Double {
    points.first {
      $0.source == .population && $0.method == method.rawValue && $0.law == law
        && $0.quantity == quantity && $0.optimum == optimum
    }?.value ?? .nan
  }

  private func tableChecks(_ points: [LabPoint]) -> [LabCheck] {
    IndependentTable.rows.flatMap { row -> [LabCheck] in
      let root = row.optimum.squareRoot()
      let deviations = [
        exact(points, .logistic, "norm", row.optimum) * root / row.norm,
        exact(points, .logistic, "angle", row.optimum) / root / row.angle,
        exact(points, .logistic, "risk", row.optimum) / row.risk,
      ].map { abs($0 - 1) }
      let ratio = exact(points, .twoPhase, "risk", row.optimum) / row.optimum
      return [
        .below(
          "population, OPT=\(row.optimum): norm, angle and risk off the independent table",
          deviations.contains(where: \.isNaN) ? .nan : deviations.max() ?? .nan,
          1e-4
        ),
        .close(
          "population, OPT=\(row.optimum): two-phase risk over OPT",
          ratio,
          to: row.ratio,
          within: row.optimum >= 1e-5 ? 1e-3 : 5e-3
        ),
      ]
    }
  }

  private func slopeChecks(_ points: [LabPoint]) -> [LabCheck] {
    func slope(_ optima: [Double], _ value: (Double) -> Double) -> Double {
      LineFit.powerLaw(x: optima, y: optima.map(value)).slope.value
    }
    let optima = IndependentTable.slopeOptima
    return [
      .close(
        "population, 3e-3 to 1e-5: slope of logistic R01 - OPT",
        slope(optima) { exact(points, .logistic, "risk", $0) - $0 },
        to: 0.518,
        within: 0.005
      ),
      .close(
        "population, 3e-3 to 1e-5: slope of two-phase R01",
        slope(optima) { exact(points, .twoPhase, "risk", $0) },
        to: 1.005,
        within: 0.01
      ),
      .close(
        "Gaussian population, 4e-2 to 1e-6: slope of logistic R01",
        slope(IndependentTable.gaussianOptima) {
          exact(points, .logistic, "risk", $0, law: "gaussian-far-quadrant")
        },
        to: 0.957,
        within: 0.005
      ),
    ]
  }

  /// The controls fail to show the theorem's effect, as they should.
  private func controlChecks(_ points: [LabPoint]) -> [LabCheck] {
    func value(_ method: String, _ law: String, _ optimum: Double) -> Double {
      points.first {
        $0.source == .population && $0.method == method && $0.law == law
          && $0.optimum == optimum
      }?.value ?? .nan
    }
    let expected: [(optimum: Double, mirrored: Double, absent: Double)] = [
      (1e-2, -0.831, 4.40), (1e-3, -0.834, 3.57), (1e-4, -0.841, 3.40),
    ]
    return expected.flatMap { row -> [LabCheck] in
      [
        .close(
          "control, OPT=\(row.optimum): θ*/√OPT with mirrored rectangles",
          value("logistic", "hard-downward", row.optimum) / row.optimum.squareRoot(),
          to: row.mirrored,
          within: 1e-3
        ),
        .close(
          "control, OPT=\(row.optimum): θ*/OPT without rectangles",
          value("logistic", "hard-absent", row.optimum) / row.optimum,
          to: row.absent,
          within: 6e-3
        ),
        LabCheck(
          name: "control, OPT=\(row.optimum): second phase with max(1 - u, 0), risk over OPT",
          expected: "> 3, so not 2.06",
          measured: value(Self.marginHinge, "hard", row.optimum) / row.optimum,
          holds: value(Self.marginHinge, "hard", row.optimum) > 3 * row.optimum
        ),
      ]
    }
  }
}
