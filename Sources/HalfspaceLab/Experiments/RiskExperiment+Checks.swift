import Foundation
import Laboratory
import Statistics

extension HalfspaceLaboratory {
  /// The points of one curve, by falling OPT.
  func curve(
    _ points: [LabPoint],
    _ method: Method,
    law: String,
    source: LabPoint.Source,
    dimension: Int? = nil,
    quantity: String = "risk"
  ) -> [LabPoint] {
    points.filter {
      $0.method == method.rawValue && $0.law == law && $0.source == source
        && $0.dimension == dimension && $0.quantity == quantity
    }
  }

  func riskFits(_ points: [LabPoint]) -> [LabFit] {
    var fits: [LabFit] = []
    func fit(_ name: String, _ curve: [LabPoint], excess: Bool = false) {
      let usable = curve.filter { !excess || $0.value > ($0.optimum ?? 0) }
      guard usable.count > 1 else { return }
      let optima = usable.compactMap(\.optimum)
      let values = usable.map { $0.value - (excess ? $0.optimum ?? 0 : 0) }
      fits.append(LabFit(quantity: name, slope: LineFit.powerLaw(x: optima, y: values).slope))
    }
    for law in ["hard", "gaussian-far-quadrant"] {
      for method in Method.allCases {
        for dimension in size.dimensions {
          let curve = curve(points, method, law: law, source: .sampled, dimension: dimension)
          fit("\(law) \(method.rawValue) d=\(dimension) risk", curve)
          fit("\(law) \(method.rawValue) d=\(dimension) excess", curve, excess: true)
        }
        guard method != .leastSquares else { continue }
        let exact = curve(points, method, law: law, source: .population)
        fit("\(law) \(method.rawValue) population risk", exact)
        let small = exact.filter { (1e-5...3e-3).contains($0.optimum ?? 0) }
        fit("\(law) \(method.rawValue) population excess 2.5e-3..1e-5", small, excess: true)
      }
    }
    return fits
  }

  /// The acceptance bands for samples, and what the theorems say about the order of the methods.
  func riskChecks(_ points: [LabPoint], _ fits: [LabFit]) -> [LabCheck] {
    var checks: [LabCheck] = []
    func slope(_ name: String) -> Double { fits.first { $0.quantity == name }?.slope ?? .nan }
    for d in size.dimensions {
      checks += [
        .range("hard logistic d=\(d) slope", slope("hard logistic d=\(d) risk"), in: 0.62...0.76),
        .below("hard logistic d=\(d) excess slope", slope("hard logistic d=\(d) excess"), 0.65),
        .range("hard two-phase d=\(d) slope", slope("hard two-phase d=\(d) risk"), in: 0.95...1.15),
      ]
      let logistic = curve(points, .logistic, law: "hard", source: .sampled, dimension: d)
      let second = curve(points, .twoPhase, law: "hard", source: .sampled, dimension: d)
      let norms = curve(
        points,
        .logistic,
        law: "hard",
        source: .sampled,
        dimension: d,
        quantity: "norm"
      )
      for (a, b) in zip(logistic, second) where (a.optimum ?? 1) <= 0.02 {
        let isBetter = b.value < a.value && a.estimate.isApart(from: b.estimate)
        checks.append(
          LabCheck(
            name: "hard d=\(d) OPT=\(a.optimum ?? 0): two-phase beats logistic, intervals apart",
            expected: "ratio > 1",
            measured: a.value / b.value,
            holds: isBetter
          )
        )
      }
      for norm in norms {
        let radius = 2 / (norm.optimum ?? 1).squareRoot()
        checks.append(
          .below(
            "hard d=\(d) OPT=\(norm.optimum ?? 0): norm over the radius",
            norm.value / radius,
            1
          )
        )
      }
      checks += gaussianChecks(points, dimension: d)
    }
    for point in points where point.quantity == "angle-ratio" {
      checks.append(
        .close(
          "OPT=\(point.optimum ?? 0): angle of descent over Newton's",
          point.value,
          to: 1,
          within: 0.01
        )
      )
    }
    return checks
  }

  /// Angles on the Gaussian law against the formula: the mean of the seeds within four of its standard
  /// errors, taken from the seeds.
  private func gaussianChecks(_ points: [LabPoint], dimension: Int) -> [LabCheck] {
    let law = "gaussian-far-quadrant"
    let angles = curve(
      points,
      .logistic,
      law: law,
      source: .sampled,
      dimension: dimension,
      quantity: "angle"
    )
    let quantile = StudentDistribution(degrees: Double(max(1, size.seeds.count - 1)))
      .upperQuantile(0.025)
    return angles.map { angle in
      let error = (angle.estimate.high - angle.estimate.value) / quantile
      return .close(
        "gaussian d=\(dimension) OPT=\(angle.optimum ?? 0): logistic angle",
        angle.value,
        to: GaussianFormulas.farQuadrantAngle(mass: angle.optimum ?? 0),
        within: 4 * error
      )
    }
  }
}
