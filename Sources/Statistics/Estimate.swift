/// A number with the interval that covers it.
package struct Estimate: Hashable, Sendable, Codable {
  /// The best guess.
  package var value: Double
  /// The lower end of the interval.
  package var low: Double
  /// The upper end of the interval.
  package var high: Double

  package init(value: Double, low: Double, high: Double) {
    self.value = value
    self.low = low
    self.high = high
  }

  /// The mean of independent measurements with its t-interval.
  ///
  /// - Parameters:
  ///   - values: At least one; a single one has an interval from minus to plus infinity.
  ///   - confidence: The share of intervals that cover the mean of a normal distribution.
  /// - Returns: The mean, in the middle of its interval.
  package static func mean(of values: [Double], confidence: Double = 0.95) -> Estimate {
    precondition(!values.isEmpty, "a mean needs values")
    let mean = values.reduce(0, +) / Double(values.count)
    guard values.count > 1 else { return Estimate(value: mean, low: -.infinity, high: .infinity) }
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
    let degrees = Double(values.count - 1)
    let half = StudentDistribution(degrees: degrees).upperQuantile((1 - confidence) / 2) * error
    return Estimate(value: mean, low: mean - half, high: mean + half)
  }

  /// Whether the two intervals have no number in common.
  package func isApart(from other: Estimate) -> Bool {
    high < other.low || other.high < low
  }
}
