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
    let sample = SampleMean(values)
    guard let error = sample.standardError else {
      return Estimate(value: sample.value, low: -.infinity, high: .infinity)
    }
    let law = StudentDistribution(degrees: Double(sample.count - 1))
    return law.interval(of: sample.value, error: error, confidence: confidence)
  }

  /// A probability from counted events, with Wilson's 95 % interval (Wilson 1927).
  ///
  /// - Parameters:
  ///   - count: How often it happened.
  ///   - total: How often it could have, at least once.
  /// - Returns: The share; its interval lies in 0...1 also where it never or always happened.
  package static func share(_ count: Int, of total: Int) -> Estimate {
    precondition(total > 0 && (0...total).contains(count), "\(count) of \(total) is no share")
    let (share, n) = (Double(count) / Double(total), Double(total))
    let z = normalQuantile
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half =
      z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return Estimate(value: share, low: max(0, middle - half), high: min(1, middle + half))
  }

  /// The difference of two probabilities whose events were counted on the same cases, with a 95 % interval.
  ///
  /// - Parameters:
  ///   - first: Cases in which only the first event happened.
  ///   - second: Cases in which only the second did.
  ///   - total: All cases, at least one.
  /// - Returns: The first probability less the second.
  package static func pairedDifference(
    onlyFirst first: Int,
    onlySecond second: Int,
    of total: Int
  ) -> Estimate {
    precondition(total > 0, "a difference of shares needs cases")
    let n = Double(total)
    let difference = Double(first - second) / n
    let variance = (Double(first + second) / n - difference * difference) / n
    let half = normalQuantile * variance.squareRoot()
    return Estimate(value: difference, low: difference - half, high: difference + half)
  }

  /// What a standard normal number exceeds with probability 1/40.
  private static let normalQuantile = 1.959963984540054

  /// Whether the two intervals have no number in common.
  package func isApart(from other: Estimate) -> Bool {
    high < other.low || other.high < low
  }
}
