import Randomness

/// Intervals by drawing again, with replacement, from what was measured.
///
/// Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", section 13.3, the percentile
/// interval.
package struct Bootstrap: Sendable {
  /// How many times to draw again.
  package var drawCount: Int
  /// The share of intervals that cover, in large samples.
  package var confidence: Double
  private let stream: RandomStream

  /// Makes a bootstrap; equal seeds give equal intervals.
  package init(seed: UInt64 = 0, drawCount: Int = 2000, confidence: Double = 0.95) {
    precondition(drawCount > 0 && (0..<1).contains(confidence))
    self.drawCount = drawCount
    self.confidence = confidence
    stream = RandomStream(seed: seed).named("bootstrap")
  }

  /// The interval of a figure that is worked out from units of several kinds, each drawn again.
  ///
  /// - Parameters:
  ///   - counts: How many units of each kind there are, such as strategies and seeds.
  ///   - figure: The figure of a choice of units, one list of indices a kind; nil where it has none,
  ///     as a correlation of one strategy drawn over and over.
  /// - Returns: The figure of all units, between the ends of its interval; nil where it has none.
  package func interval(
    over counts: [Int],
    _ figure: ([[Int]]) -> Double?
  ) -> Estimate? {
    guard let value = figure(counts.map { Array(0..<$0) }) else { return nil }
    var drawn: [Double] = []
    for draw in 0..<drawCount {
      let choice = counts.enumerated().map { kind, count in
        let stream = stream.indexed(UInt64(draw)).indexed(UInt64(kind))
        return (0..<count).map { Int(stream.uniform(at: UInt64($0)) * Double(count)) }
      }
      if let figure = figure(choice) { drawn.append(figure) }
    }
    drawn.sort()
    guard !drawn.isEmpty else { return Estimate(value: value, low: value, high: value) }
    func quantile(_ share: Double) -> Double {
      drawn[min(drawn.count - 1, Int(share * Double(drawn.count)))]
    }
    let tail = (1 - confidence) / 2
    return Estimate(value: value, low: quantile(tail), high: quantile(1 - tail))
  }
}
