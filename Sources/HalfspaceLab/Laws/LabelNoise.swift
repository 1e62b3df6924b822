import Foundation

/// How labels are wrong, as a function of the point; the clean label is the sign of the first coordinate.
package enum LabelNoise: Hashable, Sendable, Codable {
  /// Each label is flipped with one probability (random classification noise).
  case random(rate: Double)
  /// Labels in the quadrants x₁x₂ < 0 are flipped with one probability (a Massart noise).
  case massart(rate: Double)
  /// Labels in the quadrants x₁x₂ < 0 far from the origin are all flipped; their mass is given.
  case farQuadrant(mass: Double)
  /// Labels next to the boundary are all flipped; their mass is given.
  case nearBoundary(mass: Double)

  /// The name in tables and files.
  package var name: String {
    switch self {
    case .random: "random"
    case .massart: "massart"
    case .farQuadrant: "far-quadrant"
    case .nearBoundary: "near-boundary"
    }
  }

  /// - Throws: ``HalfspaceError/noiseRateOutOfRange(name:found:below:)``.
  func validate() throws(HalfspaceError) {
    let (value, bound) =
      switch self {
      case .random(let rate), .massart(let rate): (rate, 0.5)
      // Half of all points lie in the quadrants, and beyond a quarter another halfspace is better.
      case .farQuadrant(let mass): (mass, 0.25)
      case .nearBoundary(let mass): (mass, 0.5)
      }
    guard value >= 0, value < bound else {
      throw .noiseRateOutOfRange(name: "\(name) noise", found: value, below: bound)
    }
  }

  /// The probability that a label is flipped, over all points; exact.
  package var mass: Double {
    switch self {
    case .random(let rate): rate
    case .massart(let rate): rate / 2
    case .farQuadrant(let mass), .nearBoundary(let mass): mass
    }
  }

  /// The region and the rate of a noise under a marginal: one form for all of them.
  func region(under marginal: Marginal) -> Region {
    switch self {
    case .random(let rate):
      Region(isOneQuadrant: false, gauge: 0, width: .infinity, rate: rate)
    case .massart(let rate):
      Region(isOneQuadrant: true, gauge: 0, width: .infinity, rate: rate)
    case .farQuadrant(let mass):
      // The quadrants hold half of what lies beyond any gauge, by symmetry.
      Region(
        isOneQuadrant: true,
        gauge: marginal.gaugeQuantile(survival: min(1, 2 * mass)),
        width: .infinity,
        rate: 1
      )
    case .nearBoundary(let mass):
      Region(
        isOneQuadrant: false,
        gauge: 0,
        width: marginal.firstCoordinateQuantile(survival: 1 - mass),
        rate: 1
      )
    }
  }

  /// Where labels are flipped, and how often.
  struct Region: Hashable, Sendable {
    /// Whether only the quadrants x₁x₂ < 0 are meant.
    var isOneQuadrant: Bool
    /// The least gauge.
    var gauge: Double
    /// The greatest `|x₁|`.
    var width: Double
    /// The probability of a flip there.
    var rate: Double

    /// The probability that the label of a point is flipped.
    func flipProbability(at x: Vector, under marginal: Marginal) -> Double {
      let isInside =
        (!isOneQuadrant || x.x * x.y < 0) && marginal.gauge(of: x) >= gauge && abs(x.x) < width
      return isInside ? rate : 0
    }
  }
}
