import Foundation

/// What a line chart shows; drawing it is a matter of ``LineChart/svg(width:height:)``.
struct LineChart: Hashable, Sendable {
  /// A place in the chart, in the numbers of its axes.
  struct Point: Hashable, Sendable {
    var x: Double
    var y: Double
  }

  /// The two curves of a run.
  struct Series: Hashable, Sendable {
    /// The name at the end of the curve.
    var name: String
    /// The run's place among the runs, which decides its colour, dashes and marks.
    var style: Int
    /// A thin line.
    var thin: [Point]
    /// A strong line with a mark at each point.
    var marked: [Point]

    /// Whether the marked points make a line; if not, the thin line is drawn strong.
    var isValidated: Bool { marked.count > 1 }

    /// The points of the line that is drawn strong.
    var strongest: [Point] { isValidated ? marked : thin }
  }

  /// The stages of a run, along the top of the chart.
  struct Stages: Hashable, Sendable {
    /// Where a stage begins and ends.
    struct Span: Hashable, Sendable {
      var from: Double
      var to: Double
      /// The stage's number of layers.
      var layers: Int
    }

    /// The run's place among the runs.
    var style: Int
    /// The stages in their order.
    var spans: [Span]
  }

  /// What the horizontal axis counts, with its unit.
  var xTitle: String
  /// What the vertical axis counts, with its unit.
  var yTitle: String
  /// A sentence for those who do not see the chart.
  var summary: String
  /// The runs.
  var series: [Series]
  /// The stages of the runs that grow.
  var stages: [Stages]

  /// The horizontal scale: from 0 to the farthest point.
  func horizontalScale(atMost count: Int) -> Scale {
    let ends = series.flatMap { $0.thin + $0.marked }.map(\.x).filter(\.isFinite)
    let upper = ends.max() ?? 1
    return .linear(from: 0, to: upper > 0 ? upper : 1, atMost: count)
  }

  /// The share of the horizontal axis, at its beginning, in which losses may lie above the chart.
  ///
  /// A fresh model loses in a few steps more than in all that follow; with those steps in full view
  /// nothing else could be told apart.
  static let unboundedShare = 0.05

  /// Whether some losses of the beginning lie above the chart.
  var isCutOff: Bool {
    let upper = verticalScale(height: 300).upper
    return series.flatMap { $0.thin + $0.marked }.contains { $0.y.isFinite && $0.y > upper }
  }

  /// The vertical scale: the finite losses after the beginning, with equal ratios if they spread over a
  /// factor of two.
  func verticalScale(height: Double) -> Scale {
    let points = series.flatMap { $0.thin + $0.marked }.filter { $0.y.isFinite }
    let end = points.map(\.x).filter(\.isFinite).max() ?? 0
    let later = points.filter { $0.x >= end * Self.unboundedShare }
    let losses = (later.count < 20 ? points : later).map(\.y)
    guard let least = losses.min(), let most = losses.max() else {
      return .linear(from: 0, to: 1, atMost: 3)
    }
    if least > 0, most > 2 * least, most < 1e9 * least {
      let margin = pow(most / least, 0.08)
      return .logarithmic(
        from: least / margin,
        to: most * margin.squareRoot(),
        apart: 26 / height
      )
    }
    let margin = (most - least) * 0.08
    return .linear(
      from: least - margin,
      to: most + margin / 2,
      atMost: max(3, Int(height / 44))
    )
  }
}
