/// Rows of text under each other in columns.
struct TextTable {
  /// The rows, all of as many cells; the first is the head.
  var rows: [[String]]
  /// How many first columns are text, set to the left; the others are numbers, set to the right.
  var textColumns: Int

  /// The rows as lines.
  var lines: [String] {
    let columns = rows.first?.indices ?? 0..<0
    let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      columns.map { column in
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        return column < textColumns ? row[column] + blanks : blanks + row[column]
      }
      .joined(separator: "  ")
    }
  }

  /// The rows as a Markdown table.
  var markdown: String {
    let columns = rows.first?.indices ?? 0..<0
    let rule = "|" + columns.map { $0 < textColumns ? "---|" : "---:|" }.joined()
    // A bar inside a cell would begin a new one.
    let lines = rows.map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
    return (lines.prefix(1) + [rule] + lines.dropFirst()).map { $0 + "\n" }.joined()
  }
}
