import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Growths that losses bring forward.
@Suite struct LossScheduleTests {
  /// 1 -> 2 -> 3 layers, 16 steps each at the latest.
  private static func arguments(_ kind: String, _ threshold: Double = 0.01) -> [String] {
    let settings = [
      "model.layers=3", "training.steps=48", "evaluation.every=100", "checkpoints.every=3",
      "growth.schedule.kind=\(kind)", "growth.schedule.window=3",
      "growth.schedule.threshold=\(threshold)",
    ]
    return ["train", "tiny.yaml"] + settings.flatMap { ["--set", $0] }
  }

  private func train(
    _ folder: TemporaryFolder,
    _ arguments: [String],
    _ name: String
  ) async throws -> LoadedRun {
    let outcome = try await EspalierProcess(folder: folder.path).run(arguments + ["--run", name])
    try #require(outcome.code == 0, "\(outcome.errors)")
    return try LoadedRun.load(RunFolder(path: folder / name))
  }

  /// Where a plateau in measured losses puts the growths.
  private func stepsOfGrowths(_ losses: [Double], _ threshold: Double) -> [Int] {
    var first = 0
    return (0..<2).map { _ in
      let latest = first + 16
      first =
        (first + 8..<latest).first { step in
          let known = losses[step - 8..<step - 2].map { $0 / 3 }
          let (before, after) = (known[0] + known[1] + known[2], known[3] + known[4] + known[5])
          return before - after < threshold * before
        } ?? latest
      return first
    }
  }

  /// The growths are where the measured losses put them, at whichever steps the host reads.
  @Test func growthsComeWhereTheLossesPutThem() async throws {
    let folder = try await Workshop.ready().copy()
    let threshold = 0.008
    let arguments = Self.arguments("plateau", threshold)
    let run = try await train(folder, arguments, "run")
    let losses = run.metrics.records.compactMap(\.loss)
    try #require(losses.count == 48)
    let steps = stepsOfGrowths(losses, threshold)
    #expect(run.record.plan.growths.map(\.afterStep) == steps)
    #expect(steps != [16, 32])
    #expect(run.record.plan.totalSteps == 48)
    #expect(run.metrics.records.last?.flops == run.record.outcome.flops)

    let seldom = arguments + ["--set", "logging.every=7", "--set", "checkpoints.every=20"]
    let other = try await train(folder, seldom, "seldom")
    #expect(other.record.plan == run.record.plan)
    #expect(try folder.checkpoint(of: "seldom", step: 48) == folder.checkpoint(of: "run", step: 48))
  }

  /// A threshold that everything is below grows as soon as a window is known, two steps late.
  @Test(arguments: [("plateau", [8, 16]), ("slope", [5, 10])])
  func theFirstDecisionWaitsForItsLosses(kind: String, steps: [Int]) async throws {
    let folder = try await Workshop.ready().copy()
    let run = try await train(folder, Self.arguments(kind, 1), "run")
    #expect(run.record.plan.growths.map(\.afterStep) == steps)
    let later = Self.arguments(kind, 1) + ["--set", "growth.schedule.minimumSteps=11"]
    let patient = try await train(folder, later, "patient")
    #expect(patient.record.plan.growths.map(\.afterStep) == [11, 22])
  }

  /// An ordinary run whose growths are at those steps is the same to the last bit.
  @Test func theRunIsTheOneWithThoseStages() async throws {
    let folder = try await Workshop.ready().copy()
    _ = try await train(folder, Self.arguments("plateau", 1), "early")
    // Eight steps of four sequences of sixteen tokens.
    let fixed = Self.arguments("tokens") + ["--set", "growth.schedule.tokens=512"]
    _ = try await train(folder, fixed, "fixed")
    #expect(
      try folder.checkpoint(of: "early", step: 48) == folder.checkpoint(of: "fixed", step: 48)
    )
  }

  @Test(arguments: ["step 5/48", "step 8: the loss", "step 8: grew", "step 15/48", "step 17/48"])
  func aKilledRunEndsAsOneLeftAlone(moment: String) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      Self.arguments("plateau", 1),
      killedAt: [moment],
      step: 48
    )
    let whole = try LoadedRun.load(RunFolder(path: folder / "whole"))
    let killed = try LoadedRun.load(RunFolder(path: folder / "killed"))
    #expect(killed.record.plan == whole.record.plan)
    #expect(killed.metrics.records.map(\.loss) == whole.metrics.records.map(\.loss))
  }

  @Test func thePlanSaysThatItsStepsAreTheLatest() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      ["plan"] + Self.arguments("plateau").dropFirst()
    )
    #expect(
      outcome.output.contains(
        """
        growths come at these steps at the latest, and earlier, which costs more, as soon as
        the loss over 3 steps is less than 1.0 % below that over the 3 before
        """
      )
    )
  }

  @Test func aSweepAtEqualCostRefusesWhatItCannotPrice() async throws {
    let folder = try await Workshop.ready().copy()
    try
      (Workshop.recipe.replacing("name: tiny", with: "name: watched")
      .replacing("schedule: {alpha: 0}", with: "schedule: {kind: slope, window: 3}"))
      .write(toFile: folder / "watched.yaml", atomically: true, encoding: .utf8)
    let outcome = try await EspalierProcess(folder: folder.path).run(
      ["sweep", "tiny.yaml", "watched.yaml", "--output", "sweep"]
    )
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines == [
        "error: watched: grows by its losses, so what it costs is not known before it has run; "
          + "compare at equal steps",
        "hint: --equal steps compares at equal steps",
      ]
    )
  }
}
