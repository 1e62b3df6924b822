import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Growths that are chosen while training.
@Suite struct AdaptiveTests {
  /// 1 -> 2 -> 3 layers in 6 steps each: one way to grow at first, then several.
  private static let arguments = [
    "train", "tiny.yaml", "--set", "model.layers=3", "--set", "growth.method=adaptive",
    "--set", "growth.adaptive.pool=midas gradstack random zero-output-copy copy-at:9",
    "--set", "growth.adaptive.lag=2",
  ]

  private func run(_ folder: TemporaryFolder, _ name: String) throws -> LoadedRun {
    try LoadedRun.load(RunFolder(path: folder / name))
  }

  /// What was chosen is what an ordinary run with that growth would be, and its loss at the lag that run's.
  @Test func theRunIsTheOneWithTheChosenGrowths() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(Self.arguments + ["--run", "chosen"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let adaptive = try run(folder, "chosen")
    let choices = try #require(adaptive.record.choices)
    #expect(choices.map(\.afterStep) == [6, 12])
    // Of one layer, the middle block is also the last; a block from layer 9 on is not there.
    #expect(choices[0].trials.map(\.strategy) == ["midas", "random", "zero-output-copy"])
    #expect(
      choices[1].trials.map(\.strategy) == ["midas", "gradstack", "random", "zero-output-copy"]
    )
    for choice in choices {
      let best = choice.trials.min { $0.validationLoss < $1.validationLoss }
      #expect(choice.chosen == best?.strategy)
      #expect(outcome.errors.contains("step \(choice.afterStep): chose \(choice.chosen); "))
    }
    #expect(adaptive.record.method == "adaptive")
    #expect(adaptive.metrics.records.last?.growthFlops == choices[0].flops + choices[1].flops)
    #expect(adaptive.metrics.records.first?.growthFlops == nil)

    let sequence = choices.map(\.chosen).joined(separator: " ")
    let fixed = try await espalier.run([
      "train", "tiny.yaml", "--set", "model.layers=3", "--set", "growth.method=sequence", "--set",
      "growth.sequence=\(sequence)", "--set", "evaluation.every=2", "--run", "fixed",
    ])
    #expect(fixed.code == 0, "\(fixed.errors)")
    #expect(try folder.checkpoint(of: "fixed") == folder.checkpoint(of: "chosen"))
    let ordinary = try run(folder, "fixed")
    for choice in choices {
      let loss = ordinary.metrics.records.first { $0.step == choice.afterStep + 2 }?.validationLoss
      #expect(loss == choice.trials.map(\.validationLoss).min())
    }
    #expect(ordinary.record.plan.growths == adaptive.record.plan.growths)
    #expect(ordinary.record.choices == nil)
  }

  /// What a chosen growth does to layers is in `run.json`, as what it copies.
  @Test func theRecordHasTheDecorationsOfWhatWasChosen() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      Self.arguments + [
        "--set", "growth.adaptive.pool=zero-output-copy zero-norm-copy scaled-copy", "--run", "run",
      ]
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = try run(folder, "run").record
    let kinds = [
      "zero-output-copy": "zero-output", "zero-norm-copy": "zero-norm",
      "scaled-copy": "scaled-output",
    ]
    let choices = try #require(record.choices)
    #expect(choices.count == 2)
    for (choice, growth) in zip(choices, record.plan.growths) {
      let kind = try #require(kinds[choice.chosen])
      #expect(growth.decorations?.map(\.kind) == [kind])
    }
  }

  /// Whatever moment it is stopped at, trials included, it ends with the same choices and the same bits.
  @Test(arguments: ["compiling the training step for 2", "step 6: chose", "step 13/18"])
  func aKilledRunEndsAsOneLeftAlone(moment: String) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(Self.arguments, killedAt: [moment])
    let (killed, whole) = (try run(folder, "killed"), try run(folder, "whole"))
    #expect(killed.record.choices == whole.record.choices)
    #expect(killed.record.plan == whole.record.plan)
    #expect(killed.record.lineage == whole.record.lineage)
    #expect(killed.metrics.records.map(\.growthFlops) == whole.metrics.records.map(\.growthFlops))
  }

  @Test func whatCannotBeChosenIsRefusedBeforeTraining() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    func message(_ settings: String...) async throws -> String? {
      let outcome = try await espalier.run(
        ["train", "tiny.yaml", "--run", "run"] + settings.flatMap { ["--set", $0] }
      )
      #expect(outcome.code == 2)
      #expect(!FileManager.default.fileExists(atPath: folder / "run"))
      return outcome.errorLines.first
    }
    let adaptive = "growth.method=adaptive"
    #expect(
      try await message(adaptive, "growth.adaptive.pool=midas")
        == "error: --set growth.adaptive.pool=midas: growth.adaptive.pool: needs two strategies or "
        + "more to choose from; got midas"
    )
    #expect(
      try await message(adaptive, "growth.adaptive.pool=midas midas")?
        .contains("midas is there twice") == true
    )
    #expect(
      try await message(adaptive, "growth.adaptive.pool=midas random:x")?
        .contains("\"random:x\" is none") == true
    )
    #expect(
      try await message("growth.adaptive.pool=midas random")?
        .contains("is only for growth.method adaptive") == true
    )
    #expect(
      try await message(adaptive, "growth.adaptive.lag=10")?
        .contains("growth.adaptive.lag: needs at most 9, the steps of the shortest stage") == true
    )
  }

  @Test func thePlanSaysWhatChoosingCosts() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      ["plan"] + Self.arguments.dropFirst()
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(
        "growths are chosen while training: the best of midas, gradstack, random, zero-output-copy, "
          + "copy-at:9 after 2 steps;"
      )
    )
  }

  @Test func theReportShowsBothCosts() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(Self.arguments + ["--run", "chosen"]).code == 0)
    let outcome = try await espalier.run(["compare", "reference", "chosen"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("FLOPs to decide on growths"))
    let page = try await espalier.run(
      ["compare", "reference", "chosen", "--output", "report.html"]
    )
    #expect(page.code == 0, "\(page.errors)")
    let text = try String(contentsOfFile: folder / "report.html", encoding: .utf8)
    #expect(text.contains("tiny (chosen), deciding free"))
  }
}
