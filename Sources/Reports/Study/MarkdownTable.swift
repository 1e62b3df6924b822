/// A table in Markdown.
package struct MarkdownTable: Hashable, Sendable {
  /// The rows, all of as many cells; the first is the head.
  package var rows: [[String]]
  /// The columns that are set to the right.
  package var numbers: Range<Int>

  package init(rows: [[String]], numbers: Range<Int> = 0..<0) {
    self.rows = rows
    self.numbers = numbers
  }

  /// The table's lines, each with a line feed at its end.
  package var text: String {
    // A bar inside a cell would begin a new one.
    let lines = rows.map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    let columns = rows.first?.indices ?? 0..<0
    let rule = "|" + columns.map { numbers.contains($0) ? "---:|" : "---|" }.joined() + "\n"
    return (lines.prefix(1) + [rule] + lines.dropFirst()).joined()
  }
}
