import Foundation
import Runs
import Testing

@testable import Reports

@Suite struct MarkupTests {
  @Test func whatIsInterpolatedIsEscaped() {
    let name = "<a href=\"x\">&'"
    let markup: Markup = "<b>\(name)</b>"
    #expect(markup.source == "<b>&lt;a href=&quot;x&quot;&gt;&amp;&#39;</b>")
  }

  @Test func markupInMarkupIsNotEscapedAgain() {
    let inner: Markup = "<i>\("&")</i>"
    let outer: Markup = "<b>\(inner)\([inner, inner], separator: "")</b>"
    #expect(outer.source == "<b><i>&amp;</i><i>&amp;</i><i>&amp;</i></b>")
  }

  @Test(arguments: [
    (0, "0"), (1, "1"), (1.5, "1.5"), (1.256, "1.26"), (-0.004, "0"), (-1.05, "-1.05"),
    (12.3, "12.3"),
    (.nan, "0"), (.infinity, "0"), (1e300, "0"), (99.999, "100"), (0.05, "0.05"),
  ])
  func coordinatesHaveTwoDecimalsAtMost(value: Double, text: String) {
    #expect(Markup.coordinate(value) == text)
  }
}

@Suite struct NumberTextTests {
  @Test func lossesAndDifferences() {
    #expect(NumberText.loss(3.14159) == "3.142")
    #expect(NumberText.loss(nil) == "–")
    #expect(NumberText.loss(.nan) == "–")
    #expect(NumberText.lossDifference(0.0204) == "+0.020")
    #expect(NumberText.lossDifference(-0.0204) == "−0.020")
    #expect(NumberText.lossDifference(-0.0001) == "±0.000")
    #expect(NumberText.factor(1.2821) == "1.28×")
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1\u{202F}000"),
    (1_638_400, "1\u{202F}638\u{202F}400"),
    (-1234, "−1\u{202F}234"),
  ])
  func countsAreGrouped(count: Int, text: String) {
    #expect(NumberText.count(count) == text)
  }

  @Test(arguments: [
    (0, "0 FLOP"), (999, "999 FLOP"), (999.7, "1.00 kiloFLOP"), (1.5e13, "15.0 teraFLOP"),
    (2e15, "2.00 petaFLOP"), (1.234e15, "1.23 petaFLOP"), (-1e3, "-1.00 kiloFLOP"),
  ])
  func flopsHaveAPrefix(flops: Double, text: String) {
    #expect(NumberText.flops(flops) == text)
  }

  @Test(arguments: [
    (0, "0.0 s"), (59.94, "59.9 s"), (59.96, "1 min 00 s"), (192, "3 min 12 s"),
    (3599.6, "1 h 00 min"),
    (7500, "2 h 05 min"), (-1, "–"), (.infinity, "–"),
  ])
  func durationsAreSaidInTwoUnits(seconds: Double, text: String) {
    #expect(NumberText.duration(seconds) == text)
  }

  @Test(arguments: [(0, "0 B"), (999, "999 B"), (8_589_934_592, "8.00 GiB"), (.max, "16384 PiB")])
  func bytesAreInBinaryUnits(bytes: UInt64, text: String) {
    #expect(NumberText.bytes(bytes) == text)
  }
}

@Suite struct TerminalSummaryTests {
  func runs() throws -> [LoadedRun] {
    [
      try fixtureRun("full"), try fixtureRun("midas"),
      madeUpRun(
        name: "a-run-with-a-very-long-name-that-does-not-fit-anywhere",
        method: "random",
        metrics: (1...9).map { measurement(step: $0, loss: 4, validationLoss: .nan) }
      ),
    ]
  }

  @Test(arguments: [0, 40, 47, 60, 80, 100, 133, 200, 1000], [TerminalCharacters.unicode, .ascii])
  func noLineIsWiderThanTheTerminal(width: Int, characters: TerminalCharacters) throws {
    for count in 1...3 {
      let text = Report.terminalSummary(
        of: Array(try runs().prefix(count)),
        width: width,
        colour: false,
        characters: characters
      )
      #expect(text.hasSuffix("\n"))
      for line in text.split(separator: "\n") {
        #expect(TerminalText.width(String(line)) <= max(40, width), "\(line)")
      }
      if characters == .ascii {
        #expect(text.utf8.allSatisfy { $0 == 10 || (32...126).contains($0) })
      }
    }
  }

  @Test func coloursOnlyWhenAsked() throws {
    let plain = Report.terminalSummary(of: try runs(), width: 100, colour: false)
    let coloured = Report.terminalSummary(of: try runs(), width: 100, colour: true)
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[34m"))
    // Without its colours the coloured text is the plain one.
    #expect(coloured.replacing(/\u{1B}\[[0-9]+m/, with: "") == plain)
  }

  @Test func aNameCannotReachForTheTerminal() {
    let run = madeUpRun(
      name: "x\u{1B}[2J\u{7}\u{9B}31m\n\u{202E}y",
      metrics: [measurement(step: 1, loss: 3)]
    )
    let text = Report.terminalSummary(of: [run, run], width: 100, colour: false)
    #expect(
      text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control }
    )
    #expect(!text.contains("\u{202E}"))
    #expect(text.contains("x?[2J?"))
  }

  @Test func wideCharactersTakeTwoColumns() {
    #expect(TerminalText.width("ab") == 2)
    #expect(TerminalText.width("名前") == 4)
    #expect(TerminalText.width("e\u{301}") == 1)
    #expect(TerminalText.fitted("名前です", into: 5, characters: .unicode) == "名前…")
    #expect(TerminalText.padded("名", to: 4) == "名  ")
  }

  @Test func nothingMeasuredGivesATableWithoutAChart() {
    let text = Report.terminalSummary(of: [madeUpRun()], width: 80, colour: false)
    #expect(text.contains("Parameters"))
    #expect(!text.contains("└"))
    #expect(text.contains("run has no measurements."))
    #expect(
      Report.terminalSummary(of: [], width: 80, colour: false) == "There are no runs to show.\n"
    )
  }

  @Test func wordsAreBrokenIntoLines() {
    #expect(
      TerminalText.wrapped("one two three four", to: 9, characters: .unicode)
        == ["one two", "three", "four"]
    )
    #expect(TerminalText.wrapped("incomprehensible", to: 6, characters: .unicode) == ["incom…"])
    #expect(TerminalText.wrapped("", to: 6, characters: .unicode) == [])
  }
}
