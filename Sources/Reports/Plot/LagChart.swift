/// Lines and points over the steps after growing, or points of one loss against another.
package struct LagChart: Sendable {
  /// How a line or a point looks.
  package enum Look: String, Sendable {
    /// One of many.
    case plain = "run-0"
    /// One that keeps the function.
    case preserving = "run-1"
    /// The one to look at.
    case chosen = "run-3"
  }

  /// A named line.
  package struct Line: Sendable {
    var name: String
    var look: Look
    var points: [(x: Double, y: Double)]

    package init(name: String, look: Look, points: [(x: Double, y: Double)]) {
      self.name = name
      self.look = look
      self.points = points
    }
  }

  var title: String
  /// What the axes count.
  var xTitle: String
  var yTitle: String
  /// A sentence for those who do not see the chart.
  var summary: String
  /// The lines.
  var lines: [Line]
  /// Places around the line, such as an interval.
  var band: [(x: Double, low: Double, high: Double)]
  /// Named points.
  var dots: [Line]
  /// The lags that are named on the axis; nil for an axis of losses.
  var lags: [Int]?
  /// The ends of the vertical axis; nil for those of the points.
  var yRange: ClosedRange<Double>?

  package init(
    title: String,
    xTitle: String,
    yTitle: String,
    summary: String,
    lines: [Line] = [],
    band: [(x: Double, low: Double, high: Double)] = [],
    dots: [Line] = [],
    lags: [Int]? = nil,
    yRange: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.xTitle = xTitle
    self.yTitle = yTitle
    self.summary = summary
    self.lines = lines
    self.band = band
    self.dots = dots
    self.lags = lags
    self.yRange = yRange
  }

  /// The chart as an SVG element, styled by the page's style sheet.
  func svg(width: Double, height: Double) -> Markup {
    let axes = axes(width: width, height: height)
    let (left, right, top, bottom) = (axes.left, axes.right, axes.top, axes.bottom)
    func corner(_ x: Double, _ y: Double) -> String {
      "\(Markup.coordinate(axes.x(x))) \(Markup.coordinate(axes.y(y)))"
    }
    let edge =
      band.map { corner($0.x, $0.high) } + band.reversed().map { corner($0.x, $0.low) }
    let area: Markup =
      band.isEmpty
      ? ""
      : "<path class=\"run-3\" fill=\"var(--colour)\" fill-opacity=\"0.14\" d=\"M\(edge.joined(separator: "L"))Z\"/>"
    let curves = lines.map { line -> Markup in
      """
      <g class="\(line.look.rawValue)"><title>\(line.name)</title>\
      <path class="\(line.look == .chosen ? "strong" : "thin")" d="\(axes.path(line.points))"/></g>
      """
    }
    let marks = dots.flatMap { dot in
      dot.points.map { point -> Markup in
        """
        <g class="\(dot.look.rawValue)"><title>\(dot.name)</title>\
        <circle class="marks" cx="\(axes.x(point.x))" cy="\(axes.y(point.y))" r="4"/></g>
        """
      }
    }
    // What lies outside of the range is cut off; marks at its ends have room.
    let room = 6.0
    let plot: Markup = """
      x="\(left - room)" y="\(top - room)" \
      width="\(right - left + 2 * room)" height="\(bottom - top + 2 * room)" \
      viewBox="\(left - room) \(top - room) \(right - left + 2 * room) \(bottom - top + 2 * room)"
      """
    return """
      <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)">
      \(axes.markup(horizontal: xTitle, vertical: yTitle))
      <svg \(plot) style="overflow: hidden">
      \(area)
      \(curves)
      \(marks)
      </svg>
      </svg>
      """
  }

  private func axes(width: Double, height: Double) -> ChartAxes {
    let (left, right) = (58.0, width - 14)
    let points = (lines + dots).flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    return ChartAxes(
      width: width,
      left: left,
      right: right,
      top: 26,
      bottom: height - 44,
      horizontal: lags.map { .counts($0, apart: 24 / (right - left)) }
        ?? scale(points.map(\.x), nil, 6),
      vertical: scale(points.map(\.y) + band.flatMap { [$0.low, $0.high] }, yRange, 6)
    )
  }

  private func scale(
    _ values: [Double],
    _ range: ClosedRange<Double>?,
    _ count: Int
  ) -> Scale {
    let finite = values.filter(\.isFinite)
    let low = range?.lowerBound ?? finite.min() ?? 0
    let high = range?.upperBound ?? finite.max() ?? 1
    let margin = range == nil ? (high - low) * 0.06 : 0
    return .linear(from: low - margin, to: high + margin, atMost: count)
  }
}
