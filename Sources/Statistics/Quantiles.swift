/// The quantiles of a sample, by the definition that NumPy and SciPy go by when they are not told otherwise.
///
/// The sorted numbers stand at the shares 0, 1/(n - 1), ..., 1, and between them quantiles lie on straight lines.
/// Source: Hyndman and Fan 1996, "Sample quantiles in statistical packages", definition 7.
package struct Quantiles: Sendable {
  private let sorted: [Double]

  /// The quantiles of some numbers, at least one, in any order.
  package init(of numbers: [Double]) {
    precondition(!numbers.isEmpty, "a quantile needs numbers")
    sorted = numbers.sorted()
  }

  /// The number below which a share of the sample lies, from 0 for the least to 1 for the greatest; numbers may be infinite.
  package func callAsFunction(_ share: Double) -> Double {
    precondition((0...1).contains(share), "\(share) is no share")
    let place = share * Double(sorted.count - 1)
    let below = Int(place)
    let (low, high) = (sorted[below], sorted[min(below + 1, sorted.count - 1)])
    let weight = place - Double(below)
    guard weight > 0, low < high else { return low }
    // All that lies between a number and infinity is infinite.
    guard low.isFinite, high.isFinite else { return high.isFinite ? low : high }
    // From the nearer end, so that both ends are met exactly.
    return weight < 0.5 ? low + weight * (high - low) : high - (1 - weight) * (high - low)
  }
}
