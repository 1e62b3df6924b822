import Foundation
import Laboratory
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
  ///   - file: The data's file.
  ///   - seed: The seed of the split and the planes.
  /// - Returns: A record without checks: data has no expected outcome.
  package func record(file: String, seed: UInt64) -> LabRecord {
    func key(_ quantity: String, _ method: String? = nil, feature: String? = nil) -> LabKey {
      let labels = ["file": file, "method": method, "feature": feature]
      return LabKey(quantity, labels: labels.compactMapValues(\.self))
    }
    let shapes = [
      key("central-density").point(shape.centralDensity),
      key("central-density-of-normal-points").point(shape.normalCentralDensity),
      key("tail-scale").point(shape.tailScale),
      key("angular-change").point(shape.angularChange),
      key("angular-change-of-normal-points").point(shape.normalAngularChange),
      key("roughness-term").point(roughnessTerm),
    ]
    let learned = methods.flatMap { method in
      [
        key("risk", method.name).point(method.risk), key("norm", method.name).point(method.norm),
      ]
        + zip(columns, method.halfspace.weights).map {
          key("weight", method.name, feature: $0).point($1)
        }
        + [key("intercept", method.name).point(method.halfspace.intercept)]
    }
    return LabRecord(
      experiment: "\(HalfspaceLaboratory.name)-check",
      version: HalfspaceLaboratory.version,
      parameters: [
        "rows": [Double(rowCount)], "features": [Double(columns.count)],
        "heldOut": [Double(heldOutCount)], "radius": [radius],
        "planes": [Double(shape.planeCount)],
      ],
      seeds: [seed],
      points: shapes + learned + [key("risk", "logistic less two-phase").point(difference)]
    )
  }
}
