import EspalierTestSupport
import Foundation
import Runs
import Testing

/// What of a run's recipe may change when it is resumed, and runs that are made longer.
@Suite struct LongerRunTests {
  /// 18 steps of a model that does not grow, of which the last 4 lower the rate, with a checkpoint every 3 steps.
  private static let stable = [
    "train", "tiny.yaml", "--set", "growth.method=none", "--set",
    "training.learningRate.schedule=warmup-stable-decay", "--set",
    "training.learningRate.warmupSteps=2", "--set", "checkpoints.keep=3",
  ]

  private func run(
    _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(folder: folder.path).run(arguments)
  }

  /// A folder with a run that was killed after its checkpoint of step 6, and another line in its recipe.
  private func folder(
    withRunChanged line: String,
    to changed: String
  ) async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy(withReference: true)
    try LiveCommand.runKilled(
      ["train", "tiny.yaml", "--run", "run"],
      atLineBeginning: "step 8/18",
      in: folder.path
    )
    try folder.replace(line, with: changed, in: "run/recipe.yaml")
    return folder
  }

  @Test(arguments: [
    ("  steps: 18", "  steps: 80", "training.steps is 80 instead of 18", true),
    ("seed: 0", "seed: 1", "seed is 1 instead of 0", false),
    (
      "    peak: 0.003", "    peak: 0.004", "training.learningRate.peak is 0.004 instead of 0.003",
      false
    ),
    ("  sequences: 4", "  sequences: 3", "evaluation.sequences is 3 instead of 4", false),
  ])
  func aChangedRecipeIsRefusedWithTheFieldNamed(
    line: String,
    changed: String,
    complaint: String,
    canBeLonger: Bool
  ) async throws {
    let folder = try await folder(withRunChanged: line, to: changed)
    let before = try FolderContents(folder / "run")
    let outcome = try await run(["resume", "run"], in: folder)
    #expect(outcome.code == 1)
    let remedy =
      canBeLonger
      ? "or train longer with `espalier resume run --steps 80`" : "or start another run"
    #expect(
      outcome.errors
        == "error: run/recipe.yaml: \(complaint), and a run goes on as what it began as; put it back, "
        + "\(remedy)\n"
    )
    #expect(try FolderContents(folder / "run") == before)
  }

  @Test func aChangedRecipeOfACompleteRunIsRefusedToo() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try folder.replace("  steps: 18", with: "  steps: 40", in: "reference/recipe.yaml")
    let outcome = try await run(["resume", "reference"], in: folder)
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("training.steps is 40 instead of 18"))
  }

  @Test(arguments: [
    ("logging:\n  every: 1", "logging:\n  every: 4"), ("  keep: 2", "  keep: 1"),
    ("checkpoints:\n  every: 3", "checkpoints:\n  every: 5"),
    ("evaluation:\n  every: 6", "evaluation:\n  every: 2"),
  ])
  func whatMayChangeChangesNoBit(line: String, changed: String) async throws {
    let folder = try await folder(withRunChanged: line, to: changed)
    let outcome = try await run(["resume", "run"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.checkpoint(of: "run") == folder.checkpoint(of: "reference"))
  }

  /// The decay of 18 steps begins after step 14, that of 24 after 19: the checkpoint of step 12 is on both courses.
  @Test func aLongerRunEndsAsOneThatWasToBeSoLong() async throws {
    let folder = try await Workshop.ready().copy()
    try #require(try await run(Self.stable + ["--run", "run"], in: folder).code == 0)
    let longer = try await run(["resume", "run", "--steps", "24"], in: folder)
    #expect(longer.code == 0, "\(longer.errors)")
    #expect(longer.errorLines.contains("going on after step 12"))

    let whole = Self.stable + ["--set", "training.steps=24", "--run", "whole"]
    try #require(try await run(whole, in: folder).code == 0)
    #expect(
      try folder.checkpoint(of: "run", step: 24) == folder.checkpoint(of: "whole", step: 24)
    )
    let (run, other) = (
      try LoadedRun.load(RunFolder(path: folder / "run")),
      try LoadedRun.load(RunFolder(path: folder / "whole"))
    )
    #expect(
      run.record.extensions == [ExtensionRecord(afterStep: 12, formerSteps: 18, steps: 24)]
    )
    #expect(run.record.outcome.status == .completed)
    #expect(run.record.plan == other.record.plan)
    #expect(run.recipe == other.recipe.replacing("name: whole", with: "name: tiny"))
    #expect(run.metrics.records.map(\.loss) == other.metrics.records.map(\.loss))
    #expect(run.metrics.records.map(\.learningRate) == other.metrics.records.map(\.learningRate))
  }

  @Test func aLongerRunThatIsKilledGoesOnAsTheLongerOne() async throws {
    let folder = try await Workshop.ready().copy()
    try #require(try await run(Self.stable + ["--run", "run"], in: folder).code == 0)
    let stale = try folder.read("run/checkpoints/step-00000018/manifest.json")
    try FileManager.default.copyItem(
      atPath: folder / "run/checkpoints/step-00000018",
      toPath: folder / "stale"
    )
    try LiveCommand.runKilled(
      ["resume", "run", "--steps", "24"],
      atLineBeginning: "step 16/24",
      in: folder.path
    )
    // As if it had been killed before the checkpoints of the other course were gone.
    #expect(!FileManager.default.fileExists(atPath: folder / "run/checkpoints/step-00000018"))
    try FileManager.default.moveItem(
      atPath: folder / "stale",
      toPath: folder / "run/checkpoints/step-00000018"
    )
    #expect(try folder.read("run/checkpoints/step-00000018/manifest.json") == stale)
    let resumed = try await run(["resume", "run"], in: folder)
    #expect(resumed.code == 0, "\(resumed.errors)")
    #expect(resumed.errorLines.contains("going on after step 15"))

    let whole = Self.stable + ["--set", "training.steps=24", "--run", "whole"]
    try #require(try await run(whole, in: folder).code == 0)
    #expect(
      try folder.checkpoint(of: "run", step: 24) == folder.checkpoint(of: "whole", step: 24)
    )
  }

  /// Where a run grows, its last stage gets longer.
  @Test func aRunThatGrowsIsLongerInItsLastStage() async throws {
    let folder = try await Workshop.ready().copy()
    let arguments = [
      "train", "tiny.yaml", "--run", "run", "--set",
      "training.learningRate.schedule=warmup-stable-decay", "--set", "checkpoints.keep=5",
    ]
    try #require(try await run(arguments, in: folder).code == 0)
    let longer = try await run(["resume", "run", "--steps", "30"], in: folder)
    #expect(longer.code == 0, "\(longer.errors)")
    let record = try LoadedRun.load(RunFolder(path: folder / "run")).record
    #expect(record.plan.stages.map(\.stepCount) == [9, 21])
    #expect(record.outcome.finalStep == 30)
  }

  @Test func aCosineCannotBecomeLonger() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let before = try FolderContents(folder / "reference")
    let outcome = try await run(["resume", "reference", "--steps", "40"], in: folder)
    #expect(outcome.code == 1)
    #expect(
      outcome.errors
        == "error: --steps 40: reference has no checkpoint of step 2 or before, after which the learning "
        + "rates of 40 steps are not those of 18; begin another run with `espalier train RECIPE --from "
        + "reference`\n"
    )
    #expect(try FolderContents(folder / "reference") == before)
  }

  @Test(arguments: [
    (
      ["--steps", "17"],
      "--steps 17: reference is a run of 18 steps, and a run can only become longer"
    ),
    (
      ["--steps", "0"],
      "--steps 0: reference is a run of 18 steps, and a run can only become longer"
    ),
    (
      ["--steps", "999999999"],
      "--steps 999999999: training.steps: needs a whole number, 100000000 at most"
    ),
  ])
  func stepsThatMakeNoSenseAreRefused(arguments: [String], complaint: String) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await run(["resume", "reference"] + arguments, in: folder)
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
  }
}

extension TemporaryFolder {
  /// Puts a text in the place of another one, which must be there once.
  fileprivate func replace(_ text: String, with other: String, in name: String) throws {
    try change(name) {
      let before = String(decoding: $0, as: UTF8.self)
      try #require(before.components(separatedBy: text).count == 2, "\(text) in \(before)")
      $0 = Data(before.replacingOccurrences(of: text, with: other).utf8)
    }
  }
}
