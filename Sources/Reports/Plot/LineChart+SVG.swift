import Foundation

/// The places of a chart's parts, in the units of its drawing (pixels at full size).
private struct ChartFrame {
  static let rowHeight = 20.0
  var width: Double
  var height: Double
  var left = 44.0
  var right: Double
  var top: Double
  var bottom: Double
  var horizontal: Scale
  var vertical: Scale

  init(_ chart: LineChart, width: Double, height: Double) {
    self.width = width
    self.height = height
    let longest = chart.series.map { ChartText.width($0.name) }.max() ?? 0
    right = width - min(max(longest + 22, 24), width * 0.28)
    top = 26 + Self.rowHeight * Double(chart.stages.count) + (chart.stages.isEmpty ? 0 : 4)
    bottom = height - 44
    horizontal = chart.horizontalScale(atMost: max(3, Int((right - left) / 58)))
    vertical = chart.verticalScale(height: bottom - top)
  }

  func x(_ value: Double) -> Double { left + horizontal.position(of: value) * (right - left) }
  func y(_ value: Double) -> Double { bottom - vertical.position(of: value) * (bottom - top) }

  /// Where a point stands; nothing for a number that the axes have no place for.
  func place(_ point: LineChart.Point) -> (x: Double, y: Double)? {
    let (x, y) = (x(point.x), y(point.y))
    return x.isFinite && y.isFinite ? (x, y) : nil
  }
}

/// How wide text is, about: no font is at hand when a report is written.
enum ChartText {
  /// The usual width of a character at the charts' size of text.
  static let characterWidth = 6.9

  /// The width of a text.
  static func width(_ text: String) -> Double { characterWidth * Double(text.count) }

  /// The text, or if it is too wide its beginning and an ellipsis.
  static func fitted(_ text: String, into width: Double) -> String {
    let count = max(1, Int(width / characterWidth))
    return text.count <= count ? text : text.prefix(count - 1) + "…"
  }
}

extension LineChart {
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
    let frame = ChartFrame(self, width: width, height: height)
    return """
      <svg class="chart" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)" \
      data-hover="\(hoverData(frame))" data-unit="\(xTitle)">
      \(grid(frame))
      \(stageRows(frame))
      <clipPath id="\(id)"><rect x="\(frame.left)" y="\(frame.top)" \
      width="\(frame.right - frame.left + 6)" height="\(frame.bottom - frame.top)"/></clipPath>
      <g clip-path="url(#\(id))">
      \(series.map { curves($0, frame) })
      </g>
      \(endLabels(frame))
      </svg>
      """
  }

  private func grid(_ frame: ChartFrame) -> Markup {
    let rows = frame.vertical.ticks.map { tick -> Markup in
      let y = frame.y(tick.value)
      return """
        <line class="grid" x1="\(frame.left)" y1="\(y)" x2="\(frame.right)" y2="\(y)"/>\
        <text class="tick" x="\(frame.left - 8)" y="\(y + 4)" text-anchor="end">\(tick.label)</text>
        """
    }
    let columns = frame.horizontal.ticks.map { tick -> Markup in
      let x = frame.x(tick.value)
      return """
        <line class="axis" x1="\(x)" y1="\(frame.bottom)" x2="\(x)" y2="\(frame.bottom + 5)"/>\
        <text class="tick" x="\(x)" y="\(frame.bottom + 19)" text-anchor="middle">\(tick.label)</text>
        """
    }
    return """
      <text class="title" x="0" y="13">\(yTitle)</text>
      \(rows)
      <line class="axis" x1="\(frame.left)" y1="\(frame.bottom)" x2="\(frame.right)" y2="\(frame.bottom)"/>
      \(columns)
      <text class="title" x="\((frame.left + frame.right) / 2)" y="\(frame.bottom + 39)" \
      text-anchor="middle">\(xTitle)</text>
      """
  }

  /// A row of boxes for each growing run, a box for each stage, and a rule at each growth.
  private func stageRows(_ frame: ChartFrame) -> Markup {
    let rows = stages.enumerated().map { row, stages -> Markup in
      let top = 24 + ChartFrame.rowHeight * Double(row)
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

  private func curves(_ series: Series, _ frame: ChartFrame) -> Markup {
    let isAlone = !series.isValidated
    let marks = series.marked.compactMap { frame.place($0) }.map { place in
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

  /// The commands of a path through the points, broken where a number is not finite.
  private func path(_ points: [Point], _ frame: ChartFrame) -> String {
    var commands: [String] = []
    var isDrawing = false
    for point in LineChart.thinned(points, to: 700) {
      guard let place = frame.place(point) else {
        isDrawing = false
        continue
      }
      let (x, y) = (Markup.coordinate(place.x), Markup.coordinate(place.y))
      commands.append("\(isDrawing ? "L" : "M")\(x) \(y)")
      isDrawing = true
    }
    return commands.joined()
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

  /// The names of the curves, in the right margin at the height of their ends.
  ///
  /// Names are moved apart where they would touch; a dotted line leads to a name from an end that is far
  /// away.
  private func endLabels(_ frame: ChartFrame) -> Markup {
    let ends = series.compactMap { series -> (series: Series, x: Double, y: Double)? in
      series.strongest.reversed().lazy.compactMap { frame.place($0) }.first.map {
        (series, $0.x, $0.y)
      }
    }.sorted { ($0.y, $0.series.style) < ($1.y, $1.series.style) }
    let heights = LineChart.spread(
      ends.map(\.y),
      apart: 18,
      within: frame.top...frame.bottom
    )
    let labels = zip(ends, heights).map { item, height -> Markup in
      let (x, y) = (item.x, item.y)
      let start = frame.right + 14
      let leader: Markup =
        abs(height - y) > 4 || frame.right - x > 4
        ? "<path class=\"leader\" d=\"M\(x + 7) \(y)L\(max(x + 7, frame.right - 6)) \(y)L\(start - 4) \(height)\"/>"
        : ""
      return """
        <g class="run-\(item.series.style)">\(leader)<text class="name" x="\(start)" \
        y="\(height + 4)">\(ChartText.fitted(item.series.name, into: frame.width - start))</text></g>
        """
    }
    return "\(labels)"
  }

  /// Heights in rising order, moved apart by the least sum of squares and then into the range.
  ///
  /// What is too close forms a group around its mean, and groups that meet merge (the method of pooling
  /// adjacent violators). If there is no room for all they stay apart and leave the range at its lower end.
  static func spread(
    _ heights: [Double],
    apart distance: Double,
    within range: ClosedRange<Double>
  ) -> [Double] {
    // Less its rank times the distance, each height only has to be no smaller than the one before.
    var groups: [(sum: Double, count: Int)] = []
    for (rank, height) in heights.enumerated() {
      groups.append((height - Double(rank) * distance, 1))
      while groups.count > 1, let last = groups.last {
        let before = groups[groups.count - 2]
        guard last.sum / Double(last.count) < before.sum / Double(before.count) else { break }
        groups.removeLast(2)
        groups.append((before.sum + last.sum, before.count + last.count))
      }
    }
    let means = groups.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
    let highest = range.upperBound - Double(max(0, heights.count - 1)) * distance
    return means.enumerated().map { rank, mean in
      max(range.lowerBound, min(mean, highest)) + Double(rank) * distance
    }
  }

  /// The points for the page's script: places in the drawing and what to say there.
  private func hoverData(_ frame: ChartFrame) -> String {
    func list(_ points: [Point]) -> String {
      let known = points.filter { frame.place($0) != nil }
      let parts = LineChart.thinned(known, to: 240).map {
        "[\(Markup.coordinate(frame.x($0.x))),\(Markup.coordinate(frame.y($0.y))),"
          + "\(NumberText.fixed($0.y, decimals: 3))]"
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
