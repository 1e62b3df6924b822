import EspalierTestSupport
import Foundation
import Growing
import Runs
import Studies
import Testing
import Training

/// Growths whose layer map is learnt while training.
@Suite struct LearnedMapTests {
  /// 2 -> 3 -> 4 layers in 6 steps each.
  private static let depths = [
    "train", "tiny.yaml", "--set", "model.layers=4", "--set", "growth.firstLayers=2",
  ]
  private static let arguments =
    depths + ["--set", "growth.method=learned-map", "--set", "growth.mapSteps=5"]

  private func run(_ folder: TemporaryFolder, _ name: String) throws -> LoadedRun {
    try LoadedRun.load(RunFolder(path: folder / name))
  }

  private func savedPlan(_ folder: TemporaryFolder, _ name: String) throws -> GrowthPlan {
    try CheckpointGrowth(path: folder / "\(name)/checkpoints/step-00000018").state.plan
  }

  /// What was learnt is in the plan; a fixed plan with these numbers is the same run.
  @Test func theRunLearnsChargesAndRecords() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(Self.arguments + ["--run", "learned"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let run = try run(folder, "learned")
    let maps = try #require(run.record.learnedMaps)
    #expect(maps.map(\.afterStep) == [6, 12])
    #expect(maps.map(\.layers) == [3, 4])
    #expect(maps.map(\.steps) == [5, 5])
    for map in maps {
      #expect(map.validationLossAfter < map.validationLossBefore)
      #expect(outcome.errors.contains("step \(map.afterStep): learnt the layer map in 5 steps; "))
    }
    #expect(outcome.errors.contains("learning the layer map of the growth to 3 layers\n"))
    #expect(run.metrics.records.map(\.growthFlops).first == .some(nil))
    #expect(run.metrics.records.last?.growthFlops == maps[0].flops + maps[1].flops)

    let plan = try savedPlan(folder, "learned")
    #expect(plan.growths.allSatisfy { $0.mapLearning == nil && !$0.decorations.isEmpty })
    #expect(plan.growths.map(\.map.description) == ["[0 0 1]", "[0 1 1 2]"])

    let page = try await espalier.run(
      ["compare", "reference", "learned", "--output", "report.html"]
    )
    #expect(page.code == 0, "\(page.errors)")
    let text = try String(contentsOfFile: folder / "report.html", encoding: .utf8)
    #expect(text.contains("FLOPs to decide on growths"))
    #expect(text.contains("tiny (learned), deciding free"))
  }

  /// With a rate of zero nothing is learnt, and the run is that of the linear map to the bit.
  @Test func nothingLearntIsTheLinearMap() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let protecting = ["--set", "growth.protectLast=1"]
    let still = Self.arguments + protecting + ["--set", "growth.mapLearningRate=0"]
    #expect(try await espalier.run(still + ["--run", "still"]).code == 0)
    let linear = Self.depths + protecting + ["--set", "growth.method=linear-map"]
    #expect(try await espalier.run(linear + ["--run", "linear"]).code == 0)
    #expect(try folder.checkpoint(of: "still") == folder.checkpoint(of: "linear"))
    let plans = try ["still", "linear"].map { try savedPlan(folder, $0).growths }
    #expect(plans[0] == plans[1])
    let maps = try #require(run(folder, "still").record.learnedMaps)
    #expect(maps.allSatisfy { $0.validationLossAfter == $0.validationLossBefore })
  }

  /// Whatever moment it is stopped at, learning included, it ends with the same maps and the same bits.
  @Test(
    arguments: [
      ("learning the layer map of the growth to 4", []), ("step 6: learnt", []),
      (
        "step 13/18",
        ["training.gradientAccumulation=2", "model.layerExecution=scan", "kernels=xla"]
      ),
    ]
  )
  func aKilledRunEndsAsOneLeftAlone(moment: String, settings: [String]) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      Self.arguments + settings.flatMap { ["--set", $0] },
      killedAt: [moment]
    )
    let (killed, whole) = (try run(folder, "killed"), try run(folder, "whole"))
    #expect(whole.record.learnedMaps?.count == 2)
    #expect(killed.record.learnedMaps == whole.record.learnedMaps)
    #expect(killed.record.plan == whole.record.plan)
    #expect(killed.metrics.records.map(\.growthFlops) == whole.metrics.records.map(\.growthFlops))
    #expect(try savedPlan(folder, "killed") == savedPlan(folder, "whole"))
  }

  /// What was asked to stop while it learnt has kept nothing of it, and learns once more.
  @Test func aStoppedRunEndsAsOneLeftAlone() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let arguments = Self.arguments + ["--set", "growth.mapSteps=200"]
    #expect(try await espalier.run(arguments + ["--run", "whole"]).code == 0)
    let command = try LiveCommand(arguments + ["--run", "stopped"], in: folder.path)
    #expect(try command.reads(lineBeginning: "learning the layer map of the growth to 4"))
    command.send(SIGINT)
    #expect(try command.finish() == .exit)
    #expect(command.process.terminationStatus == 130)
    #expect(try await espalier.run(["resume", "stopped"]).code == 0)
    #expect(try folder.checkpoint(of: "stopped") == folder.checkpoint(of: "whole"))
    let (stopped, whole) = (try run(folder, "stopped"), try run(folder, "whole"))
    #expect(stopped.record.learnedMaps == whole.record.learnedMaps)
    #expect(
      stopped.metrics.records.last?.growthFlops == whole.metrics.records.last?.growthFlops
    )
  }

  /// A sweep at equal cost charges an arm for what it learns, as much as it then took.
  @Test func aSweepChargesLearning() async throws {
    let folder = try await Workshop.ready().copy()
    for method in ["learned-map", "linear-map"] {
      let recipe = Workshop.recipe.replacing("name: tiny", with: "name: \(method)")
        .replacing("method: midas", with: "method: \(method), mapSteps: 4")
      try recipe.write(toFile: folder / "\(method).yaml", atomically: true, encoding: .utf8)
    }
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "sweep", "learned-map.yaml", "linear-map.yaml", "--seeds", "0", "--output", "out",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "out/sweep.json"))
    let record = try JSONDecoder().decode(SweepRecord.self, from: data)
    for arm in record.arms {
      let last = try run(folder, "out/\(arm.name)/seed-0").metrics.records.last
      #expect(arm.growthFlops == last?.growthFlops ?? 0)
    }
    #expect(record.arms[0].growthFlops > 0 && record.arms[1].growthFlops == 0)
    #expect(record.arms[1].steps > record.arms[0].steps)
  }

  /// In a sequence, and with an objective whose batches are of another kind.
  @Test func aSequenceLearnsWhereItSaysSo() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      Self.arguments + [
        "--set", "growth.method=sequence", "--set", "growth.sequence=midas learned-map", "--set",
        "training.objective.kind=masked", "--run", "sequence",
      ]
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = try run(folder, "sequence").record
    #expect(record.learnedMaps?.map(\.afterStep) == [12])
    #expect(record.plan.growths.map(\.origins) == [[0, 0, 1], [0, 1, 1, 2]])
  }

  /// With a growth in width in the same step, the map is learnt at the old width, and charged so.
  @Test func aGrowthInDepthAndWidthLearnsItsMap() async throws {
    let folder = try await Workshop.ready().copy()
    let arguments = [
      "tiny.yaml", "--set", "model.layers=3", "--set", "growth.firstLayers=2", "--set",
      "growth.method=sequence", "--set", "growth.sequence=learned-map+widen", "--set",
      "growth.firstFeedForwardWidth=24", "--set", "growth.mapSteps=5",
    ]
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      ["train"] + arguments,
      killedAt: ["step 9: learnt"]
    )
    let growth = try #require(savedPlan(folder, "whole").growths.first)
    #expect(growth.mapLearning == nil && growth.widening?.sizes.feedForwardWidth == 32)
    let map = try #require(run(folder, "whole").record.learnedMaps?.first)
    let plan = try await EspalierProcess(folder: folder.path).run(["plan"] + arguments + ["--json"])
    let overview = try JSONDecoder().decode(PlanOverview.self, from: Data(plan.output.utf8))
    #expect(overview.learning?.operations == map.flops)
  }

  /// A comparison and an adaptive run learn the map from the state before growing, as an ordinary run does.
  @Test func comparisonsAndAdaptiveRunsLearnIt() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(
      try await espalier.run(
        Self.arguments + ["--set", "evaluation.every=2", "--run", "learned"]
      ).code == 0
    )
    let ordinary = try run(folder, "learned")
    let map = try #require(ordinary.record.learnedMaps?.first)
    let outcome = try await espalier.run(
      ["lag"] + Self.arguments.dropFirst() + [
        "--pool", "learned-map,linear-map,midas", "--seeds", "0", "--lags", "0,2", "--steps", "4",
        "--output", "lag",
      ]
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "lag/lag.json"))
    let lag = try JSONDecoder().decode(LagRecord.self, from: data)
    #expect(lag.strategies.map(\.learningSteps) == [5, nil, nil])
    let losses = try #require(lag.losses[0][0])
    let later = ordinary.metrics.records.first { $0.step == 8 }?.validationLoss
    #expect(losses[1] == later)
    // The program and the host round differently.
    #expect(abs(losses[0] - map.validationLossAfter) < 1e-4)
    #expect(abs(try #require(lag.losses[0][1])[0] - map.validationLossBefore) < 1e-4)
    for selection in lag.selections where selection.selector == "at initialisation" {
      #expect(selection.extraSteps == (selection.strategies == ["learned-map"] ? 0 : 5))
    }

    let adaptive = try await espalier.run(
      Self.arguments + [
        "--set", "growth.method=adaptive", "--set", "growth.adaptive.pool=learned-map midas",
        "--set", "growth.adaptive.lag=2", "--run", "chosen",
      ]
    )
    #expect(adaptive.code == 0, "\(adaptive.errors)")
    let chosen = try run(folder, "chosen")
    let choices = try #require(chosen.record.choices)
    #expect(chosen.record.learnedMaps?.first == map)
    #expect(choices[0].trials.first?.validationLoss == later)
    let maps = try #require(chosen.record.learnedMaps)
    let flops = choices.reduce(0) { $0 + $1.flops } + maps.reduce(0) { $0 + $1.flops }
    #expect(chosen.metrics.records.last?.growthFlops == flops)
    #expect(try savedPlan(folder, "chosen").growths.allSatisfy { $0.mapLearning == nil })
    let plan = try await espalier.run(
      ["plan"] + Self.arguments.dropFirst() + [
        "--set", "growth.method=adaptive", "--set", "growth.adaptive.pool=learned-map midas",
        "--set", "growth.adaptive.lag=2", "--json",
      ]
    )
    let overview = try JSONDecoder().decode(PlanOverview.self, from: Data(plan.output.utf8))
    #expect(overview.choice?.operations == flops)
    #expect(overview.learning == nil)
  }

  @Test func thePlanSaysWhatLearningCosts() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let arguments = ["plan"] + Self.arguments.dropFirst()
    let text = try await espalier.run(arguments)
    #expect(
      text.output.contains(
        "layer maps are learnt at 2 growths, in 10 steps that take "
      )
    )
    let json = try await espalier.run(arguments + ["--json"])
    let overview = try JSONDecoder().decode(PlanOverview.self, from: Data(json.output.utf8))
    #expect(overview.learning?.steps == 10)
    #expect(try await espalier.run(Self.arguments + ["--run", "learned"]).code == 0)
    let maps = try #require(run(folder, "learned").record.learnedMaps)
    #expect(overview.learning?.operations == maps[0].flops + maps[1].flops)
  }

  @Test func whatCannotBeLearntIsRefusedBeforeTraining() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    func message(_ settings: String...) async throws -> String? {
      let outcome = try await espalier.run(
        Self.arguments + ["--run", "run"] + settings.flatMap { ["--set", $0] }
      )
      #expect(outcome.code == 2)
      #expect(!FileManager.default.fileExists(atPath: folder / "run"))
      return outcome.errorLines.first
    }
    #expect(
      try await message("growth.mapSteps=0")?
        .contains("growth.mapSteps: needs a positive whole number") == true
    )
    for rate in ["nan", ".inf", "-1"] {
      #expect(
        try await message("growth.mapLearningRate=\(rate)")?
          .contains("growth.mapLearningRate: needs a number from 0 to 10") == true
      )
    }
    #expect(
      try await message("growth.method=sequence", "growth.sequence=loop-unroll learned-map")?
        .contains("learned-map needs layers of their own") == true
    )
    #expect(
      try await message("growth.firstLayers=0")?
        .contains("learned-map needs at least one layer to grow from") == true
    )
    let grow = try await espalier.run([
      "grow", "reference/checkpoints/step-00000018", "--method", "learned-map", "--output", "grown",
    ])
    #expect(grow.code == 1)
    #expect(
      grow.errorLines == [
        "error: learned-map learns how to mix the layers while training, which is not possible here; "
          + "set it as growth.method in a recipe, or grow by linear-map, from which it begins"
      ]
    )
    #expect(!FileManager.default.fileExists(atPath: folder / "grown"))
  }
}
