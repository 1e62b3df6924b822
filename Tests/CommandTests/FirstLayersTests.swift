import EspalierTestSupport
import Foundation
import Runs
import Testing
import Training

/// Runs that begin with one layer or with none and jump to full depth.
@Suite struct FirstLayersTests {
  @Test(
    arguments: [
      (0, "jump-random", "unrolled"), (0, "jump-zero-output", "scan"), (1, "jump-random", "scan"),
      (1, "jump-copy", "unrolled"),
    ]
  )
  func aRunFromFewLayersEndsAsOneLeftAlone(
    first: Int,
    method: String,
    execution: String
  ) async throws {
    let folder = try await Workshop.ready().copy()
    let arguments = [
      "train", "tiny.yaml", "--set", "growth.firstLayers=\(first)", "--set",
      "growth.method=\(method)", "--set", "model.layers=3", "--set",
      "model.layerExecution=\(execution)",
    ]
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      arguments,
      killedAt: ["step 5/18", "step 11/18"]
    )
    let run = try LoadedRun.load(RunFolder(path: folder / "whole"))
    #expect(run.record.plan.stages.map(\.layers) == [first, 3])
    let losses = run.metrics.records.compactMap(\.loss)
    try #require(losses.count == 18)
    #expect(losses[0] > losses[8])
    if method == "jump-zero-output" {
      // The first step behind the growth sees the function as it was before.
      #expect(abs(losses[9] - losses[8]) < 0.5)
    }
  }

  @Test func aPlanFromNothingIsDrawnAndOthersAreRefused() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    func plan(_ method: String) async throws -> EspalierProcess.Outcome {
      try await espalier.run([
        "plan", "tiny.yaml", "--set", "growth.firstLayers=0", "--set", "growth.method=\(method)",
        "--drawing", "plan.svg",
      ])
    }
    let jump = try await plan("jump-zero-output")
    #expect(jump.code == 0, "\(jump.errors)")
    #expect(jump.output.contains("[* *]"))
    let drawing = try String(contentsOfFile: folder / "plan.svg", encoding: .utf8)
    #expect(drawing.contains("0 layers"))
    let midas = try await plan("midas")
    #expect(midas.code != 0)
    #expect(
      midas.errors.contains(
        "midas needs at least one layer to grow from; begin with one, or grow by jump-random or "
          + "jump-zero-output"
      )
    )
  }
}
