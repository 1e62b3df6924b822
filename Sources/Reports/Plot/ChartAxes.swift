/// Where a chart's parts lie, in the units of its drawing (pixels at full size), and what stands around them.
struct ChartAxes {
  let width: Double
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let horizontal: Scale
  let vertical: Scale

  func x(_ value: Double) -> Double { left + horizontal.position(of: value) * (right - left) }
  func y(_ value: Double) -> Double { bottom - vertical.position(of: value) * (bottom - top) }

  /// Where a point stands; nothing for a number that the axes have no place for.
  func place(_ x: Double, _ y: Double) -> (x: Double, y: Double)? {
    let (x, y) = (self.x(x), self.y(y))
    return x.isFinite && y.isFinite ? (x, y) : nil
  }

  /// The commands of a path through points, broken where one has no place.
  func path(_ points: some Sequence<(x: Double, y: Double)>) -> String {
    var commands = ""
    var isDrawing = false
    for point in points {
      guard let place = place(point.x, point.y) else {
        isDrawing = false
        continue
      }
      commands +=
        "\(isDrawing ? "L" : "M")\(Markup.coordinate(place.x)) \(Markup.coordinate(place.y))"
      isDrawing = true
    }
    return commands
  }

  /// The grid, the axes and what they count.
  func markup(horizontal xTitle: String, vertical yTitle: String) -> Markup {
    let rows = vertical.ticks.map { tick -> Markup in
      let y = y(tick.value)
      return """
        <line class="grid" x1="\(left)" y1="\(y)" x2="\(right)" y2="\(y)"/>\
        <text class="tick" x="\(left - 8)" y="\(y + 4)" text-anchor="end">\(tick.label)</text>
        """
    }
    let columns = horizontal.ticks.map { tick -> Markup in
      let x = x(tick.value)
      return """
        <line class="axis" x1="\(x)" y1="\(bottom)" x2="\(x)" y2="\(bottom + 5)"/>\
        <text class="tick" x="\(x)" y="\(bottom + 19)" text-anchor="middle">\(tick.label)</text>
        """
    }
    return """
      <text class="title" x="0" y="13">\(yTitle)</text>
      \(rows)
      <line class="axis" x1="\(left)" y1="\(bottom)" x2="\(right)" y2="\(bottom)"/>
      \(columns)
      <text class="title" x="\((left + right) / 2)" y="\(bottom + 39)" \
      text-anchor="middle">\(xTitle)</text>
      """
  }
}
