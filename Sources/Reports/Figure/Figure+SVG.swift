import Foundation

/// The places of a figure's parts, in the units of its drawing.
private struct FigureFrame {
  let width: Double
  let left: Double
  let right: Double
  let top = 26.0
  let bottom: Double
  let horizontal: Scale
  let vertical: Scale

  init(_ figure: Figure, width: Double, height: Double) {
    self.width = width
    bottom = height - 44
    vertical = figure.scale(
      figure.yValues,
      figure.vertical,
      length: height - 70,
      spacing: 30
    )
    let labels = vertical.ticks.map { ChartText.width($0.label) }.max() ?? 0
    left = max(36, labels + 12)
    let names = figure.curves.map { ChartText.width($0.name) }.max() ?? 0
    right = width - min(max(names + 22, 24), width * 0.32)
    horizontal = figure.scale(
      figure.xValues,
      figure.horizontal,
      length: right - left,
      spacing: 64
    )
  }

  func x(_ value: Double) -> Double { left + horizontal.position(of: value) * (right - left) }
  func y(_ value: Double) -> Double { bottom - vertical.position(of: value) * (bottom - top) }

  /// Where a point stands; nothing for a number that the axes have no place for.
  func place(_ point: Figure.Place) -> (x: Double, y: Double)? {
    let (x, y) = (x(point.x), y(point.y))
    return x.isFinite && y.isFinite ? (x, y) : nil
  }

  /// The height of an interval's end, kept inside the figure; an end that is no number is the lower edge.
  func end(_ value: Double) -> Double {
    let height = y(value)
    return height.isFinite ? min(max(height, top), bottom) : bottom
  }
}

extension Figure {
  /// The figure as an SVG element, styled by the page's style sheet.
  ///
  /// - Parameters:
  ///   - id: A name that no other figure of the page has.
  ///   - width: The drawing's width; at that width text has its usual size.
  ///   - height: The drawing's height.
  /// - Returns: An `svg` element.
  func svg(id: String, width: Double, height: Double) -> Markup {
    let frame = FigureFrame(self, width: width, height: height)
    return """
      <svg class="plot" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)">
      \(grid(frame))
      \(levels.map { rule($0, frame) })
      <clipPath id="\(id)"><rect x="\(frame.left - 6)" y="\(frame.top - 6)" \
      width="\(frame.right - frame.left + 12)" height="\(frame.bottom - frame.top + 12)"/></clipPath>
      <g clip-path="url(#\(id))">
      \(curves.map { drawing($0, frame) })
      </g>
      \(names(frame))
      </svg>
      """
  }

  private func grid(_ frame: FigureFrame) -> Markup {
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
      <text class="title" x="0" y="13">\(vertical.title)</text>
      \(rows)
      <line class="axis" x1="\(frame.left)" y1="\(frame.bottom)" x2="\(frame.right)" y2="\(frame.bottom)"/>
      \(columns)
      <text class="title" x="\((frame.left + frame.right) / 2)" y="\(frame.bottom + 39)" \
      text-anchor="middle">\(horizontal.title)</text>
      """
  }

  private func rule(_ level: Level, _ frame: FigureFrame) -> Markup {
    let y = frame.y(level.y)
    return """
      <line class="level" x1="\(frame.left)" y1="\(y)" x2="\(frame.right)" y2="\(y)"/>\
      <text class="tick" x="\(frame.left + 6)" y="\(y - 5)">\(level.name)</text>
      """
  }

  private func drawing(_ curve: Curve, _ frame: FigureFrame) -> Markup {
    let path = curve.line.compactMap { frame.place($0) }.enumerated().map { index, place in
      "\(index == 0 ? "M" : "L")\(Markup.coordinate(place.x)) \(Markup.coordinate(place.y))"
    }.joined()
    let marks = curve.marks.compactMap { point in
      frame.place(point).map { mark(curve, point, at: $0, frame) }
    }
    return """
      <g class="run-\(curve.style)">
      <path class="strong dashes-\(curve.style)" d="\(path)"/>
      \(marks)
      </g>
      """
  }

  /// A mark on its interval; what it stands for is said where the pointer rests.
  private func mark(
    _ curve: Curve,
    _ point: Place,
    at place: (x: Double, y: Double),
    _ frame: FigureFrame
  ) -> Markup {
    var interval: Markup = ""
    var words = ""
    if let low = point.low, let high = point.high {
      interval = """
        <line class="interval" x1="\(place.x)" y1="\(frame.end(low))" x2="\(place.x)" \
        y2="\(frame.end(high))"/>
        """
      words = " (\(NumberText.brief(low)) to \(NumberText.brief(high)))"
    }
    let note = "\(curve.name) at \(NumberText.brief(point.x)): \(NumberText.brief(point.y))\(words)"
    return """
      <g><title>\(note)</title>\(interval)<g class="marks">\
      \(ChartMark.markup(style: curve.style, x: place.x, y: place.y))</g></g>
      """
  }

  /// The names of the curves, in the right margin at the height of their ends.
  private func names(_ frame: FigureFrame) -> Markup {
    let ends = curves.compactMap { curve -> (curve: Curve, x: Double, y: Double)? in
      let places = (curve.line + curve.marks).compactMap { frame.place($0) }
      return places.max { $0.x < $1.x }.map { (curve, $0.x, $0.y) }
    }.sorted { ($0.y, $0.curve.style) < ($1.y, $1.curve.style) }
    let heights = LineChart.spread(ends.map(\.y), apart: 17, within: frame.top...frame.bottom)
    let labels = zip(ends, heights).map { end, height -> Markup in
      let start = frame.right + 14
      let leader: Markup =
        abs(height - end.y) > 4 || frame.right - end.x > 12
        ? """
        <path class="leader" d="M\(end.x + 7) \(end.y)L\(max(end.x + 7, frame.right)) \(end.y)\
        L\(start - 4) \(height)"/>
        """
        : ""
      return """
        <g class="run-\(end.curve.style)">\(leader)<text class="name" x="\(start)" \
        y="\(height + 4)">\(ChartText.fitted(end.curve.name, into: frame.width - start))</text></g>
        """
    }
    return "\(labels)"
  }
}

extension NumberText {
  /// A number in up to four significant digits, with an exponent where it is very large or small.
  static func brief(_ number: Double) -> String {
    number.isFinite ? String(format: "%.4g", number) : unknown
  }
}
