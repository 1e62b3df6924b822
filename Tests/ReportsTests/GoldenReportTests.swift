import Foundation
import Reports
import Testing

/// The texts of two small run folders, compared letter by letter.
///
/// After an intended change, `ESPALIER_RECORD=1 swift test --filter GoldenReportTests` writes them
/// anew; then look at the pages and review the difference like code.
@Suite struct GoldenReportTests {
  func expectGolden(_ text: String, _ name: String) throws {
    let file = URL(fileURLWithPath: "\(fixtures)/\(name)")
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    if text == expected { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let line = zip(lines, expectedLines).prefix { $0 == $1 }.count
    Issue.record(
      """
      \(name) differs from line \(line + 1) on:
      expected \(line < expectedLines.count ? String(expectedLines[line].prefix(300)) : "no more")
      got      \(line < lines.count ? String(lines[line].prefix(300)) : "no more")
      """
    )
  }

  @Test func pageOfTwoRuns() throws {
    let runs = [try fixtureRun("full"), try fixtureRun("midas")]
    try expectGolden(Report.comparisonPage(of: runs, title: "Two tiny runs"), "two-runs.html")
  }

  @Test func pageOfOneRun() throws {
    try expectGolden(Report.page(of: fixtureRun("midas")), "one-run.html")
  }

  @Test func numbersForScripts() throws {
    let comparison = Comparison([try fixtureRun("full"), try fixtureRun("midas")])
    try expectGolden(comparison.json(), "two-runs.json")
  }

  @Test func summaryForATerminal() throws {
    let runs = [try fixtureRun("full"), try fixtureRun("midas")]
    try expectGolden(
      Report.terminalSummary(of: runs, width: 80, colour: false),
      "two-runs-unicode.txt"
    )
    try expectGolden(
      Report.terminalSummary(of: runs, width: 80, colour: false, characters: .ascii),
      "two-runs-ascii.txt"
    )
  }
}
