import Foundation
import GrowthSelection
import Testing

@testable import Studies

#if canImport(FoundationXML)
import FoundationXML
#endif

/// What a lag study says of its losses, as a page, as Markdown and for a terminal.
@Suite struct LagPageTests {
  /// A record of three strategies, the first of which keeps the function.
  private func record(lags: [Int], _ losses: [[[Double]]], name: String = "b") throws -> LagRecord {
    var record = LagRecord(
      formatVersion: LagRecord.formatVersion,
      name: "<lag> & more",
      recipe: "",
      growthStep: 9,
      layersBefore: 1,
      layersAfter: 2,
      tokensPerStep: 64,
      strategies: ["a", name, "c"].map {
        LagRecord.Strategy(
          name: $0,
          layerMap: "[0 0]",
          preservesFunction: $0 == "a" ? .exact : .changed
        )
      },
      lags: lags,
      seeds: losses.indices.map(UInt64.init),
      losses: losses,
      selections: []
    )
    try record.conclude()
    return record
  }

  @Test(arguments: [
    [[[3.0, 2, 1], [3, 2.5, 2], [2, 2, 2]]],
    [[[3, 2, 1], [3, 2.5, 2], [2, 2, 2]], [[3, 3, 3], [3, 3, 3], [3, 3, 3]]],
    [[[0, -1, 1e300], [1, 1, 1], [1, 1, 1]]],
  ])
  func aPageIsWellFormedWhateverTheLosses(losses: [[[Double]]]) throws {
    let page = try record(lags: [0, 1, 10], losses, name: "<b> & \"c\"").study().page
    #expect(XMLParser(data: Data(page.utf8)).parse())
    #expect(page.contains("&lt;lag&gt; &amp; more"))
    #expect(page.contains("&lt;b&gt; &amp; &quot;c&quot;"))
    #expect(!page.contains("nan") && !page.contains(">inf"))
    #expect(page.components(separatedBy: "<figure>").count == 5)
  }

  @Test func strategiesAreRankedByTheirFinalLosses() throws {
    let page = try record(lags: [0, 20], [[[1, 3], [2, 2], [3, 2.5]]]).study().page
    let rows = page.split(separator: "<tr><th scope=\"row\">").dropFirst().map { $0.prefix(1) }
    // The table of the strategies, then that of the lags 0 and 20.
    #expect(rows == ["b", "c", "a", "0", "2"])
    // The best is drawn strong, the one that keeps the function in its colour.
    #expect(page.contains("<g class=\"run-3\"><title>b</title>"))
    #expect(page.contains("<g class=\"run-1\"><title>a</title>"))
    #expect(page.contains("<g class=\"run-0\"><title>c</title>"))
  }

  /// One strategy far away does not press the others together: it is named, and cut off inside the charts.
  @Test func aStrategyFarAwayIsNamedAndCutOff() throws {
    let near = try record(lags: [0, 20], [[[3, 1], [2.9, 1.2], [3.1, 1.1]]]).study().page
    #expect(!near.contains("Far from all others"))
    let far = try record(lags: [0, 20], [[[3, 1], [2.9, 1.2], [9, 1.5]]]).study().page
    #expect(far.contains("Far from all others, and mostly outside of the charts of losses: c."))
    // Both charts of losses have lines or dots of the near ones; the far one has a line alone.
    #expect(far.components(separatedBy: "<title>a</title>").count == 3)
    #expect(far.components(separatedBy: "<title>c</title>").count == 2)
    #expect(far.components(separatedBy: "style=\"overflow: hidden\"").count == 5)
  }

  @Test func markdownAndTerminalHaveTheSameNumbers() throws {
    let record = try record(lags: [0, 20], [[[1, 3], [2, 2], [3, 2.5]]])
    let markdown = try record.study().markdown
    #expect(
      markdown.hasPrefix(
        """
        # <lag> & more: ways to grow

        3 ways to grow from 1 to 2 layers after step 9, 1 seed.

        ## In short

        - best at the end: b
        - the ranking does not settle before the end (Spearman 0.8)

        """
      )
    )
    #expect(
      markdown.contains(
        """
        | strategy | layer map | same function | loss at 0 | loss at 20 | seed 0 |
        |---|---|---|---:|---:|---:|
        | b | [0 0] | no | 2.0000 | 2.0000 | 2.0000 |
        | c | [0 0] | no | 3.0000 | 2.5000 | 2.5000 |
        | a | [0 0] | exact | 1.0000 | 3.0000 | 3.0000 |

        """
      )
    )
    #expect(
      record.summary.hasPrefix(
        """
        strategy  same function  loss at 0  loss at 20
        b         no                2.0000      2.0000
        c         no                3.0000      2.5000
        a         exact             1.0000      3.0000

        lag  Spearman
        """
      )
    )
  }

  /// A study that has not run to its end has no figures yet, and says nothing.
  @Test func whatIsNotThereIsNotSaid() throws {
    var record = try record(lags: [0, 20], [[[1, 3], [2, 2], [3, 2.5]]])
    record.losses[0][1] = nil
    record.analysis = nil
    let study = try record.study()
    #expect(study.sections.map(\.title) == ["In short", "Tables"])
    #expect(study.sections[0].body.isEmpty)
    #expect(study.markdown.contains("| b | [0 0] | no | - | - | - |"))
  }
}
