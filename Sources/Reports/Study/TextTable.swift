/// Rows of text in columns, for terminals and as Markdown.
package struct TextTable: Hashable, Sendable {
  /// The rows, all of as many cells; the first is the head.
  package var rows: [[String]]
  /// The columns that are set to the right; the others are set to the left.
  package var numbers: Range<Int>

  package init(rows: [[String]], numbers: Range<Int> = 0..<0) {
    self.rows = rows
    self.numbers = numbers
  }

  private var columns: Range<Int> { rows.first?.indices ?? 0..<0 }

  /// The rows as lines, without line feeds.
  package var lines: [String] {
    let widths = columns.map { column in
      rows.map { TerminalText.width($0[column]) }.max() ?? 0
    }
    return rows.map { row in
      let line = columns.map { column in
        TerminalText.padded(row[column], to: widths[column], trailing: numbers.contains(column))
      }
      .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The rows as a Markdown table, each line with a line feed at its end.
  package var markdown: String {
    // A bar inside a cell would begin a new one.
    let lines = rows.map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    let rule = "|" + columns.map { numbers.contains($0) ? "---:|" : "---|" }.joined() + "\n"
    return (lines.prefix(1) + [rule] + lines.dropFirst()).joined()
  }
}
