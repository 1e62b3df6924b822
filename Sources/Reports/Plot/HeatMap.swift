import Foundation

/// A table of numbers as coloured cells.
package struct HeatMap: Sendable {
  /// What it shows.
  var title: String
  /// A sentence for those who do not see it.
  var summary: String
  /// Row by row; nil leaves a cell empty.
  var values: [[Double?]]
  /// The number that has the full colour, positive or negative.
  var extent: Double

  /// A map.
  ///
  /// - Parameters:
  ///   - title: What it shows.
  ///   - summary: A sentence for those who do not see it.
  ///   - values: Row by row, all rows of one length; nil leaves a cell empty.
  ///   - extent: The number that has the full colour; maps that are to be compared have the same.
  package init(title: String, summary: String, values: [[Double?]], extent: Double) {
    self.title = title
    self.summary = summary
    self.values = values
    self.extent = extent
  }

  /// The map as an SVG element, styled by the page's style sheet.
  ///
  /// Positive numbers have one colour and negative ones another, the stronger the larger they are; cells that have room
  /// for it hold the number, and all say it where the pointer rests.
  func svg(width: Double) -> Markup {
    let rows = values.count
    let columns = values.first?.count ?? 0
    let (left, top) = (26.0, 8.0)
    let size = min(64, (width - left - 4) / Double(max(columns, 1)))
    let height = top + size * Double(rows) + 24
    let cells = values.enumerated().flatMap { row, line in
      line.enumerated().map { column, value in
        cell(value, row, column, x: left + Double(column) * size, y: top + Double(row) * size, size)
      }
    }
    let numbers = (0..<rows).map { row -> Markup in
      """
      <text class="tick" text-anchor="end" x="\(left - 6)" \
      y="\(top + (Double(row) + 0.5) * size + 4)">\(row)</text>
      """
    }
    let heads = (0..<columns).map { column -> Markup in
      """
      <text class="tick" text-anchor="middle" x="\(left + (Double(column) + 0.5) * size)" \
      y="\(top + size * Double(rows) + 16)">\(column)</text>
      """
    }
    return """
      <svg class="plot heat" viewBox="0 0 \(width) \(height)" role="img" aria-label="\(summary)">
      \(cells)
      \(numbers)
      \(heads)
      </svg>
      """
  }

  /// A number as short as the map's extent allows.
  private func label(_ value: Double) -> String {
    let digits = extent >= 0.5 ? 2 : extent >= 0.05 ? 3 : 4
    let text = NumberFormat.fixed(value, digits: digits)
    return text.allSatisfy { "-0.".contains($0) } ? "0" : text
  }

  private func cell(
    _ value: Double?,
    _ row: Int,
    _ column: Int,
    x: Double,
    y: Double,
    _ size: Double
  ) -> Markup {
    guard let value, value.isFinite else {
      return """
        <rect class="empty" x="\(x + 0.5)" y="\(y + 0.5)" width="\(size - 1)" height="\(size - 1)"/>
        """
    }
    let strength = extent > 0 ? min(1, abs(value) / extent) : 0
    let text = label(value)
    let hasRoom = size >= 34
    let label: Markup =
      hasRoom
      ? """
      <text class="\(strength > 0.6 ? "strong-cell" : "cell")" text-anchor="middle" x="\(x + size / 2)" \
      y="\(y + size / 2 + 4)">\(text)</text>
      """ : ""
    return """
      <g><title>\(row), \(column): \(text)</title>\
      <rect class="\(value < 0 ? "negative" : "positive")" x="\(x + 0.5)" y="\(y + 0.5)" \
      width="\(size - 1)" height="\(size - 1)" fill-opacity="\(0.06 + 0.94 * strength)"/>\(label)</g>
      """
  }
}
