extension Figure {
  /// Where the parts of a drawing lie that has room for all curves.
  func axes(width: Double, height: Double) -> ChartAxes {
    let vertical = scale(yValues, self.vertical, length: height - 70, spacing: 30)
    let left = max(36, (vertical.ticks.map { ChartText.width($0.label) }.max() ?? 0) + 12)
    let right = width - ChartAxes.margin(for: curves.map(\.name), width: width, atMost: 0.32)
    return ChartAxes(
      width: width,
      left: left,
      right: right,
      top: 26,
      bottom: height - 44,
      horizontal: scale(xValues, horizontal, length: right - left, spacing: 64),
      vertical: vertical
    )
  }

  /// The figure as an SVG element, styled by the page's style sheet.
  ///
  /// - Parameters:
  ///   - id: A name that no other figure of the page has.
  ///   - width: The drawing's width; at that width text has its usual size.
  ///   - height: The drawing's height.
  /// - Returns: An `svg` element.
  func svg(id: String, width: Double, height: Double) -> Markup {
    let frame = axes(width: width, height: height)
    return svg(
      id: id,
      height: height,
      frame,
      curves: curves.map { drawing($0, frame) },
      names: [names(of: curves, frame)]
    )
  }

  /// The figure's axes and levels around what is drawn of curves.
  func svg(
    id: String,
    height: Double,
    _ frame: ChartAxes,
    curves: [Markup],
    names: [Markup]
  ) -> Markup {
    """
    <svg class="plot" viewBox="0 0 \(frame.width) \(height)" role="img" aria-label="\(summary)">
    \(frame.markup(horizontal: horizontal.title, vertical: vertical.title))
    \(levels.map { rule($0, frame) })
    <clipPath id="\(id)"><rect x="\(frame.left - 6)" y="\(frame.top - 6)" \
    width="\(frame.right - frame.left + 12)" height="\(frame.bottom - frame.top + 12)"/></clipPath>
    <g clip-path="url(#\(id))">
    \(curves)
    </g>
    \(names)
    </svg>
    """
  }

  private func rule(_ level: Level, _ frame: ChartAxes) -> Markup {
    let y = frame.y(level.y)
    return """
      <line class="level" x1="\(frame.left)" y1="\(y)" x2="\(frame.right)" y2="\(y)"/>\
      <text class="tick" x="\(frame.left + 6)" y="\(y - 5)">\(level.name)</text>
      """
  }

  /// A curve's line and marks.
  func drawing(_ curve: Curve, _ frame: ChartAxes) -> Markup {
    let marks = curve.marks.compactMap { point in
      frame.place(point.x, point.y).map { mark(curve, point, at: $0, frame) }
    }
    return """
      <g class="run-\(curve.style)">
      <path class="strong dashes-\(curve.style)" d="\(frame.path(curve.line.lazy.map { ($0.x, $0.y) }))"/>
      \(marks)
      </g>
      """
  }

  /// A mark on its interval; what it stands for is said where the pointer rests.
  private func mark(
    _ curve: Curve,
    _ point: Place,
    at place: (x: Double, y: Double),
    _ frame: ChartAxes
  ) -> Markup {
    var interval: Markup = ""
    var words = ""
    if let low = point.low, let high = point.high {
      interval = """
        <line class="interval" x1="\(place.x)" y1="\(end(low, frame))" x2="\(place.x)" \
        y2="\(end(high, frame))"/>
        """
      words = " (\(NumberText.brief(low)) to \(NumberText.brief(high)))"
    }
    let name = curve.name.isEmpty ? "" : "\(curve.name) "
    let note = "\(name)at \(NumberText.brief(point.x)): \(NumberText.brief(point.y))\(words)"
    return """
      <g><title>\(note)</title>\(interval)<g class="marks">\
      \(ChartMark.markup(style: curve.style, x: place.x, y: place.y))</g></g>
      """
  }

  /// The height of an interval's end, kept inside the figure; an end that is no number is the lower edge.
  private func end(_ value: Double, _ frame: ChartAxes) -> Double {
    let height = frame.y(value)
    return height.isFinite ? min(max(height, frame.top), frame.bottom) : frame.bottom
  }

  /// The names of curves beside their ends.
  func names(of curves: [Curve], _ frame: ChartAxes) -> Markup {
    let ends = curves.filter { !$0.name.isEmpty }.compactMap { curve in
      let places = (curve.line + curve.marks).compactMap { frame.place($0.x, $0.y) }
      return places.max { $0.x < $1.x }.map {
        ChartAxes.End(name: curve.name, style: curve.style, x: $0.x, y: $0.y)
      }
    }
    return frame.names(of: ends, within: 12)
  }
}
