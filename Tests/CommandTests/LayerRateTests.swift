import Arrays
import Checkpoints
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Learning rates of new and old layers that differ, in whole runs.
@Suite struct LayerRateTests {
  private func arguments(_ policy: String) -> [String] {
    [
      "train", "tiny.yaml", "--set", "model.layers=3", "--set", "growth.method=gradstack",
      "--set", "growth.learningRate.policy=\(policy)",
      "--set", "growth.learningRate.boostFactor=3", "--set", "growth.learningRate.boostSteps=4",
      "--set", "checkpoints.keep=9",
    ]
  }

  private func tensor(_ name: String, _ folder: TemporaryFolder, _ step: Int) throws -> HostArray {
    let number = String(repeating: "0", count: 8 - "\(step)".count) + "\(step)"
    return try StoredCheckpoint.open(folder / "run/checkpoints/step-\(number)").model()
      .array(named: name)
  }

  @Test(arguments: ["boost", "freeze-old"])
  func aKilledRunEndsAsOneLeftAlone(policy: String) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(arguments(policy), killedAt: ["step 8/18"])
    // And it is another run than one that treats layers alike.
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(arguments("global") + ["--run", "alike"]).code == 0)
    #expect(try folder.checkpoint(of: "alike")[0] != folder.checkpoint(of: "whole")[0])
  }

  /// 1 -> 2 -> 3 layers in 6 steps each; layer 0 stands still in the second stage alone.
  @Test func frozenLayersStayAsTheyAre() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      arguments("freeze-old") + ["--run", "run"]
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    for name in ["layers.query", "layers.attentionNorm", "layers.down"] {
      let before = try tensor(name, folder, 6)
      let after = try tensor(name, folder, 12)
      #expect(after.gatheringRows([0]) == before)
      #expect(after.gatheringRows([1]) != before)
      #expect(try tensor(name, folder, 18).gatheringRows([0]) != before)
    }
    #expect(try tensor("embedding", folder, 12) != tensor("embedding", folder, 6))
  }

  /// Every trial of a comparison boosts its own new layers, and the plan's own strategy is the ordinary run.
  @Test func strategiesAreTriedWithTheirOwnRates() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let settings = [
      "--set", "growth.learningRate.policy=boost", "--set", "growth.learningRate.boostSteps=4",
    ]
    let lag = try await espalier.run(
      ["lag", "tiny.yaml"] + settings + [
        "--pool", "midas,random:0", "--seeds", "0", "--lags", "0,3", "--steps", "9", "--output",
        "lag", "--json",
      ]
    )
    #expect(lag.code == 0, "\(lag.errors)")
    #expect(try await espalier.run(["train", "tiny.yaml", "--run", "run"] + settings).code == 0)
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    let last = try #require(run.metrics.records.last?.validationLoss)
    #expect(lag.output.contains("\(last)"))
  }
}
