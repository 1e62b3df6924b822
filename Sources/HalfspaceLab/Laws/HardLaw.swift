import Foundation

/// The law on which logistic regression stays at order √OPT.
///
/// With e = √OPT and the ideal halfspace (1, 0) it is the sum of three parts: two squares of mass OPT on
/// the wrong side, far from the boundary; two thin rectangles of mass 2e along the vertical axis, on the
/// right side; and a uniform disc with the rest, on the right side. The squares keep the minimiser's norm
/// at order 1/e, the rectangles turn it by an angle of order e. Source: Ji, Ahn, Awasthi, Kale and Karp,
/// "Agnostic learnability of halfspaces via logistic loss", ICML 2022, the lower bound's law.
package struct HardLaw: Hashable, Sendable, Codable {
  /// Where the rectangles along the vertical axis lie.
  package enum Rectangles: String, Hashable, Sendable, Codable {
    /// As in the lower bound: in the first and the third quadrant.
    case upward
    /// Mirrored; a control, which turns the minimiser the other way.
    case downward
    /// Left out, and the rest not rescaled; a control with total mass 1 - 2√OPT.
    case absent
  }

  /// The risk of the ideal halfspace, OPT.
  package let optimum: Double
  /// Where the rectangles lie.
  package let rectangles: Rectangles

  /// - Throws: ``HalfspaceError/optimumOutOfRange(found:)`` unless 0 < OPT < 0.17; at 0.1716 the disc's
  ///   mass would be 0.
  package init(optimum: Double, rectangles: Rectangles = .upward) throws(HalfspaceError) {
    guard 0 < optimum, optimum < 0.17 else { throw .optimumOutOfRange(found: optimum) }
    self.optimum = optimum
    self.rectangles = rectangles
  }

  /// √OPT, the width of the rectangles.
  var edge: Double { optimum.squareRoot() }
  /// √2/2, the squares' distance from the axes.
  static let centre = 0.5.squareRoot()
  /// The density of the disc.
  var discDensity: Double { (1 - optimum - 2 * edge) / .pi }
  /// The mass of the rectangles.
  var rectangleMass: Double { rectangles == .absent ? 0 : 2 * edge }
  /// The mass of the disc.
  var discMass: Double { 1 - optimum - 2 * edge }
  /// The mass of all parts.
  package var totalMass: Double { optimum + rectangleMass + discMass }

  // Losses depend on a sample through z = y·x alone. Both squares give the one around (-s, s), both
  // rectangles the one to the right of the axis, the disc its right half; densities double.

  /// Where z lies for the squares; its density there is 2.
  var square: ConvexPolygon {
    let half = (optimum / 2).squareRoot() / 2
    let middle = Vector(-Self.centre, Self.centre)
    return .rectangle(from: middle - half, to: middle + half)
  }

  /// Where z lies for the rectangles; its density there is 2.
  var strip: ConvexPolygon? {
    switch rectangles {
    case .upward: .rectangle(from: .zero, to: Vector(edge, 1))
    case .downward: .rectangle(from: Vector(0, -1), to: Vector(edge, 0))
    case .absent: nil
    }
  }

  private static let rightHalfPlane = ConvexPolygon.rectangle(from: Vector(0, -2), to: Vector(2, 2))

  /// The probability that `⟨direction, z⟩ + shift < 0`, exactly.
  package func zeroOneRisk(direction: Vector, shift: Double = 0) -> Double {
    let squares = 2 * square.clipped(normal: direction, below: -shift).moments.area
    let strips = strip.map { 2 * $0.clipped(normal: direction, below: -shift).moments.area } ?? 0
    let disc =
      2 * discDensity
      * Self.rightHalfPlane.clipped(normal: direction, below: -shift).areaInUnitDisc
    return squares + strips + disc
  }

  /// The risk of the halfspace at an angle from the ideal one.
  package func zeroOneRisk(angle: Double) -> Double {
    zeroOneRisk(direction: Vector(cos(angle), sin(angle)))
  }

  /// The hinge risk `E max(-⟨w, z⟩, 0)`, exactly.
  ///
  /// The half disc's share is `(2/3) q ρ (1 - cos θ)` with its density q: the integral over a wedge.
  package func hingeRisk(at weights: Vector) -> Double {
    func polygon(_ polygon: ConvexPolygon) -> Double {
      -2 * dot(weights, polygon.clipped(normal: weights, below: 0).moments.first)
    }
    let norm = length(weights)
    // ρ - ρ cos θ loses all digits at small angles; y²/(ρ + x) is the same without a difference.
    let gap = weights.x > 0 ? weights.y * weights.y / (norm + weights.x) : norm - weights.x
    return polygon(square) + (strip.map(polygon) ?? 0) + 2 / 3 * discDensity * gap
  }

  /// The mean of z, where one step of gradient descent from 0 goes.
  package var meanMargin: Vector {
    let squares = square.moments.first * 2
    let strips = (strip?.moments.first ?? .zero) * 2
    // The mean of |x₁| over the unit disc is 4/(3π), and its area is π.
    return squares + strips + Vector(4.0 / 3 * discDensity, 0)
  }
}
