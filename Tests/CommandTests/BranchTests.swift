import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Runs that go on with the training of another.
@Suite struct BranchTests {
  /// A folder with a trunk that grows after step 6 and lowers its rate from step 15 on, and a second text.
  private func folder() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    try folder.write(
      "Two and two are four.\n\nThree and three are six.\n".repeated(60),
      to: "maths.txt"
    )
    for arguments in [
      ["corpus", "pack", "maths.txt", "--tokenizer", "book.model", "--output", "maths.tokens"],
      ["train", "tiny.yaml", "--run", "trunk"] + Self.stable + ["checkpoints.keep=9"],
    ] {
      let outcome = try await espalier.run(arguments)
      try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    }
    return folder
  }

  private static let stable = [
    "--set", "training.learningRate.schedule=warmup-stable-decay", "--set",
    "training.learningRate.decayFraction=0.1666", "--set", "growth.schedule.alpha=0", "--set",
  ]

  /// A branch with the trunk's own end is the trunk, to the bit; it has the trunk's measurements and cost.
  @Test func aBranchWithTheSameEndIsTheTrunk() async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "branch", "trunk", "--at", "12", "--run", "same",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.checkpoint(of: "same") == folder.checkpoint(of: "trunk"))
    let (trunk, branch) = (
      try LoadedRun.load(RunFolder(path: folder / "trunk")),
      try LoadedRun.load(RunFolder(path: folder / "same"))
    )
    #expect(branch.record.origin?.trunk == "trunk" && branch.record.origin?.step == 12)
    #expect(branch.record.plan == trunk.record.plan)
    #expect(branch.record.outcome.flops == trunk.record.outcome.flops)
    #expect(branch.metrics.records.map(\.step) == trunk.metrics.records.map(\.step))
    #expect(branch.metrics.records.map(\.loss) == trunk.metrics.records.map(\.loss))
  }

  /// A branch with a mixture and a length of its own, killed before and behind a checkpoint, ends as one left alone,
  /// and needs no trunk to go on.
  @Test func aKilledBranchEndsAsOneLeftAlone() async throws {
    let folder = try await folder()
    let arguments = [
      "branch", "trunk", "--at", "12", "--steps", "9", "--set", "corpus.mixture=maths.tokens:25",
    ]
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      arguments,
      killedAt: ["compiling", "step 14/21", "step 17/21"],
      step: 21
    )
    let run = try LoadedRun.load(RunFolder(path: folder / "whole"))
    #expect(run.record.corpus.mixture?.map(\.percentage) == [25])
    #expect(run.record.recipe?["corpus.mixtureStart"] == "12")
    #expect(run.record.plan.stages.map(\.stepCount) == [9, 12])
    // The rate falls over all of the branch's steps and none of the trunk's.
    let rates = Dictionary(
      uniqueKeysWithValues: run.metrics.records.map { ($0.step, $0.learningRate) }
    )
    #expect(rates[12] == 0.003)
    #expect((13...21).allSatisfy { (rates[$0] ?? 0) < (rates[$0 - 1] ?? 0) })
    let unlike = try await EspalierProcess(folder: folder.path).run([
      "branch", "trunk", "--at", "12", "--steps", "9", "--run", "unmixed",
    ])
    #expect(unlike.code == 0)
    #expect(
      try folder.checkpoint(of: "unmixed", step: 21) != folder.checkpoint(of: "whole", step: 21)
    )
    // Without the trunk a killed branch goes on, too.
    try LiveCommand.runKilled(
      arguments + ["--run", "alone"],
      atLineBeginning: "step 13/21",
      in: folder.path
    )
    try FileManager.default.removeItem(atPath: folder / "trunk")
    let resumed = try await EspalierProcess(folder: folder.path).run(["resume", "alone"])
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(
      try folder.checkpoint(of: "alone", step: 21) == folder.checkpoint(of: "whole", step: 21)
    )
  }

  @Test func whatIsNoBranchIsRefusedInOneSentence() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    func error(_ arguments: String...) async throws -> String {
      let outcome = try await espalier.run(["branch"] + arguments + ["--run", "no"])
      #expect(outcome.code != 0)
      #expect(!FileManager.default.fileExists(atPath: folder / "no"))
      return outcome.errors
    }
    #expect(
      try await error("trunk", "--at", "13").contains(
        "trunk: has no checkpoint of step 13 to branch off at; it has those of 3, 6, 9, 12, 15, 18"
      )
    )
    #expect(
      try await error("trunk", "--at", "6").contains("grows last at step 9")
    )
    #expect(try await error("trunk", "--at", "18").contains("needs more training.steps"))
    #expect(
      try await error("trunk", "--at", "12", "--steps", "4", "--set", "training.batchSize=8")
        .contains("training.batchSize is 8 instead of 4")
    )
    // In its decay the trunk had lower rates than a branch would have had.
    #expect(
      try await error("trunk", "--at", "18", "--steps", "9").contains("in the stable phase")
    )
    #expect(
      try await error("trunk", "--at", "12", "--steps", "4", "--set", "corpus.mixture=x:0")
        .contains(
          "needs token files with their whole percents"
        )
    )
    #expect(try await error("tiny.yaml", "--at", "12").contains("error: "))
    #expect(try await error("trunk", "--at", "12", "--steps", "0").contains("--steps: needs 1"))
  }
}

extension String {
  fileprivate func repeated(_ count: Int) -> String { String(repeating: self, count: count) }
}
