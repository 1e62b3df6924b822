import Foundation

/// A box of the plane, in Cartesian or polar coordinates, that holds part of the law of the clean margin.
///
/// Losses depend on a sample through z = y·x. Without noise z has a density; where labels are flipped with
/// probability η, z is replaced by -z with that probability.
struct MarginRegion: Sendable {
  enum Coordinates: Sendable {
    /// The box is in (x₁, x₂).
    case cartesian
    /// The box is in (radius, angle).
    case polar
  }

  var coordinates: Coordinates
  var low: Vector
  var high: Vector
  /// The density of the unflipped z by area, at a Cartesian point.
  var density: @Sendable (Vector) -> Double
  /// The probability of a flip in this box.
  var flipProbability: Double

  /// The Cartesian point of a point of the box, and the area that a unit of the box has there.
  func point(_ place: Vector) -> (z: Vector, area: Double) {
    switch coordinates {
    case .cartesian: (place, 1)
    case .polar: (Vector(place.x * cos(place.y), place.x * sin(place.y)), place.x)
    }
  }

  /// The boxes of a law.
  static func regions(of law: HalfspaceLaw) -> [MarginRegion] {
    switch law {
    case .hard(let law): regions(of: law)
    case .noisy(let marginal, let noise): regions(of: marginal, noise)
    }
  }

  private static func regions(of law: HardLaw) -> [MarginRegion] {
    func box(_ polygon: ConvexPolygon) -> MarginRegion {
      MarginRegion(
        coordinates: .cartesian,
        low: polygon.corners[0],
        high: polygon.corners[2],
        density: { _ in 2 },
        flipProbability: 0
      )
    }
    let disc = [-Double.pi / 2, 0].map { angle in
      MarginRegion(
        coordinates: .polar,
        low: Vector(0, angle),
        high: Vector(1, angle + .pi / 2),
        density: { _ in 2 * law.discDensity },
        flipProbability: 0
      )
    }
    return [box(law.square)] + (law.strip.map { [box($0)] } ?? []) + disc
  }

  /// The right half-plane with the doubled density, since the law is symmetric about the origin.
  private static func regions(of marginal: Marginal, _ noise: LabelNoise) -> [MarginRegion] {
    let region = noise.region(under: marginal)
    let isPolar = marginal.isRotationInvariant && !region.width.isFinite
    let stretches = marginal.smoothStretches
    let cut = region.width.isFinite ? region.width : region.gauge
    // The first axis carries the noise's border, whether it is the radius or the first coordinate.
    let first = (stretches + [cut]).sorted()
    let second = isPolar ? [0, .pi / 4, .pi / 2] : stretches
    var regions: [MarginRegion] = []
    for (low, high) in zip(first, first.dropFirst()) where high > low {
      for (near, far) in zip(second, second.dropFirst()) {
        for side in [-1.0, 1.0] {
          let isFlipped =
            low >= region.gauge && high <= region.width && (!region.isOneQuadrant || side < 0)
          regions.append(
            MarginRegion(
              coordinates: isPolar ? .polar : .cartesian,
              low: Vector(low, side < 0 ? -far : near),
              high: Vector(high, side < 0 ? -near : far),
              density: { 2 * marginal.density(at: $0) },
              flipProbability: isFlipped ? region.rate : 0
            )
          )
        }
      }
    }
    return regions
  }
}
