/// A small line chart made of characters.
///
/// Where the terminal can show braille patterns, each character is two by four dots and carries the
/// training loss; the validation losses stand over it as marks, which differ from run to run. In ASCII
/// the marks alone tell the runs apart.
struct TerminalChart: Sendable {
  /// A character of the chart and the run it belongs to.
  struct Cell: Hashable, Sendable {
    var character: Character
    var style: Int?
  }

  /// The marks of the runs, in their order.
  static func marks(_ characters: TerminalCharacters) -> [Character] {
    characters == .unicode ? ["●", "■", "◆", "▲", "○", "□"] : ["o", "x", "+", "*", "#", "@"]
  }

  let columns: Int
  let rows: Int
  let characters: TerminalCharacters
  let horizontal: Scale
  let vertical: Scale
  private var dots: [UInt8]
  private var styles: [Int?]
  private var over: [Character?]

  /// Draws a chart into a field of characters.
  init(_ chart: LineChart, columns: Int, rows: Int, characters: TerminalCharacters) {
    self.columns = columns
    self.rows = rows
    self.characters = characters
    horizontal = chart.horizontalScale(atMost: max(2, columns / 12))
    vertical = chart.verticalScale(height: 30 * Double(rows))
    dots = Array(repeating: 0, count: columns * rows)
    styles = Array(repeating: nil, count: columns * rows)
    over = Array(repeating: nil, count: columns * rows)
    for series in chart.series {
      if characters == .unicode {
        drawLine(through: series.thin, style: series.style)
      } else {
        for point in series.thin { put(".", at: point, style: series.style, replacing: false) }
      }
    }
    let marks = Self.marks(characters)
    for series in chart.series {
      let points = series.marked.isEmpty ? Array(series.thin.suffix(1)) : series.marked
      for point in points {
        put(marks[series.style % marks.count], at: point, style: series.style, replacing: true)
      }
    }
  }

  /// The characters of a row, from the top.
  func row(_ row: Int) -> [Cell] {
    (0..<columns).map { column in
      let index = row * columns + column
      if let mark = over[index] { return Cell(character: mark, style: styles[index]) }
      guard dots[index] != 0, let scalar = Unicode.Scalar(0x2800 + UInt32(dots[index])) else {
        return Cell(character: " ", style: nil)
      }
      return Cell(character: Character(scalar), style: styles[index])
    }
  }

  /// The row in which a loss stands, if it is on the chart.
  func row(of loss: Double) -> Int? {
    let row = ((1 - vertical.position(of: loss)) * Double(rows)).rounded(.down)
    return row >= 0 && row < Double(rows) ? Int(row) : nil
  }

  /// The column in which a number of the horizontal axis stands, the nearest one for those outside.
  func column(of value: Double) -> Int {
    let column = (horizontal.position(of: value) * Double(columns)).rounded(.down)
    return column > 0 ? (column < Double(columns) ? Int(column) : columns - 1) : 0
  }

  private mutating func put(
    _ mark: Character,
    at point: LineChart.Point,
    style: Int,
    replacing: Bool
  ) {
    guard point.x.isFinite, point.y.isFinite, let row = row(of: point.y) else { return }
    let index = row * columns + column(of: point.x)
    guard replacing || over[index] == nil else { return }
    over[index] = mark
    styles[index] = style
  }

  /// Sets the dots of the line through points; it is broken where a number is not finite.
  private mutating func drawLine(through points: [LineChart.Point], style: Int) {
    var before: (x: Double, y: Double)?
    for point in points {
      guard let end = dot(point) else {
        before = nil
        continue
      }
      let start = before ?? end
      let length = max(abs(end.x - start.x), abs(end.y - start.y))
      let steps = max(1, Int(min(length, Double(4 * (columns + rows)))))
      for step in 0...steps {
        let share = Double(step) / Double(steps)
        set(
          x: Int(start.x + (end.x - start.x) * share),
          y: Int(start.y + (end.y - start.y) * share),
          style: style
        )
      }
      before = end
    }
  }

  /// The place of a point in dots, far outside at most; nothing for what has no place.
  private func dot(_ point: LineChart.Point) -> (x: Double, y: Double)? {
    let x = horizontal.position(of: point.x) * Double(2 * columns)
    let y = (1 - vertical.position(of: point.y)) * Double(4 * rows)
    guard x.isFinite, y.isFinite else { return nil }
    return (max(0, min(x, Double(2 * columns - 1))), max(-1e4, min(y, 1e4)).rounded(.down))
  }

  private mutating func set(x: Int, y: Int, style: Int) {
    guard (0..<2 * columns).contains(x), (0..<4 * rows).contains(y) else { return }
    // The bits of a braille pattern count down the left column, then the right; the fourth row came later.
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    let index = y / 4 * columns + x / 2
    dots[index] |= bits[y % 4][x % 2]
    styles[index] = style
  }
}
