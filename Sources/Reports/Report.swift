import Runs

/// What there is to show about runs: a page for browsers and a summary for terminals.
///
/// Both are pure functions of the run folders: the same folders give the same text, byte for byte.
package enum Report {
  /// A self-contained HTML page about one run or several.
  ///
  /// The page loads nothing from anywhere, follows the reader's choice of light or dark, prints, and works
  /// without its script. It is also well-formed XML.
  /// - Parameters:
  ///   - runs: The runs, the one to compare with first (see ``Comparison``).
  ///   - title: The page's title; the runs' names by default.
  /// - Returns: The page's source.
  package static func comparisonPage(of runs: [LoadedRun], title: String? = nil) -> String {
    ReportPage(runs: runs, title: title).markup.source
  }

  /// The page about a single run, `report.html` in its folder.
  package static func page(of run: LoadedRun) -> String {
    comparisonPage(of: [run])
  }

  /// A drawing of a plan as an SVG file: a column a stage, a box a layer, lines from layers to copies.
  ///
  /// It loads nothing and follows the reader's choice of light or dark.
  /// - Parameters:
  ///   - plan: The plan.
  ///   - lineage: The layers of its last stage.
  /// - Returns: The file's text, or nil for a plan that does not grow.
  package static func drawing(of plan: PlanRecord, lineage: [LineageRecord]) -> String? {
    LineageDrawing(plan: plan, lineage: lineage)?.file(width: 1000).source
  }

  /// A table and a small chart, in lines no longer than the terminal is wide.
  ///
  /// - Parameters:
  ///   - runs: The runs, the one to compare with first (see ``Comparison``).
  ///   - width: The terminal's width in columns; below 40 it counts as 40.
  ///   - colour: Whether to use ANSI escape sequences for colours.
  ///   - characters: What the terminal can show.
  /// - Returns: Lines of text, each with a line feed at its end.
  package static func terminalSummary(
    of runs: [LoadedRun],
    width: Int,
    colour: Bool,
    characters: TerminalCharacters = .unicode
  ) -> String {
    TerminalSummary(runs: runs, width: max(40, width), colour: colour, characters: characters).text
  }
}

/// The characters a terminal can show.
package enum TerminalCharacters: Hashable, Sendable {
  /// Everything, braille patterns included.
  case unicode
  /// The 95 printable characters of ASCII.
  case ascii
}
