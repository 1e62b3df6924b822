import Foundation
import Runs
import Testing

@testable import Reports

/// Runs that could be taken for one another, and losses that look as if they compared.
@Suite struct ComparabilityTests {
  @Test func runsOfOneNameAreToldApartByTheirFolders() {
    func run(_ folder: String, name: String = "my-model", method: String = "none") -> LoadedRun {
      var run = madeUpRun(name: name, metrics: [measurement(step: 1, loss: 3)])
      run.folder = RunFolder(path: folder)
      run.record.method = method
      return run
    }
    func names(_ runs: [LoadedRun]) -> [String] { Comparison(runs).runs.map(\.name) }

    #expect(names([run("runs/a"), run("runs/b")]) == ["my-model (a)", "my-model (b)"])
    #expect(
      names([run("a/seed-0"), run("b/seed-0/")]) == ["my-model (a/seed-0)", "my-model (b/seed-0)"]
    )
    #expect(
      names([run("a"), run("other", name: "other"), run("b")])
        == ["my-model (a)", "other", "my-model (b)"]
    )
    #expect(names([run("a"), run("a")]) == ["my-model (a, 1)", "my-model (a, 2)"])
    #expect(names([run("a"), run("x/a")]) == ["my-model (a)", "my-model (x/a)"])
    #expect(names([run("."), run("..")]) == ["my-model (.)", "my-model (..)"])
    let once = LoadedRun.toldApart([run("a"), run("b")])
    #expect(LoadedRun.toldApart(once) == once)
  }

  /// The finding about a run has the colour that its curve has.
  @Test func findingsOfRunsOfOneNameCarryTheirOwnColours() {
    var (full, grown) = (
      madeUpRun(name: "m", metrics: [measurement(step: 1, loss: 3)]),
      madeUpRun(name: "m", metrics: [measurement(step: 1, loss: 3)])
    )
    full.folder = RunFolder(path: "full")
    grown.folder = RunFolder(path: "grown")
    (full.record.method, grown.record.method) = ("none", "midas")
    let page = Report.comparisonPage(of: [full, grown])
    let finding = page.components(separatedBy: "<h3>").dropFirst().first ?? ""
    #expect(finding.hasPrefix("<svg class=\"swatch run-1\""))
    #expect(finding.contains("m (grown)"))
    #expect(page.contains("<title>m (full), m (grown)</title>"))
  }

  @Test(arguments: [
    ("evaluation.sequences", "causal", "12", "3", "their validation losses do not compare"),
    ("model.contextLength", "causal", "64", "32", "their losses do not compare"),
    ("corpus.separateDocuments", "causal", "true", "false", "their losses do not compare"),
    ("training.objective.masking.rate", "masked", "0.15", "0.3", "their losses do not compare"),
    ("training.objective.shares.causal", "mixture", "0.6", "0.8", "their losses do not compare"),
    (
      "logging.every", "causal", "1", "10",
      "their final training losses are means over different numbers of steps"
    ),
  ])
  func whatDecidesWhatALossMeansIsNoted(
    field: String,
    objective: String,
    first: String,
    second: String,
    consequence: String
  ) {
    func recipe(_ value: String, _ objective: String) -> [String: String] {
      [field: value, "training.objective.kind": objective, "seed": value]
    }
    let notes = { LossConditions.notes(on: $0) }
    #expect(
      notes([recipe(first, objective), recipe(second, objective), recipe(first, objective)])
        == ["The runs differ in \(field) (\(first), \(second)); \(consequence)."]
    )
    #expect(notes([recipe(first, objective), recipe(first, objective)]).isEmpty)
    #expect(notes([recipe(first, objective), [:]]).isEmpty)
    // What another objective would do does not matter.
    if objective != "causal" {
      #expect(notes([recipe(first, "causal"), recipe(second, "causal")]).isEmpty)
    }
  }

  /// 100 tokens of 400 bytes at 2 nats a token.
  @Test func bitsPerByteAreOfTheNextTokenAlone() {
    func bits(_ change: (inout LoadedRun) -> Void) -> Double? {
      var run = madeUpRun(metrics: [measurement(step: 1, loss: 3, validationLoss: 2)])
      (run.record.corpus.validationTokens, run.record.corpus.validationBytes) = (100, 400)
      change(&run)
      return RunResult(run).finalBitsPerByte
    }
    let found = bits { _ in } ?? 0
    let natsPerByte = 2.0 * 100 / 400
    #expect(abs(found - natsPerByte / log(2)) < 1e-12)
    #expect(bits { $0.record.corpus.validationBytes = nil } == nil)
    #expect(bits { $0.record.corpus.validationBytes = 0 } == nil)
    #expect(bits { $0.record.objective = ObjectiveRecord(kind: "masked", extraTokens: 1) } == nil)
    let mixture = ObjectiveRecord(kind: "mixture", extraTokens: 1)
    #expect(bits { $0.record.objective = mixture } == nil)
    let causal = bits {
      $0.record.objective = mixture
      $0.metrics.records[0].causalValidationLoss = 1
    }
    #expect(abs((causal ?? 0) - 100 / 400 / log(2)) < 1e-12)
    #expect(bits { $0.metrics.records[0].validationLoss = .nan } == nil)
  }
}
