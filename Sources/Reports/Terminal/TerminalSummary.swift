import Runs

/// The short form of a report: a table, a chart and the notes, for a terminal.
struct TerminalSummary {
  let runs: [LoadedRun]
  let width: Int
  let colour: Bool
  let characters: TerminalCharacters

  init(runs: [LoadedRun], width: Int, colour: Bool, characters: TerminalCharacters) {
    self.runs = LoadedRun.toldApart(runs)
    self.width = width
    self.colour = colour
    self.characters = characters
  }

  /// The summary, with a line feed at the end of each line.
  var text: String {
    guard !runs.isEmpty else { return "There are no runs to show.\n" }
    let comparison = Comparison(runs)
    return [table(ResultsTable(comparison)), chart, notes(comparison)]
      .filter { !$0.isEmpty }
      .map { $0.map { Self.trimmed($0) + "\n" }.joined() }
      .joined(separator: "\n")
  }

  private func table(_ table: ResultsTable) -> [String] {
    let labelWidth = 30
    let names = table.names.map { TerminalText.plain($0, characters: characters) }
    let widest = max(
      14,
      names.map { TerminalText.width($0) + 2 }.max() ?? 0,
      table.groups.flatMap(\.rows).flatMap(\.cells).map { TerminalText.width($0) }.max() ?? 0
    )
    let cellWidth = min(widest + 2, 26)
    let perPart = (width - labelWidth) / cellWidth
    guard perPart > 0 else { return list(table, names) }
    // What does not fit beside each other comes below each other.
    var lines: [String] = []
    for start in stride(from: 0, to: names.count, by: perPart) {
      let part = start..<min(start + perPart, names.count)
      if start > 0 { lines.append("") }
      lines.append(
        TerminalText.padded("", to: labelWidth)
          + part.map { head(names[$0], style: $0, width: cellWidth) }.joined()
      )
      for group in table.groups {
        let rows = group.rows.filter { row in
          part.contains { row.cells[$0] != NumberText.unknown }
        }
        if rows.isEmpty { continue }
        lines.append(emphasised(fitted(group.title, width)))
        for row in rows {
          let cells = part.map { index in
            TerminalText.padded(
              fitted(row.cells[index], cellWidth - 2),
              to: cellWidth,
              trailing: true
            )
          }
          lines.append(
            TerminalText.padded(fitted("  " + row.label, labelWidth), to: labelWidth)
              + cells.joined()
          )
        }
      }
    }
    return lines
  }

  /// The table for a terminal too narrow for one: a block for each run.
  private func list(_ table: ResultsTable, _ names: [String]) -> [String] {
    names.indices.flatMap { index -> [String] in
      let rows = table.groups.flatMap(\.rows).filter { $0.cells[index] != NumberText.unknown }
      return (index > 0 ? [""] : []) + [emphasised(fitted(names[index], width))]
        + rows.map { fitted("  \(plain($0.label)): \(plain($0.cells[index]))", width) }
    }
  }

  private func head(_ name: String, style: Int, width: Int) -> String {
    let mark = runs.count > 1 ? "\(mark(style)) " : ""
    let text = mark + fitted(name, width - 2 - TerminalText.width(mark))
    return String(repeating: " ", count: max(0, width - TerminalText.width(text)))
      + painted(text, style: style)
  }

  private var chart: [String] {
    let chart = LineChart(runs, against: .steps)
    guard chart.series.contains(where: { $0.thin.count + $0.marked.count > 1 }) else { return [] }
    let labelWidth = 8
    let field = TerminalChart(
      chart,
      columns: min(width - labelWidth - 2, 100),
      rows: 12,
      characters: characters
    )
    let (bar, corner, line): (String, String, Character) =
      characters == .unicode ? ("│", "└", "─") : ("|", "+", "-")
    var labels: [Int: String] = [:]
    for tick in field.vertical.ticks {
      if let row = field.row(of: tick.value) { labels[row] = tick.label }
    }
    let rows = (0..<field.rows).map { row in
      let label = TerminalText.padded(labels[row] ?? "", to: labelWidth - 1, trailing: true)
      return "\(label) \(bar)" + painted(field.row(row))
    }
    let validation = chart.series.contains { !$0.marked.isEmpty }
    let kinds =
      [
        validation ? "marks: validation, lines: training" : "training",
        chart.stages.isEmpty ? "" : "\(growth) growth",
      ].filter { !$0.isEmpty }.joined(separator: ", ")
    return [emphasised(fitted("Loss against steps (\(kinds))", width))]
      + rows
      + [
        String(repeating: " ", count: labelWidth) + corner
          + painted(axis(of: chart, in: field, line: line)),
        numbers(under: field, after: labelWidth + 1),
      ]
  }

  /// The sign on the axis where a run grows.
  private var growth: Character { characters == .unicode ? "┴" : "^" }

  /// The horizontal axis, with a sign in the run's colour wherever a run grows.
  private func axis(
    of chart: LineChart,
    in field: TerminalChart,
    line: Character
  ) -> [TerminalChart.Cell] {
    var cells = Array(
      repeating: TerminalChart.Cell(character: line, style: nil),
      count: field.columns
    )
    for stages in chart.stages {
      for span in stages.spans.dropFirst() {
        cells[field.column(of: span.from)] = TerminalChart.Cell(
          character: growth,
          style: stages.style
        )
      }
    }
    return cells
  }

  /// The numbers of the horizontal axis, each centred under its place.
  private func numbers(under field: TerminalChart, after margin: Int) -> String {
    var characters = Array(repeating: Character(" "), count: margin + field.columns)
    var free = 0
    for tick in field.horizontal.ticks {
      let centre = margin + field.column(of: tick.value)
      let start = min(max(free, centre - tick.label.count / 2), characters.count - tick.label.count)
      guard start >= free else { continue }
      for (offset, digit) in tick.label.enumerated() { characters[start + offset] = digit }
      free = start + tick.label.count + 1
    }
    return String(characters)
  }

  private func notes(_ comparison: Comparison) -> [String] {
    comparison.notes.flatMap { note -> [String] in
      let lines = TerminalText.wrapped(plain(note), to: width - 2, characters: characters)
      return lines.enumerated().map { ($0 == 0 ? "- " : "  ") + $1 }
    }
  }

  private func plain(_ text: String) -> String { TerminalText.plain(text, characters: characters) }

  private func fitted(_ text: String, _ width: Int) -> String {
    TerminalText.fitted(plain(text), into: width, characters: characters)
  }

  private func mark(_ style: Int) -> Character {
    let marks = TerminalChart.marks(characters)
    return marks[style % marks.count]
  }

  private func emphasised(_ text: String) -> String {
    colour ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }

  /// Bright enough on dark ground and dark enough on light: the terminal's own six colours.
  private func painted(_ text: String, style: Int) -> String {
    let colours = [39, 34, 31, 32, 35, 33]
    return colour ? "\u{1B}[\(colours[style % colours.count])m\(text)\u{1B}[0m" : text
  }

  /// Cells as text, neighbours of one run in one sequence.
  private func painted(_ cells: [TerminalChart.Cell]) -> String {
    var result = ""
    var start = cells.startIndex
    while start < cells.endIndex {
      let style = cells[start].style
      let end = cells[start...].firstIndex { $0.style != style } ?? cells.endIndex
      let text = String(cells[start..<end].map(\.character))
      result += style.map { painted(text, style: $0) } ?? text
      start = end
    }
    return result
  }

  /// The line without spaces at its end.
  private static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line = line.dropLast() }
    return String(line)
  }
}
