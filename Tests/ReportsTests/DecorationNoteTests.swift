import Runs
import Testing

@testable import Reports

/// The page says what growths did to layers besides copying them.
@Suite struct DecorationNoteTests {
  /// The run of the fixtures, which grows from two layers to four after step 20, with decorations.
  private func run(_ decorations: [DecorationRecord]?, name: String = "midas") throws -> LoadedRun {
    var run = try fixtureRun("midas")
    run.record.name = name
    run.record.plan.growths[0].decorations = decorations
    return run
  }

  private func note(_ decorations: [DecorationRecord]) throws -> String? {
    let page = Report.page(of: try run(decorations))
    let start = "<p class=\"note\">After step 20, "
    return page.split(separator: "\n").first { $0.hasPrefix(start) }
      .map { String($0.dropFirst(start.count).dropLast("</p>".count)) }
  }

  @Test func gatesHaveTheirs() throws {
    func note(_ gates: GateRecord, _ decorations: [DecorationRecord]? = nil) throws -> String? {
      var run = try run(decorations)
      run.record.plan.growths[0].gates = gates
      return run.record.plan.decorationNotes.first
    }
    #expect(
      try note(GateRecord(kind: "fixed", value: 0.5))
        == "After step 20, new layers' output gates at 0.5."
    )
    #expect(
      try note(
        GateRecord(kind: "drop-in", steps: 9),
        [DecorationRecord(layer: 2, kind: "zero-norm")]
      ) == "After step 20, layer 2: norm gains zero; new layers dropped in over 9 steps."
    )
  }

  @Test func eachKindHasItsWords() throws {
    #expect(
      try note([DecorationRecord(layer: 2, kind: "zero-output")])
        == "layer 2: output projections zero."
    )
    #expect(
      try note([
        DecorationRecord(layer: 2, kind: "zero-norm"),
        DecorationRecord(layer: 3, kind: "zero-norm"),
        DecorationRecord(layer: 1, kind: "scaled-output", factor: 0.5),
      ]) == "layer 1: output projections times 0.5; layers 2, 3: norm gains zero."
    )
    #expect(
      try note([
        DecorationRecord(
          layer: 2,
          kind: "blend",
          shares: [.init(layer: 0, weight: 1 / 3), .init(layer: 1, weight: 2 / 3)]
        ),
        DecorationRecord(layer: 2, kind: "noise", deviation: 0.1, seed: 7),
      ])
        == "layer 2: sum of 0.333 × layer 0 + 0.667 × layer 1, then noise of 0.1 standard deviations."
    )
    // Of another release, or of somebody who tries.
    #expect(try note([DecorationRecord(layer: 0, kind: "<b>")]) == "layer 0: &lt;b&gt;.")
  }

  /// Records from before the field say nothing, and nothing is said.
  @Test func aGrowthWithoutDecorationsHasNoNote() throws {
    #expect(try fixtureRun("midas").record.plan.growths.map(\.decorations) == [nil])
    #expect(try !Report.page(of: run(nil)).contains("After step 20"))
    #expect(try note([]) == nil)
  }

  /// Two runs with the same layer map grow alike only if they do the same to their layers.
  @Test func runsShareADrawingOnlyWithTheSameDecorations() throws {
    let zero = [DecorationRecord(layer: 2, kind: "zero-output")]
    func drawings(_ runs: LoadedRun...) -> Int {
      Report.comparisonPage(of: runs, title: "Title").components(separatedBy: "<figcaption>")
        .count { $0.contains("class=\"lineage\"") }
    }
    #expect(drawings(try run(zero), try run(zero, name: "other")) == 1)
    #expect(drawings(try run(zero), try run(nil, name: "other")) == 2)
  }
}
