import EspalierTestSupport
import Foundation
import Growing
import Runs
import Testing
import Training

/// Tied layers in whole commands.
@Suite struct TyingTests {
  private static let growth = [
    "--set", "model.layers=4", "--set", "growth.method=sequence", "--set",
    "growth.sequence=loop-unroll loop-unroll untie", "--set", "growth.blockSize=1",
  ]

  @Test func theTableTellsStoredFromAppliedLayers() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(["plan", "tiny.yaml"] + Self.growth)
    #expect(outcome.errors == "")
    let rows = outcome.output.split(separator: "\n").map {
      $0.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
    }
    let stages = rows.filter { $0.count >= 6 && Int($0[0]) != nil }
    #expect(stages.map { $0[2] } == ["1", "2 (1 stored)", "4 (1 stored)", "4"])
    #expect(Set(stages.prefix(3).map { $0[3] }).count == 1)
    #expect(stages.map { $0.last }.suffix(3) == ["tied [0 0]", "tied [0 0 0 0]", "[0 0 0 0]"])
    #expect(outcome.output.contains("3  █==="))
    #expect(outcome.output.contains("= tied"))
  }

  /// The record of a run that ends tied names the layers as they run, and can be read.
  @Test func aRunMayEndTied() async throws {
    let folder = try await Workshop.ready().copy()
    let arguments = [
      "train", "tiny.yaml", "--set", "model.layers=4", "--set", "growth.method=loop-unroll",
      "--set", "growth.firstLayers=1", "--run", "tied",
    ]
    let outcome = try await EspalierProcess(folder: folder.path).run(arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let run = try LoadedRun.load(RunFolder(path: folder / "tied"))
    #expect(run.record.lineage.map(\.id) == ["A0", "A0", "A0", "A0"])
    #expect(run.record.outcome.status == .completed)
  }

  /// Killed while tied and killed behind untying, a run ends as one that was left alone.
  @Test(arguments: ["unrolled", "scan"])
  func aTiedRunEndsAsOneLeftAlone(execution: String) async throws {
    let folder = try await Workshop.ready().copy()
    let arguments =
      ["train", "tiny.yaml"] + Self.growth + ["--set", "model.layerExecution=\(execution)"]
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      arguments,
      killedAt: ["step 8/18", "step 15: grew"]
    )
    let run = try LoadedRun.load(RunFolder(path: folder / "whole"))
    #expect(run.record.lineage.map(\.id) == ["A0", "A1", "A2", "A3"])
    #expect(run.record.plan.growths.map(\.layerOrder) == [[0, 0], [0, 0, 0, 0], nil])
  }

  @Test func aCheckpointIsTiedAndUntied() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let start = "reference/checkpoints/step-00000018"
    let tied = try await espalier.run([
      "grow", start, "--method", "loop-unroll", "--output", "tied",
    ])
    #expect(tied.code == 0, "\(tied.errors)")
    #expect(tied.output.contains("the layers run in the order [0 1 0 1]"))
    let model = try CheckpointGrowth(path: folder / "tied/step-00000018").model
    #expect(model.configuration.layerOrder == [0, 1, 0, 1])
    #expect(model.configuration.layerCount == 2)
    #expect(throws: GrowthError.tiedLayers(operatorName: "the growth")) {
      try CheckpointGrowth(path: folder / "tied/step-00000018").write(
        grownBy: GrowthOperator.midas.step(fromDepth: 2, blockSize: 1),
        to: folder / "no"
      )
    }
    let untied = try await espalier.run([
      "grow", "tied/step-00000018", "--method", "untie", "--output", "untied",
    ])
    #expect(untied.code == 0, "\(untied.errors)")
    let stacked = try await espalier.run([
      "grow", start, "--method", "stack", "--output", "stacked",
    ])
    #expect(stacked.code == 0, "\(stacked.errors)")
    for file in ["model.safetensors", "optimizer.safetensors"] {
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: folder / "untied/step-00000018/\(file)"))
          == Data(contentsOf: URL(fileURLWithPath: folder / "stacked/step-00000018/\(file)"))
      )
    }
    func error(_ arguments: [String]) async throws -> [String] {
      let outcome = try await espalier.run(["grow"] + arguments + ["--output", "no"])
      #expect(outcome.code != 0)
      #expect(!FileManager.default.fileExists(atPath: folder / "no"))
      return outcome.errorLines.filter { $0.hasPrefix("error: ") }
    }
    #expect(
      try await error([start, "--method", "untie"]) == [
        "error: untie needs tied layers, but each of the 2 layers has weights of its own; tie some "
          + "by loop-unroll first"
      ]
    )
    #expect(
      try await error(["tied/step-00000018", "--map", "0,1,1"]) == [
        "error: a layer map needs layers of their own, but some share their weights; untie them "
          + "first"
      ]
    )
    #expect(try await error(["tied/step-00000018", "--method", "midas"]).count == 1)
  }
}
