import Foundation

/// A point or a vector of the plane.
package typealias Vector = SIMD2<Double>

/// The inner product.
func dot(_ a: Vector, _ b: Vector) -> Double { a.x * b.x + a.y * b.y }

/// The signed area of the parallelogram, positive if `b` is to the left of `a`.
func cross(_ a: Vector, _ b: Vector) -> Double { a.x * b.y - a.y * b.x }

/// The length.
func length(_ a: Vector) -> Double { hypot(a.x, a.y) }

/// A convex polygon with its corners in anticlockwise order.
struct ConvexPolygon: Hashable, Sendable {
  var corners: [Vector]

  /// An axis-aligned rectangle.
  static func rectangle(from low: Vector, to high: Vector) -> ConvexPolygon {
    ConvexPolygon(corners: [low, Vector(high.x, low.y), high, Vector(low.x, high.y)])
  }

  /// The part in which `⟨normal, p⟩ < limit` (Sutherland and Hodgman).
  func clipped(normal: Vector, below limit: Double) -> ConvexPolygon {
    var kept: [Vector] = []
    for (index, corner) in corners.enumerated() {
      let next = corners[(index + 1) % corners.count]
      let (here, there) = (dot(normal, corner) - limit, dot(normal, next) - limit)
      if here < 0 { kept.append(corner) }
      if (here < 0) != (there < 0) {
        kept.append(corner + (next - corner) * (here / (here - there)))
      }
    }
    return ConvexPolygon(corners: kept)
  }

  /// The area and the integral of the position over it.
  var moments: (area: Double, first: Vector) {
    guard corners.count > 2 else { return (0, .zero) }
    var (area, first) = (0.0, Vector.zero)
    // Triangles around a corner, so that no large number is subtracted for a small far polygon.
    for index in 1..<corners.count - 1 {
      let (a, b) = (corners[index] - corners[0], corners[index + 1] - corners[0])
      let triangle = cross(a, b) / 2
      area += triangle
      first += (corners[0] + (a + b) / 3) * triangle
    }
    return (area, first)
  }

  /// The area of the part inside the unit disc.
  ///
  /// Each edge adds the signed area between itself, cut at the circle, and the centre: a triangle for the
  /// stretch inside, sectors for the stretches outside.
  var areaInUnitDisc: Double {
    guard corners.count > 2 else { return 0 }
    var area = 0.0
    for (index, start) in corners.enumerated() {
      let end = corners[(index + 1) % corners.count]
      let direction = end - start
      let (a, b, c) = (dot(direction, direction), dot(start, direction), dot(start, start) - 1)
      guard a > 0 else { continue }
      let discriminant = b * b - a * c
      guard discriminant > 0 else {
        area += Self.sector(start, end)
        continue
      }
      let root = discriminant.squareRoot()
      let entry = min(max((-b - root) / a, 0), 1)
      let exit = min(max((-b + root) / a, 0), 1)
      guard entry < exit else {
        area += Self.sector(start, end)
        continue
      }
      let (inside, outside) = (start + direction * entry, start + direction * exit)
      if entry > 0 { area += Self.sector(start, inside) }
      area += cross(inside, outside) / 2
      if exit < 1 { area += Self.sector(outside, end) }
    }
    return area
  }

  /// The signed area of the unit disc's sector between two directions.
  private static func sector(_ a: Vector, _ b: Vector) -> Double {
    atan2(cross(a, b), dot(a, b)) / 2
  }
}
