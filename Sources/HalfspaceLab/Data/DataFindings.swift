import Foundation
import Laboratory
import Runs
import Statistics

/// What a check of a data set found.
package struct DataFindings: Hashable, Sendable {
  /// The shape of the whitened points in planes.
  package struct Shape: Hashable, Sendable {
    package var planeCount: Int
    /// The least density near the mean, over the normal law's there.
    package var centralDensity: Double
    /// The same estimate for as many normal points.
    package var normalCentralDensity: Double
    /// The largest K of an exponential tail.
    package var tailScale: Double
    /// The largest estimate of the radial Lipschitz constant C_κ.
    package var angularChange: Double
    /// The same estimate for as many normal points: chance alone.
    package var normalAngularChange: Double
  }

  /// How a method did.
  package struct Method: Hashable, Sendable {
    package var name: String
    /// The share of held-out rows it gets wrong.
    package var risk: Estimate
    /// The norm of the weights for whitened features.
    package var norm: Double
    /// What was learned, for rows as they are.
    package var halfspace: Halfspace
  }

  /// Which theorem applies.
  package enum Regime: String, Hashable, Sendable {
    /// No training row is on the wrong side.
    case separable
    /// The points are not well-behaved: no theorem of the laboratory applies.
    case outside
    /// Well-behaved, and the density changes slowly with the angle.
    case smooth
    /// Well-behaved, and the density jumps with the angle.
    case rough
  }

  package var columns: [String]
  package var rowCount: Int
  package var heldOutCount: Int
  /// The radius of the ball that logistic weights are kept in, √N.
  package var radius: Double
  package var isSeparable: Bool
  /// Whether the ball held the weights back.
  package var isBounded: Bool
  package var shape: Shape
  package var methods: [Method]
  /// The held-out risk of logistic regression less that of two phases.
  package var difference: Estimate

  /// The regime that the shape predicts.
  ///
  /// The borders are choices: a density near the mean below a fifth of what as many normal points show, tails
  /// twice as heavy as a normal law's, an angular change of twice what chance brings.
  package var regime: Regime {
    if isSeparable { return .separable }
    if shape.centralDensity < 0.2 * shape.normalCentralDensity || shape.tailScale > 1 {
      return .outside
    }
    return shape.angularChange > 2 * shape.normalAngularChange ? .rough : .smooth
  }

  /// The term C_κ/|w|² of the theorem for logistic regression.
  package var roughnessTerm: Double {
    let norm = methods.first?.norm ?? .nan
    return shape.angularChange / (norm * norm)
  }

  /// What the regime means, in a sentence or two.
  package var prediction: String {
    switch regime {
    case .separable:
      "No training row is on the wrong side. Logistic weights would grow for ever; these are the best ones "
        + "of norm at most \(Self.text(radius)), the square root of the number of training rows."
    case .outside:
      "The points are not well-behaved in some plane (too few near the mean, or heavy tails), so the "
        + "theorems promise nothing here; go by the held-out risks."
    case .smooth:
      "The density changes slowly with the angle: logistic regression should be of order OPT, and a second "
        + "phase should bring little."
    case .rough:
      "The density changes abruptly with the angle: logistic regression may stay at order √OPT, and a second "
        + "phase may bring much."
    }
  }

  /// What the held-out rows say, in a sentence.
  package var verdict: String {
    let size =
      "\(Self.text(difference.value)) (\(Self.text(difference.low)) to \(Self.text(difference.high)))"
    if difference.low > 0 {
      return "On held-out rows two phases do better than logistic regression, by \(size)."
    }
    if difference.high < 0 {
      return
        "On held-out rows logistic regression does better than two phases; the difference is \(size)."
    }
    return
      "Held-out rows do not tell logistic regression and two phases apart; the difference is \(size)."
  }

  static func text(_ number: Double) -> String { String(format: "%.3g", number) }

  /// The findings in the shape of all laboratories' records.
  ///
  /// - Parameters:
  ///   - file: The data's file, which takes the place of the law's name.
  ///   - seed: The seed of the split and the planes.
  ///   - machine: Where it ran.
  /// - Returns: A record without checks: data has no expected outcome.
  package func record(file: String, seed: UInt64, machine: MachineRecord) -> LabRecord {
    func point(_ method: String, _ quantity: String, _ estimate: Estimate) -> LabPoint {
      LabPoint(
        method: method,
        law: file,
        source: .sampled,
        quantity: quantity,
        dimension: columns.count,
        sampleCount: rowCount,
        value: estimate.value,
        low: estimate.low == estimate.value ? nil : estimate.low,
        high: estimate.high == estimate.value ? nil : estimate.high
      )
    }
    func bare(_ number: Double) -> Estimate {
      Estimate(value: number, low: number, high: number)
    }
    let shapes = [
      ("central-density", shape.centralDensity),
      ("central-density-of-normal-points", shape.normalCentralDensity),
      ("tail-scale", shape.tailScale),
      ("angular-change", shape.angularChange),
      ("angular-change-of-normal-points", shape.normalAngularChange),
      ("roughness-term", roughnessTerm),
    ].map { point("planes", $0.0, bare($0.1)) }
    let learned = methods.flatMap { method in
      [point(method.name, "risk", method.risk), point(method.name, "norm", bare(method.norm))]
        + zip(columns, method.halfspace.weights).map {
          point(method.name, "weight \($0)", bare($1))
        }
        + [point(method.name, "intercept", bare(method.halfspace.intercept))]
    }
    return LabRecord(
      experiment: "halfspaces-check",
      version: HalfspaceLaboratory.version,
      parameters: [
        "rows": [Double(rowCount)], "heldOut": [Double(heldOutCount)], "radius": [radius],
        "planes": [Double(shape.planeCount)],
      ],
      seeds: [seed],
      machine: machine,
      points: shapes + learned + [point("logistic less two-phase", "risk", difference)],
      fits: [],
      checks: []
    )
  }
}
