extension Study {
  /// The study as Markdown, without its figures.
  package var markdown: String {
    var text = "# \(title)\n\n\(lead)\n\n**\(verdict)**\n"
    for section in sections {
      text += "\n## \(section.title)\n\n*What the theory says.* \(section.claim)\n"
      if !section.findings.isEmpty {
        text += "\n*What was measured.* \(section.findings.joined(separator: " "))\n"
      }
      for table in section.tables {
        text += "\n\(table.caption)\n\n" + MarkdownTable(rows: [table.heads] + table.rows).text
      }
      if !section.checks.isEmpty {
        text +=
          "\nChecks:\n\n"
          + MarkdownTable(
            rows: [["check", "expected", "measured", ""]]
              + section.checks.map {
                [$0.name, $0.expected, $0.measured, $0.holds ? "holds" : "**FAILS**"]
              }
          ).text
      }
    }
    text += "\n## How it was made\n\n" + facts.map { "- \($0.label): \($0.value)\n" }.joined()
    return text
  }
}
