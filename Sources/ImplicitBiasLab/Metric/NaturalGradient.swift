import Foundation
import Laboratory
import LinearAlgebra
import Randomness

/// Natural gradient descent in two coordinates, the weights and their logarithms, beside plain descent in both.
///
/// The metric is `1/w`. In logarithms it is `w`, so that the natural step there is one of exponentiated gradient. In the limit
/// of small steps natural descent does not know its coordinates; plain descent does.
struct NaturalGradient: Sendable {
  static let steps = [0.05, 0.0125]
  private let regression: Regression
  private static let passLimit = 1_000_000

  init() throws(BiasError) {
    let stream = RandomStream(seed: 1).named("natural")
    let inputs = Matrix(
      rowCount: 3,
      columnCount: 6,
      elements: stream.named("inputs").normals(count: 18)
    )
    regression = try Regression(
      inputs,
      inputs * stream.named("truth").normals(count: 6).map { 0.5 + abs($0) }
    )
  }

  /// Relative distances between where both coordinates end.
  func points() throws(BiasError) -> [LabPoint] {
    var points: [LabPoint] = []
    for step in Self.steps {
      let natural = try [
        end { weights, gradient in zip(weights, gradient).map { $0 - step * $0 * $1 } },
        end { weights, gradient in zip(weights, gradient).map { $0 * exp(-step * $1) } },
      ]
      let plain = try [
        end { weights, gradient in zip(weights, gradient).map { $0 - step * $1 } },
        end { weights, gradient in zip(weights, gradient).map { $0 * exp(-step * $0 * $1) } },
      ]
      for (name, ends) in [("natural", natural), ("plain", plain)] {
        points.append(
          LabKey("coordinates-distance", labels: ["method": name], coordinates: ["step": step])
            .point(ends[0].relativeDistance(to: ends[1]))
        )
      }
    }
    return points
  }

  private func end(
    _ move: (_ weights: [Double], _ gradient: [Double]) -> [Double]
  ) throws(BiasError) -> [Double] {
    var weights = [Double](repeating: 0.1, count: regression.dimension)
    for _ in 0..<Self.passLimit {
      let residual = regression.residual(weights)
      if residual.norm < 1e-9 * regression.targets.norm { return weights }
      weights = move(weights, regression.inputs.transposedTimes(residual))
    }
    throw .notConverged(
      solver: "natural gradient descent",
      residual: regression.relativeResidual(weights),
      hint: "take larger steps"
    )
  }

  static func checks(_ points: [LabPoint]) -> [LabCheck] {
    func distance(_ method: String, _ step: Double) -> Double {
      points.value(
        LabKey("coordinates-distance", labels: ["method": method], coordinates: ["step": step])
      )
    }
    let ratio = distance("natural", steps[0]) / distance("natural", steps[1])
    let control = distance("plain", steps[1])
    return [
      LabSection.limits.check(
        "natural descent: distance between coordinates, a step over one four times smaller",
        ratio,
        .range(3.5...4.6)
      ),
      LabSection.limits.check(
        "plain descent: distance between coordinates at the smaller step, a control",
        control,
        .other("> 0.01", holds: control > 0.01)
      ),
    ]
  }
}
