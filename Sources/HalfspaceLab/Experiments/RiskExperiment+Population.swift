import Foundation
import Laboratory

extension HalfspaceLaboratory {
  /// The OPT values of the exact lines, besides those that are sampled.
  static let populationOptima = [
    4e-2, 2e-2, 1e-2, 5e-3, 3e-3, 2.5e-3, 1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7,
  ]

  /// The OPT values at which the controls are looked at.
  static let controlOptima = [1e-2, 1e-3, 1e-4]

  /// The exact lines and the controls.
  func populationPoints() throws -> [LabPoint] {
    var points: [LabPoint] = []
    for law in 0..<2 {
      for optima in exactOptima {
        let laws = try optima.map { try Self.riskLaws($0)[law] }
        let grid = optima == Self.populationOptima ? "" : " \(optima)"
        points += try sweep.cell("risk v\(Self.version) \(laws[0].name) population\(grid)") {
          laws.concurrentMap(Self.populationRisks).flatMap(\.self)
        }
      }
    }
    points += try sweep.cell("risk v\(Self.version) controls") {
      try Self.controlOptima.map { try ControlLaws(optimum: $0) }
        .concurrentMap(Self.controls).flatMap(\.self)
    }
    return points
  }

  /// The OPT values of the exact lines, and those sampled ones that are not among them: each cell's by itself.
  var exactOptima: [[Double]] {
    let others = size.optima.filter { !Self.populationOptima.contains($0) }
    return [Self.populationOptima] + (others.isEmpty ? [] : [others])
  }

  private static func populationRisks(_ law: HalfspaceLaw) -> [LabPoint] {
    let oracle = PopulationOracle(law: law)
    let minimizer = oracle.logisticMinimizer()
    let mean = oracle.meanMargin
    var angles: [(Method, Double)] = [
      (.logistic, minimizer.angle),
      (.twoPhase, oracle.hingeAngle(constraintAngle: minimizer.angle)),
      (.averaging, atan2(mean.y, mean.x)),
    ]
    // A scan over angles at each node of a fine quadrature; smaller OPT values are drawn by the other lines
    // only. The narrowest width is the best where there are samples enough.
    if law.mass >= 2.5e-3 {
      let width = sigmoidWidths[0] * law.mass
      angles.append((.sigmoid, oracle.sigmoidAngle(width: width)))
    }
    return angles.flatMap { method, angle in
      [
        exact(method, law, "risk", law.zeroOneRisk(angle: angle)),
        exact(method, law, "angle", angle),
      ]
    } + [exact(.logistic, law, "norm", minimizer.norm)]
  }

  /// What has to come out differently: the rectangles mirrored, the rectangles left out, and a second phase
  /// with the hinge max(1 - u, 0).
  private static func controls(_ laws: ControlLaws) -> [LabPoint] {
    let changed = [laws.mirrored, laws.bare].map { law in
      let angle = PopulationOracle(law: law).logisticMinimizer().angle
      return exact(.logistic, law, "angle", angle)
    }
    let oracle = PopulationOracle(law: laws.hard)
    let first = oracle.logisticMinimizer().angle
    let angle = oracle.marginHingeAngle(constraintAngle: first)
    return changed
      + [exact(.marginHinge, laws.hard, "risk", laws.hard.zeroOneRisk(angle: angle))]
  }

  private static func exact(
    _ method: Method,
    _ law: HalfspaceLaw,
    _ quantity: String,
    _ value: Double
  ) -> LabPoint {
    LabKey(quantity, by: method, law: law.name, .population, optimum: law.mass).point(value)
  }
}

/// The hard law and its two changed forms.
private struct ControlLaws: Sendable {
  let hard: HalfspaceLaw
  let mirrored: HalfspaceLaw
  let bare: HalfspaceLaw

  init(optimum: Double) throws(HalfspaceError) {
    hard = try .hard(optimum: optimum)
    mirrored = .hard(try HardLaw(optimum: optimum, rectangles: .downward))
    bare = .hard(try HardLaw(optimum: optimum, rectangles: .absent))
  }
}
