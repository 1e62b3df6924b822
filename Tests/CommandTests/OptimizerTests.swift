import Checkpoints
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Runs whose parameters are updated by several rules.
@Suite struct OptimizerTests {
  private static let muon = ["--set", "training.optimizer.kind=muon"]

  @Test func aRunWithMuonGrowsAndGoesOnToTheSameBits() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let train = ["train", "tiny.yaml", "--set", "checkpoints.keep=9"] + Self.muon
    let outcome = try await espalier.run(train + ["--run", "whole"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let checkpoint = try StoredCheckpoint.open(folder / "whole/checkpoints/step-00000018").load()
    let slots = checkpoint.optimizer.map(\.name)
    #expect(slots.contains("momentum.layers.query"))
    #expect(!slots.contains("firstMoment.layers.query"))
    #expect(slots.contains("firstMoment.embedding"))
    let run = try LoadedRun.load(RunFolder(path: folder / "whole"))
    let flops = run.metrics.records.compactMap(\.optimizerFlops)
    // Twice the layers take twice the products: nine steps with one, nine with two.
    #expect(flops.count == 18)
    #expect(flops[17] - flops[8] == 2 * flops[8])

    try LiveCommand.runKilled(
      train + ["--run", "killed"],
      atLineBeginning: "step 2/18",
      in: folder.path
    )
    #expect(try await espalier.run(["resume", "killed"]).code == 0)
    #expect(try folder.checkpoint(of: "killed") == folder.checkpoint(of: "whole"))
  }

  @Test func anotherOptimizersSlotsAreNamed() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let train =
      ["train", "tiny.yaml", "--set", "growth.method=none", "--from", "reference", "--run", "run"]
      + Self.muon
    let refused = try await espalier.run(train)
    #expect(refused.code == 1)
    #expect(
      refused.errorLines.suffix(2) == [
        "error: reference/checkpoints/step-00000018: its optimizer remembers "
          + "firstMoment.layers.query, firstMoment.layers.key and 12 more, but the recipe's needs "
          + "momentum.layers.query, momentum.layers.key and 5 more; keep the optimizer that the "
          + "model was trained with, or begin anew with the weights alone",
        "hint: `espalier train --from CHECKPOINT --optimizer reset` begins anew with the weights",
      ]
    )
    #expect(!FileManager.default.fileExists(atPath: folder / "run"))
    let outcome = try await espalier.run(train + ["--optimizer", "reset"])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }
}
