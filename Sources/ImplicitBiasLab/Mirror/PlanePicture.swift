import Foundation
import Laboratory
import LinearAlgebra

/// One sample and two weights: paths of mirror flow to the line of fits, with the ellipses of their metrics.
struct PlanePicture: Sendable {
  /// The line `w₁ + 2 w₂ = 2`.
  private static let sample = [1.0, 2.0]
  private static let target = 2.0
  private static let start = [0.05, 0.05]
  private static let passLimit = 100_000
  private static let ellipseCount = 4

  static let names = ["Euclidean", "entropy", "Burg", "hypentropy, b = 0.1"]

  private static func potentials() throws(BiasError) -> [any Potential] {
    [
      EuclideanPotential(), EntropyPotential(), BurgPotential(),
      try HypentropyPotential(scale: 0.1),
    ]
  }

  /// Points of paths, ellipses and the line, numbered by `step` in the order in which they are drawn.
  func points() throws(BiasError) -> [LabPoint] {
    let regression = try Regression(Matrix(rows: [Self.sample]), [Self.target])
    var points = Self.places("line", [[0, 1], [1, 0.5]], labels: [:])
    for potential in try Self.potentials() {
      var path: [[Double]] = []
      let descent = try MirrorDescent(potential, regression, from: Self.start)
      let outcome = try descent.descend(
        step: 0.02,
        tolerance: 1e-6,
        passLimit: Self.passLimit,
        observe: { path.append($0) }
      )
      let shown = Self.thinned(path + [outcome.weights], to: 60)
      points += Self.places("path", shown, labels: ["potential": potential.name])
      for number in 1...Self.ellipseCount {
        let centre = shown[number * (shown.count - 1) / Self.ellipseCount]
        points += Self.places(
          "ellipse",
          Self.ellipse(potential, around: centre),
          labels: ["potential": potential.name, "number": "\(number)"]
        )
      }
    }
    return points
  }

  private static func places(
    _ quantity: String,
    _ places: [[Double]],
    labels: [String: String]
  ) -> [LabPoint] {
    places.enumerated().map { step, place in
      LabKey(quantity, labels: labels, coordinates: ["step": Double(step), "first": place[0]])
        .point(place[1])
    }
  }

  /// Places of a path at equal distances along it.
  private static func thinned(_ path: [[Double]], to count: Int) -> [[Double]] {
    let lengths = zip(path, path.dropFirst()).map { $1.minus($0).norm }
    let whole = lengths.reduce(0, +)
    var (passed, kept) = (0.0, [path[0]])
    for (place, length) in zip(path.dropFirst(), lengths) {
      passed += length
      if passed >= whole * Double(kept.count) / Double(count) { kept.append(place) }
    }
    return kept
  }

  /// Where the flow gets from a place in equal short times: the ellipse `uᵀ ∇²ψ u = const`.
  private static func ellipse(_ potential: any Potential, around centre: [Double]) -> [[Double]] {
    let slope = potential.inverseSlope(potential.gradient(centre)).diagonal.map { $0.squareRoot() }
    return (0...40).map { corner in
      let angle = 2 * Double.pi * Double(corner) / 40
      return [
        centre[0] + 0.07 * slope[0] * cos(angle), centre[1] + 0.07 * slope[1] * sin(angle),
      ]
    }
  }
}
