import Foundation

/// What the projection of whitened points on a plane looks like: the numbers behind "well-behaved" and
/// "radially Lipschitz", estimated by counting in sectors.
struct PlaneStatistics: Hashable, Sendable {
  /// The least density of a sector of the disc of radius ``discRadius``, over the normal law's there.
  var centralDensity: Double
  /// The smallest K with `Pr[|⟨v, x⟩| > t] ≤ exp(1 - t/K)` for two directions v: 0.5 for normal points, 0.71 for
  /// exponential tails, and growing with the sample for heavy ones.
  var tailScale: Double
  /// The integral of r·κ(r), where κ is the largest change of the density with the angle.
  var angularChange: Double

  static let discRadius = 0.6
  private static let sectorCount = 16
  private static let ringCount = 6

  /// Counts.
  ///
  /// - Parameter points: The projections on two orthogonal directions.
  init(_ points: [Vector]) {
    let count = Double(points.count)
    let polar = points.map { (radius: length($0), angle: atan2($0.y, $0.x)) }
    func sector(_ angle: Double) -> Int {
      let place = Int((angle + .pi) / (2 * .pi) * Double(Self.sectorCount))
      return min(max(place, 0), Self.sectorCount - 1)
    }
    // Half as many sectors for the disc, so that few points suffice.
    var central = [Double](repeating: 0, count: Self.sectorCount / 2)
    for point in polar where point.radius < Self.discRadius {
      central[sector(point.angle) / 2] += 1
    }
    let normalMass = 1 - exp(-Self.discRadius * Self.discRadius / 2)
    centralDensity =
      (central.min() ?? 0) / count / (normalMass / Double(central.count))

    tailScale =
      [points.map { abs($0.x) }, points.map { abs($0.y) }].map { lengths in
        let sorted = lengths.sorted()
        // Ranks down to the fifth largest; the last few are chance.
        return stride(from: 0, to: sorted.count - 5, by: max(1, sorted.count / 2000)).reduce(0) {
          max($0, sorted[$1] / (1 + log(count / (count - Double($1)))))
        }
      }.max() ?? .nan

    // Rings with equally many points, out to where one in a hundred lies beyond.
    let radii = polar.map(\.radius).sorted()
    let borders = (0...Self.ringCount).map { ring -> Double in
      let share = 0.99 * Double(ring) / Double(Self.ringCount)
      return ring == 0 ? 0 : radii[min(radii.count - 1, Int(share * count))]
    }
    var counts = [[Double]](
      repeating: [Double](repeating: 0, count: Self.sectorCount),
      count: Self.ringCount
    )
    for point in polar {
      guard let ring = borders.dropFirst().firstIndex(where: { point.radius < $0 }) else {
        continue
      }
      counts[ring - 1][sector(point.angle)] += 1
    }
    let step = 2 * Double.pi / Double(Self.sectorCount)
    angularChange = (0..<Self.ringCount).reduce(0) { sum, ring in
      let (inner, outer) = (borders[ring], borders[ring + 1])
      let cell = step / 2 * (outer * outer - inner * inner)
      guard cell > 0 else { return sum }
      let densities = counts[ring].map { $0 / count / cell }
      let nextDensities = densities.dropFirst() + densities.prefix(1)
      let change = zip(densities, nextDensities).map { abs($0 - $1) }.max() ?? 0
      let middle = (inner + outer) / 2
      return sum + change / step * middle * (outer - inner)
    }
  }
}
