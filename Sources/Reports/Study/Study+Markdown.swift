extension Study {
  /// The study as Markdown, without its figures.
  package var markdown: String {
    var text = "# \(title)\n\n\(lead)\n"
    if !checks.isEmpty { text += "\n**\(verdict)**\n" }
    for section in sections where !section.body.isEmpty {
      text += "\n## \(section.title)\n\n" + section.body
    }
    if !facts.isEmpty {
      text += "\n## How it was made\n\n" + facts.map { "- \($0.label): \($0.value)\n" }.joined()
    }
    return text
  }
}

extension Study.Section {
  /// What stands under the section's title in Markdown; nothing where all it has is figures.
  package var body: String {
    let evidence = tables.map { "\($0.caption)\n\n" + $0.text.markdown }
    let list = checks.isEmpty ? [] : ["Checks:\n\n" + checkTable.markdown]
    let before = lesson.map { [$0.questionText, $0.seeText] } ?? []
    let parts = claim == nil ? evidence + words : words + evidence
    return (before + parts + list + (origin.map { [$0.text] } ?? [])).joined(separator: "\n")
  }

  /// The findings: next to a claim as text, by themselves as a list.
  private var words: [String] {
    guard let claim else {
      return findings.isEmpty ? [] : [findings.map { "- \($0)\n" }.joined()]
    }
    let measured =
      findings.isEmpty ? [] : ["*What was measured.* \(findings.joined(separator: " "))\n"]
    return ["*What the theory says.* \(claim)\n"] + measured
  }

  private var checkTable: TextTable {
    TextTable(
      rows: [["check", "expected", "measured", ""]]
        + checks.map { [$0.name, $0.expected, $0.measured, $0.holds ? "holds" : "**FAILS**"] }
    )
  }

  /// The tables, then the findings, in lines for a terminal, each with a line feed at its end.
  package var terminalText: String {
    let parts = tables.map(\.text.lines) + (findings.isEmpty ? [] : [findings])
    return parts.joined(separator: [""]).map { $0 + "\n" }.joined()
  }
}

extension Study.Lesson {
  /// The question, with its answer behind a fold.
  var questionText: String {
    "**Predict first.** \(question)\n\n<details><summary>Answer</summary>\n\n\(answer)\n\n</details>\n"
  }

  /// What to see.
  var seeText: String { "*What to see.* \(see)\n" }
}

extension Study.Origin {
  /// The command and the seeds.
  var text: String { "Made \(command.map { "by `\($0)` " } ?? "")with \(seedText).\n" }
}
