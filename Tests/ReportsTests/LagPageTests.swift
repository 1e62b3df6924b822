import Foundation
#if canImport(FoundationXML)
import FoundationXML
#endif
import GrowthSelection
import Reports
import Testing

@Suite struct LagPageTests {
  private func page(lags: [Int], _ losses: [[[Double]]], name: String = "b") throws -> String {
    let losses = try LagLosses(strategies: ["a", name, "c"], lags: lags, losses: losses)
    return Report.lagPage(
      title: "<lag> & more",
      losses: losses,
      analysis: LagAnalysis(losses, drawCount: 50),
      preserving: ["a"]
    )
  }

  @Test(arguments: [
    [[[3.0, 2, 1], [3, 2.5, 2], [2, 2, 2]]],
    [[[3, 2, 1], [3, 2.5, 2], [2, 2, 2]], [[3, 3, 3], [3, 3, 3], [3, 3, 3]]],
    [[[0, -1, 1e300], [1, 1, 1], [1, 1, 1]]],
  ])
  func aPageIsWellFormedWhateverTheLosses(losses: [[[Double]]]) throws {
    let page = try page(lags: [0, 1, 10], losses, name: "<b> & \"c\"")
    #expect(XMLParser(data: Data(page.utf8)).parse())
    #expect(page.contains("&lt;lag&gt; &amp; more"))
    #expect(page.contains("&lt;b&gt; &amp; &quot;c&quot;"))
    #expect(!page.contains("nan") && !page.contains(">inf"))
  }

  @Test func strategiesAreRankedByTheirFinalLosses() throws {
    let page = try page(lags: [0, 20], [[[1, 3], [2, 2], [3, 2.5]]])
    let rows = page.split(separator: "<tr><th scope=\"row\">").dropFirst().map { $0.prefix(1) }
    #expect(rows == ["b", "c", "a"])
    // The best is drawn strong, the one that keeps the function in its colour.
    #expect(page.contains("<g class=\"run-3\"><title>b</title>"))
    #expect(page.contains("<g class=\"run-1\"><title>a</title>"))
    #expect(page.contains("<g class=\"run-0\"><title>c</title>"))
  }

  /// One strategy far away does not press the others together: it is named, and cut off inside the charts.
  @Test func aStrategyFarAwayIsNamedAndCutOff() throws {
    let near = try page(lags: [0, 20], [[[3, 1], [2.9, 1.2], [3.1, 1.1]]])
    #expect(!near.contains("Far from all others"))
    let far = try page(lags: [0, 20], [[[3, 1], [2.9, 1.2], [9, 1.5]]])
    #expect(far.contains("Far from all others, and mostly outside of the charts of losses: c."))
    // Both charts of losses have lines or dots of the near ones; the far one has a line alone.
    #expect(far.components(separatedBy: "<title>a</title>").count == 3)
    #expect(far.components(separatedBy: "<title>c</title>").count == 2)
    #expect(far.components(separatedBy: "style=\"overflow: hidden\"").count == 5)
  }
}
