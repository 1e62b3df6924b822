import Arrays
import Checkpoints
import EspalierTestSupport
import Foundation
import Growing
import Runs
import Studies
import Testing
import Training

/// Output gates in whole commands.
@Suite struct GateTests {
  /// 1 -> 2 layers after 9 of 18 steps; gates are open after 6 more.
  private func arguments(_ method: String, _ more: String...) -> [String] {
    let steps = method == "trained-gate" ? [] : ["--set", "growth.gateSteps=6"]
    return [
      "train", "tiny.yaml", "--set", "growth.method=\(method)", "--set", "checkpoints.keep=9",
    ] + steps + more
  }

  private func gates(_ folder: TemporaryFolder, _ run: String, _ step: Int) throws -> [Float] {
    let number = String(repeating: "0", count: 8 - "\(step)".count) + "\(step)"
    return try StoredCheckpoint.open(folder / "\(run)/checkpoints/step-\(number)").model()
      .array(named: "layers.outputGates").values(as: Float.self)
  }

  private func losses(_ folder: TemporaryFolder, _ run: String) throws -> [Int: Double] {
    let metrics = try LoadedRun.load(RunFolder(path: folder / run)).metrics.records
    return Dictionary(
      uniqueKeysWithValues: metrics.compactMap { row in row.validationLoss.map { (row.step, $0) } }
    )
  }

  /// Killed in the middle of a ramp, a run ends as one that was left alone, with gates of exactly one.
  @Test(
    arguments: [
      ("annealed-gate", [0.5, 0.5]), ("masked-ramp", [0, 1]), ("drop-in", [0.5, 0.5]),
    ] as [(String, [Float])]
  )
  func aRunKilledInARampEndsAsOneLeftAlone(method: String, halfway: [Float]) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      arguments(method),
      killedAt: ["step 11/18", "step 13/18"]
    )
    #expect(try gates(folder, "killed", 12) == [1, 1] + halfway)
    #expect(try gates(folder, "whole", 15) == [1, 1, 1, 1])
    #expect(try gates(folder, "whole", 18) == [1, 1, 1, 1])
    // The growth kept the function, and it is another course than that of a plain copy.
    let reference = try await Workshop.ready().reference.metrics.records
    let plain = try #require(reference.last?.validationLoss)
    #expect(try losses(folder, "whole")[18] != plain)
    #expect(try losses(folder, "whole")[9] == reference.first { $0.step == 9 }?.validationLoss)
  }

  @Test(arguments: ["unrolled", "scan"])
  func trainedGatesAreTrainedAndResume(execution: String) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      arguments("trained-gate", "--set", "model.layerExecution=\(execution)"),
      killedAt: ["step 11/18"]
    )
    let moved = try gates(folder, "whole", 18)
    #expect(moved.allSatisfy { $0 != 0 && $0 != 1 && abs($0) < 2 })
  }

  /// A run whose gates are folded at the end is one of a plain model, whose loss is that of the gated one.
  @Test func foldingInAPlanLeavesAPlainModel() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let settings = [
      "--set", "growth.method=sequence", "--set",
      "growth.sequence=trained-gate annealed-gate", "--set", "model.layers=3",
    ]
    let refused = try await espalier.run(["plan", "tiny.yaml"] + settings)
    #expect(refused.code == 2)
    #expect(
      refused.errorLines[0]
        .contains("needs gates that are held, but those of the model are trained")
    )
    let sequence = [
      "--set", "growth.method=sequence", "--set",
      "growth.sequence=fixed-gate fold-gates annealed-gate fold-gates", "--set", "model.layers=3",
      "--set", "growth.gateSteps=2", "--set", "training.steps=20", "--set", "checkpoints.every=4",
      "--set", "checkpoints.keep=9",
    ]
    let plan = try await espalier.run(["plan", "tiny.yaml"] + sequence)
    #expect(plan.output.contains("[0 0], new layers' gates 0.5"))
    #expect(plan.output.contains("  gates folded into the output projections"))
    #expect(plan.output.contains("[0 0 1], new layers' gates 0 to 1 in 2 steps"))
    let outcome = try await espalier.run(["train", "tiny.yaml", "--run", "run"] + sequence)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("step 12: grew from 2 to 3 layers, [0 0 1]; new layers' gates"))
    #expect(try gates(folder, "run", 8) == [1, 1, 0.5, 0.5])
    #expect(try gates(folder, "run", 16) == [1, 1, 1, 1, 1, 1])
    let last = try CheckpointGrowth(path: folder / "run/checkpoints/step-00000020").state
    #expect(last.configuration.outputGates == nil)
    let text = try String(
      contentsOfFile: folder / "run/checkpoints/step-00000020/state.json",
      encoding: .utf8
    )
    #expect(!text.contains("\"outputGates\" :"))
    let record = try LoadedRun.load(RunFolder(path: folder / "run")).record
    #expect(record.lineage.map(\.id) == ["A0", "A2", "A1"])
  }

  /// A growth that is due all the time waits until gates are open.
  @Test func growthsByLossWaitForTheRamp() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      [
        "train", "tiny.yaml", "--run", "run", "--set", "growth.method=annealed-gate",
        "--set", "model.layers=3", "--set", "growth.gateSteps=7", "--set", "training.steps=30",
        "--set", "growth.schedule.kind=plateau", "--set", "growth.schedule.window=2",
        "--set", "growth.schedule.threshold=1",
      ]
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let plan = try LoadedRun.load(RunFolder(path: folder / "run")).record.plan
    #expect(plan.stages.map(\.stepCount) == [6, 7, 17])
  }

  /// Strategies with gates take part in comparisons, ramps counted from the growth, and the plan's own is the
  /// ordinary run to the last bit.
  @Test(arguments: ["drop-in", "trained-gate"])
  func gatedStrategiesAreCompared(method: String) async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let settings = [
      "--set", "growth.method=\(method)", "--set", "growth.gateSteps=6",
    ]
    let pool = "midas,annealed-gate,drop-in,trained-gate,fixed-gate"
    let lag = try await espalier.run(
      ["lag", "tiny.yaml"] + settings + [
        "--pool", pool, "--seeds", "0", "--lags", "0,3", "--steps", "9", "--output", "lag",
      ]
    )
    #expect(lag.code == 0, "\(lag.errors)")
    #expect(try await espalier.run(arguments(method, "--run", "run")).code == 0)
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "lag/lag.json"))
    let record = try JSONDecoder().decode(LagRecord.self, from: data)
    let ordinary = try losses(folder, "run")
    let place = try #require(record.strategies.firstIndex { $0.name == method })
    let own = try #require(record.losses[0][place])
    #expect(own[1] == ordinary[12])
    #expect(own[2] == ordinary[18])
    let before = try #require(ordinary[9])
    for (strategy, losses) in zip(record.strategies, record.losses[0]) {
      let atOnce = try #require(losses).first ?? .nan
      if strategy.preservesFunction == .exact {
        #expect(abs(atOnce - before) < 1e-5, "\(strategy.name)")
      } else {
        #expect(abs(atOnce - before) > 1e-4, "\(strategy.name)")
      }
    }
  }

  private static let checkpoint = "reference/checkpoints/step-00000018"

  /// Fixed gates that are folded are a scaled copy, closed ones a copy that adds nothing.
  @Test(
    arguments: [
      (["fixed-gate", "--scale", "0.375"], ["scaled-copy", "--scale", "0.375"], "held"),
      (["trained-gate"], ["zero-output-copy"], "trained"),
    ]
  )
  func aCheckpointIsGatedAndFolded(
    gated: [String],
    plain: [String],
    kind: String
  ) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    func grow(_ source: String, _ method: [String], _ output: String) async throws -> String {
      let outcome = try await espalier.run(
        ["grow", source, "--output", output, "--method"] + method
      )
      #expect(outcome.code == 0, "\(outcome.errors)")
      return outcome.output
    }
    #expect(try await grow(Self.checkpoint, gated, "gated").contains("gates"))
    let state = try CheckpointGrowth(path: folder / "gated/step-00000018").state
    #expect(state.configuration.outputGates?.rawValue == kind)
    let text = try await grow("gated/step-00000018", ["fold-gates"], "folded")
    #expect(text.contains("gates folded into the output projections"))
    #expect(text.contains("the grown model computes the same function"))
    _ = try await grow(Self.checkpoint, plain, "plain")
    let folded = try StoredCheckpoint.open(folder / "folded/step-00000018").load().model
    let copied = try StoredCheckpoint.open(folder / "plain/step-00000018").load().model
    #expect(folded.map(\.name) == copied.map(\.name))
    for (one, other) in zip(folded, copied) {
      // As numbers, of which -0 is 0.
      #expect(one.array.values(as: Float.self) == other.array.values(as: Float.self), "\(one.name)")
    }
    // The gated model can be grown in width and again in depth, and read.
    let wide = try await espalier.run(
      ["grow", "gated/step-00000018", "--feed-forward", "40", "--output", "wide"]
    )
    #expect(wide.code == 0, "\(wide.errors)")
    _ = try await grow("wide/step-00000018", ["random"], "deep")
    let deep = try StoredCheckpoint.open(folder / "deep/step-00000018").load().model
    let gates = try #require(deep.first { $0.name == "layers.outputGates" })
    #expect(gates.array.shape == [4, 2])
    // A run cannot begin with it, since no recipe's first stage has gates.
    let train = try await espalier.run([
      "train", "tiny.yaml", "--set", "model.layers=3", "--set", "growth.method=none", "--from",
      "gated/step-00000018", "--run", "run",
    ])
    #expect(
      train.errorLines.first
        == "error: gated/step-00000018: has output gates \(kind), but the recipe's first stage needs none; "
        + "change the recipe or grow the checkpoint"
    )
  }

  @Test func whatGatesCannotDoIsRefusedBeforeAnythingIsWritten() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    func message(_ arguments: String...) async throws -> String? {
      let output = arguments[0] == "grow" ? "--output" : "--run"
      let outcome = try await espalier.run(arguments + [output, "new"])
      #expect(outcome.code != 0)
      #expect(!FileManager.default.fileExists(atPath: folder / "new"))
      return outcome.errorLines.first
    }
    for method in ["annealed-gate", "masked-ramp", "drop-in"] {
      let text = try await message("grow", Self.checkpoint, "--method", method)
      #expect(text?.contains("takes place while training; name the method in a recipe's") == true)
    }
    #expect(
      try await message("grow", Self.checkpoint, "--method", "fold-gates")
        == "error: fold-gates needs output gates, but the model has none; grow it by an operator that brings "
        + "some, such as trained-gate, first"
    )
    let annealed = "growth.method=annealed-gate"
    #expect(
      try await message("train", "tiny.yaml", "--set", annealed, "--set", "growth.gateSteps=10")
        == "error: --set growth.gateSteps=10: growth.gateSteps: needs at most 9, the steps of stage 2; gates of "
        + "new layers are open before the next growth; got 10"
    )
    let plan = try await espalier.run(["plan", "tiny.yaml", "--set", annealed])
    #expect(plan.errorLines.count == 1)
    #expect(
      try await message("train", "tiny.yaml", "--set", annealed, "--set", "growth.gateSteps=0")
        == "error: --set growth.gateSteps=0: growth.gateSteps: needs a positive whole number; got 0"
    )
    #expect(
      try await message("train", "tiny.yaml", "--set", "growth.scale=.nan")?
        .contains("growth.scale: needs a number") == true
    )
    #expect(
      try await message(
        "train",
        "tiny.yaml",
        "--set",
        "growth.method=adaptive",
        "--set",
        "growth.adaptive.pool=midas trained-gate"
      )
        == "error: --set growth.adaptive.pool=midas trained-gate: growth.adaptive.pool: needs methods without "
        + "output gates; trained-gate brings some; got \"midas trained-gate\""
    )
  }
}
