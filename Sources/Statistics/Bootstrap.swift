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
    let drawn = (0..<drawCount).compactMap { draw in
      let stream = stream.indexed(UInt64(draw))
      return figure(counts.enumerated().map { stream.indexed(UInt64($0)).choice(of: $1) })
    }
    return estimate(value, drawn: drawn)
  }

  /// The interval of a figure that is worked out from groups of units: groups are drawn again, then units in each.
  ///
  /// A group that is drawn twice gets two draws of its units. Source: Davison and Hinkley 1997, "Bootstrap Methods and
  /// their Application", section 3.8.
  ///
  /// - Parameters:
  ///   - sizes: How many units each group has.
  ///   - figure: The figure of a choice of groups and of units in each; nil where it has none.
  /// - Returns: The figure of all groups and units, between the ends of its interval; nil where it has none.
  package func interval(
    overGroups sizes: [Int],
    _ figure: ([DrawnGroup]) -> Double?
  ) -> Estimate? {
    let all = sizes.enumerated().map { DrawnGroup(index: $0, units: Array(0..<$1)) }
    guard let value = figure(all) else { return nil }
    let drawn = (0..<drawCount).compactMap { draw in
      let stream = stream.indexed(UInt64(draw))
      let groups = stream.choice(of: sizes.count)
      return figure(
        groups.enumerated().map { place, group in
          let units = stream.indexed(UInt64(place)).choice(of: sizes[group])
          return DrawnGroup(index: group, units: units)
        }
      )
    }
    return estimate(value, drawn: drawn)
  }

  /// A figure between the quantiles of what was drawn; an empty interval where nothing could be drawn.
  func estimate(_ value: Double, drawn: [Double]) -> Estimate {
    guard !drawn.isEmpty else { return Estimate(value: value, low: value, high: value) }
    let (quantile, tail) = (Quantiles(of: drawn), (1 - confidence) / 2)
    return Estimate(value: value, low: quantile(tail), high: quantile(1 - tail))
  }
}

/// A group that was drawn, with the units that were drawn of it.
package struct DrawnGroup: Hashable, Sendable {
  /// Which group.
  package let index: Int
  /// Which of its units, each as often as it was drawn.
  package let units: [Int]
}

extension RandomStream {
  /// As many indices as there are things, drawn with replacement.
  fileprivate func choice(of count: Int) -> [Int] {
    (0..<count).map { Int(uniform(at: UInt64($0)) * Double(count)) }
  }
}
