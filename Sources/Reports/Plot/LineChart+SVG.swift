import Foundation

extension LineChart {
  private static let rowHeight = 20.0

  private func axes(width: Double, height: Double) -> ChartAxes {
    let (left, bottom) = (44.0, height - 44)
    let right = width - ChartAxes.margin(for: series.map(\.name), width: width, atMost: 0.28)
    let top = 26 + Self.rowHeight * Double(stages.count) + (stages.isEmpty ? 0 : 4)
    return ChartAxes(
      width: width,
      left: left,
      right: right,
      top: top,
      bottom: bottom,
      horizontal: horizontalScale(atMost: max(3, Int((right - left) / 58))),
      vertical: verticalScale(height: bottom - top)
    )
  }

  /// The chart as an SVG element, styled by the page's style sheet.
  ///
  /// The attribute `data-hover` holds the points for the page's script; without the script the chart is
  /// complete.
  /// - Parameters:
  ///   - id: A name that no other chart of the page has.
  ///   - width: The drawing's width; at that width text has its usual size.
  ///   - height: The drawing's height.
  /// - Returns: An `svg` element.
  func svg(id: String, width: Double, height: Double) -> Markup {
    let frame = axes(width: width, height: height)
    return """
      <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)" \
      data-hover="\(hoverData(frame))" data-unit="\(xTitle)">
      \(frame.markup(horizontal: xTitle, vertical: yTitle))
      \(stageRows(frame))
      <clipPath id="\(id)"><rect x="\(frame.left)" y="\(frame.top)" \
      width="\(frame.right - frame.left + 6)" height="\(frame.bottom - frame.top)"/></clipPath>
      <g clip-path="url(#\(id))">
      \(series.map { curves($0, frame) })
      </g>
      \(frame.names(of: ends(frame), within: 4))
      </svg>
      """
  }

  /// A row of boxes for each growing run, a box for each stage, and a rule at each growth.
  private func stageRows(_ frame: ChartAxes) -> Markup {
    let rows = stages.enumerated().map { row, stages -> Markup in
      let top = 24 + Self.rowHeight * Double(row)
      let count = Double(stages.spans.count)
      let boxes = stages.spans.enumerated().map { index, span -> Markup in
        let (start, end) = (frame.x(span.from), frame.x(span.to))
        let layers = span.layers == 1 ? "1 layer" : "\(span.layers) layers"
        let room = end - start - 6
        let label =
          ChartText.width(layers) <= room
          ? layers : ChartText.width("\(span.layers)") <= room ? "\(span.layers)" : ""
        let strength = 0.1 + 0.22 * Double(index + 1) / count
        let rule: Markup =
          index == 0
          ? ""
          : """
          <line class="growth" x1="\(start)" y1="\(frame.top - 2)" x2="\(start)" y2="\(frame.bottom)"/>
          """
        return """
          <rect class="stage" x="\(start + 0.75)" y="\(top)" width="\(max(0.5, end - start - 1.5))" \
          height="16" rx="3" fill-opacity="\(strength)"/>\
          <text class="stage-label" x="\((start + end) / 2)" y="\(top + 12)" \
          text-anchor="middle">\(label)</text>\(rule)
          """
      }
      return "<g class=\"run-\(stages.style)\">\n\(boxes)\n</g>"
    }
    return "\(rows)"
  }

  private func curves(_ series: Series, _ frame: ChartAxes) -> Markup {
    let isAlone = !series.isValidated
    let marks = series.marked.compactMap { frame.place($0.x, $0.y) }.map { place in
      ChartMark.markup(style: series.style, x: place.x, y: place.y)
    }
    return """
      <g class="run-\(series.style)">
      <path class="\(isAlone ? "strong" : "thin")" d="\(path(series.thin, frame))"/>
      <path class="strong dashes-\(series.style)" d="\(path(series.marked, frame))"/>
      <g class="marks">\(marks, separator: "")</g>
      </g>
      """
  }

  private func path(_ points: [Point], _ frame: ChartAxes) -> String {
    frame.path(LineChart.thinned(points, to: 700).lazy.map { ($0.x, $0.y) })
  }

  /// At most about `count` points that keep the shape: the extremes of each stretch of equal length.
  static func thinned(_ points: [Point], to count: Int) -> [Point] {
    guard points.count > count else { return points }
    let stretch = (points.count + count / 2 - 1) / (count / 2)
    return stride(from: 0, to: points.count, by: stretch).flatMap { start -> [Point] in
      let part = points.indices[start..<min(start + stretch, points.count)]
      // A number that is not finite is the most extreme of all: the gap has to stay.
      if let gap = part.first(where: { !points[$0].y.isFinite }) { return [points[gap]] }
      guard let least = part.min(by: { points[$0].y < points[$1].y }),
        let most = part.max(by: { points[$0].y < points[$1].y })
      else { return [] }
      var kept = Set([least, most])
      if part.upperBound == points.count { kept.insert(points.count - 1) }
      return kept.sorted().map { points[$0] }
    }
  }

  private func ends(_ frame: ChartAxes) -> [ChartAxes.End] {
    series.compactMap { series in
      series.strongest.reversed().lazy.compactMap { frame.place($0.x, $0.y) }.first.map {
        ChartAxes.End(name: series.name, style: series.style, x: $0.x, y: $0.y)
      }
    }
  }

  /// The points for the page's script: places in the drawing and what to say there.
  private func hoverData(_ frame: ChartAxes) -> String {
    func list(_ points: [Point]) -> String {
      let known = points.filter { frame.place($0.x, $0.y) != nil }
      let parts = LineChart.thinned(known, to: 240).map {
        "[\(Markup.coordinate(frame.x($0.x))),\(Markup.coordinate(frame.y($0.y))),"
          + "\(NumberFormat.fixed($0.y, digits: 3))]"
      }
      return "[\(parts.joined(separator: ","))]"
    }
    let runs = series.map {
      #"{"run":\#($0.style),"thin":\#(list($0.thin)),"marked":\#(list($0.marked))}"#
    }
    let edges = [frame.left, frame.right, frame.top, frame.bottom].map(Markup.coordinate)
    return #"{"edges":[\#(edges.joined(separator: ","))],"#
      + #""end":\#(String(format: "%.6g", frame.horizontal.upper)),"#
      + #""runs":[\#(runs.joined(separator: ","))]}"#
  }
}
