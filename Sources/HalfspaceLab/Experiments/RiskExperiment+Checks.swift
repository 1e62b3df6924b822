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
        guard [.logistic, .twoPhase, .averaging].contains(method) else { continue }
        let exact = curve(points, method, law: law, source: .population)
        let small = exact.filter { IndependentTable.slopeOptima.contains($0.optimum ?? 0) }
        fit("\(law) \(method.rawValue) population 3e-3..1e-5 risk", small)
        fit("\(law) \(method.rawValue) population 3e-3..1e-5 excess", small, excess: true)
      }
    }
    return fits
  }

  /// What samples and exact numbers have to show.
  func riskChecks(_ points: [LabPoint], _ fits: [LabFit]) -> [LabCheck] {
    var checks: [LabCheck] = []
    for dimension in size.dimensions {
      // The bands belong to one grid of OPT values and one number of samples.
      if size == .full { checks += bandChecks(points, fits, dimension) }
      checks += radiusChecks(points, dimension) + angleChecks(points, dimension)
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
    return checks + populationChecks(points)
  }

  /// The slopes, and which method wins.
  private func bandChecks(
    _ points: [LabPoint],
    _ fits: [LabFit],
    _ dimension: Int
  ) -> [LabCheck] {
    func slope(_ name: String) -> Double { fits.first { $0.quantity == name }?.slope ?? .nan }
    let d = dimension
    let slopes: [LabCheck] = [
      .range("hard logistic d=\(d) slope", slope("hard logistic d=\(d) risk"), in: 0.62...0.76),
      .below("hard logistic d=\(d) excess slope", slope("hard logistic d=\(d) excess"), 0.65),
      .range("hard two-phase d=\(d) slope", slope("hard two-phase d=\(d) risk"), in: 0.95...1.15),
    ]
    let logistic = curve(points, .logistic, law: "hard", source: .sampled, dimension: d)
    let second = curve(points, .twoPhase, law: "hard", source: .sampled, dimension: d)
    let wins = zip(logistic, second).filter { ($0.0.optimum ?? 1) <= 0.02 }.map { a, b in
      LabCheck(
        name: "hard d=\(d) OPT=\(a.optimum ?? 0): logistic over two-phase risk, intervals apart",
        expected: "> 1",
        measured: a.value / b.value,
        holds: b.value < a.value && a.estimate.isApart(from: b.estimate)
      )
    }
    return slopes + wins
  }

  /// The lower bound is about the global minimiser, so the ball of projected descent must not hold it back.
  private func radiusChecks(_ points: [LabPoint], _ dimension: Int) -> [LabCheck] {
    curve(
      points,
      .logistic,
      law: "hard",
      source: .sampled,
      dimension: dimension,
      quantity: "norm"
    ).map { norm in
      .below(
        "hard d=\(dimension) OPT=\(norm.optimum ?? 0): norm over the radius 2/√OPT",
        norm.value * (norm.optimum ?? 1).squareRoot() / 2,
        1
      )
    }
  }

  /// Each run's angle lies within four standard deviations of the population's.
  private func angleChecks(_ points: [LabPoint], _ dimension: Int) -> [LabCheck] {
    ["hard", "gaussian-far-quadrant"].flatMap { law in
      curve(
        points,
        .logistic,
        law: law,
        source: .sampled,
        dimension: dimension,
        quantity: "largest-deviation"
      ).map { deviation in
        .below(
          "\(law) d=\(dimension) OPT=\(deviation.optimum ?? 0): farthest logistic angle, in deviations",
          deviation.value,
          4
        )
      }
    }
  }
}
