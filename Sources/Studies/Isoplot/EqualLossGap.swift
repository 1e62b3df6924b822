import Statistics

/// How much higher one method scores than another at equal loss.
///
/// Only points in the range of losses that both methods reach count. A line is fitted to each method's, and the gap is
/// the distance of the lines in the middle of the range, which is its mean over the range.
package struct EqualLossGap: Hashable, Sendable, Codable {
  /// The losses that both reach.
  package let losses: ClosedRange<Double>
  /// The line of the method.
  package let line: Line
  /// The line of what it is compared with.
  package let baselineLine: Line

  /// The points of a run or of many.
  struct Points {
    var losses: [Double] = []
    var scores: [Double] = []

    func within(_ range: ClosedRange<Double>) -> Points {
      let kept = losses.indices.filter { range.contains(losses[$0]) }
      return Points(losses: kept.map { losses[$0] }, scores: kept.map { scores[$0] })
    }

    static func + (first: Points, second: Points) -> Points {
      Points(losses: first.losses + second.losses, scores: first.scores + second.scores)
    }
  }

  /// The lines of two methods; nil where fewer than two losses of either lie in what both reach.
  init?(of points: Points, over baseline: Points) {
    guard let losses = Self.commonRange(points.losses, baseline.losses) else { return nil }
    let (points, baseline) = (points.within(losses), baseline.within(losses))
    guard let line = Line(x: points.losses, y: points.scores),
      let baselineLine = Line(x: baseline.losses, y: baseline.scores)
    else { return nil }
    (self.losses, self.line, self.baselineLine) = (losses, line, baselineLine)
  }

  /// The gap.
  package var value: Double {
    let middle = (losses.lowerBound + losses.upperBound) / 2
    return line(middle) - baselineLine(middle)
  }

  private static func commonRange(_ first: [Double], _ second: [Double]) -> ClosedRange<Double>? {
    guard let low = [first.min(), second.min()].compactMap(\.self).max(),
      let high = [first.max(), second.max()].compactMap(\.self).min(), low < high
    else { return nil }
    return low...high
  }
}
