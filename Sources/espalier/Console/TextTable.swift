import Reports

/// Rows of text under each other in columns.
struct TextTable {
  /// The rows, all of as many cells; the first is the head.
  var rows: [[String]]
  /// The columns that are set to the right; the others are set to the left.
  var numbers: Range<Int>

  /// The rows as lines.
  var lines: [String] {
    let columns = rows.first?.indices ?? 0..<0
    let widths = columns.map { column in rows.map { TerminalText.width($0[column]) }.max() ?? 0 }
    return rows.map { row in
      let line = columns.map { column in
        TerminalText.padded(row[column], to: widths[column], trailing: numbers.contains(column))
      }
      .joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The rows as a Markdown table.
  var markdown: String { MarkdownTable(rows: rows, numbers: numbers).text }
}
