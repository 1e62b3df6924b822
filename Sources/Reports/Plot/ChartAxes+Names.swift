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

extension ChartAxes {
  /// Where a curve ends in the drawing.
  struct End {
    var name: String
    /// The curve's colour and mark.
    var style: Int
    var x: Double
    var y: Double
  }

  /// The room that names take in the right margin of a drawing.
  static func margin(for names: [String], width: Double, atMost share: Double) -> Double {
    min(max((names.map(ChartText.width).max() ?? 0) + 22, 24), width * share)
  }

  /// The names of curves, in the right margin at the height of their ends.
  ///
  /// Names are moved apart where they would touch; a dotted line leads to a name from an end that is far
  /// away.
  ///
  /// - Parameters:
  ///   - ends: The ends of the curves.
  ///   - distance: How far from the margin an end may lie without such a line.
  /// - Returns: The names and the lines.
  func names(of ends: [End], within distance: Double) -> Markup {
    let ends = ends.sorted { ($0.y, $0.style) < ($1.y, $1.style) }
    let heights = Self.spread(ends.map(\.y), apart: 18, within: top...bottom)
    let labels = zip(ends, heights).map { end, height -> Markup in
      let start = right + 14
      let (from, bend) = (end.x + 7, max(end.x + 7, right - 6))
      let leader: Markup =
        abs(height - end.y) > 4 || right - end.x > distance
        ? "<path class=\"leader\" d=\"M\(from) \(end.y)L\(bend) \(end.y)L\(start - 4) \(height)\"/>"
        : ""
      return """
        <g class="run-\(end.style)">\(leader)<text class="name" x="\(start)" \
        y="\(height + 4)">\(ChartText.fitted(end.name, into: width - start))</text></g>
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
}
