import Checkpoints
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Runs that begin with a saved model.
@Suite struct TrainFromTests {
  private static let grown = "deep/step-00000018"

  /// A folder with the reference run's last checkpoint grown to three layers.
  private func folder() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "grow", "reference/checkpoints/step-00000018", "--method", "gradstack", "--block-size", "1",
      "--output", "deep",
    ])
    try #require(outcome.code == 0, "\(outcome.errors)")
    return folder
  }

  private func arguments(_ run: String, _ more: String...) -> [String] {
    [
      "train", "tiny.yaml", "--set", "model.layers=3", "--set", "growth.method=none",
      "--set", "checkpoints.keep=9", "--from", Self.grown, "--run", run,
    ] + more
  }

  @Test func aRunGoesOnFromAGrownCheckpoint() async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run(arguments("run"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let start = try StoredCheckpoint.open(folder / "run/checkpoints/step-00000000").load()
    let grown = try StoredCheckpoint.open(folder / Self.grown).load()
    #expect(start.model == grown.model)
    #expect(start.optimizer == grown.optimizer)
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(
      run.record.origin == OriginRecord(checkpoint: Self.grown, step: 18, optimizer: "keep")
    )
    #expect(run.record.outcome.finalStep == 18)
    // A model that has been trained is ahead of a fresh one.
    let reference = try await Workshop.ready().reference
    let (first, fresh) = (run.metrics.records.first?.loss, reference.metrics.records.first?.loss)
    #expect(try #require(first) < #require(fresh) - 0.1)
  }

  @Test func theOptimizerCanBeginAnew() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(arguments("run", "--optimizer", "reset"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    let start = try StoredCheckpoint.open(folder / "run/checkpoints/step-00000000").load()
    #expect(start.optimizer.allSatisfy { $0.array.bytes.allSatisfy { $0 == 0 } })
    #expect(try start.model == StoredCheckpoint.open(folder / Self.grown).load().model)
    #expect(try await espalier.run(arguments("kept")).code == 0)
    #expect(try folder.checkpoint(of: "run") != folder.checkpoint(of: "kept"))
  }

  /// Nothing but the run's own folder is needed to go on.
  @Test(arguments: ["compiling the training step for 3", "step 2/18"])
  func aKilledRunGoesOnWithoutItsOrigin(moment: String) async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(arguments("whole")).code == 0)
    try LiveCommand.runKilled(arguments("killed"), atLineBeginning: moment, in: folder.path)
    try FileManager.default.removeItem(atPath: folder / "deep")
    let outcome = try await espalier.run(["resume", "killed"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.checkpoint(of: "killed") == folder.checkpoint(of: "whole"))
  }

  @Test func aRunStandsForItsNewestCheckpoint() async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "train", "tiny.yaml", "--set", "growth.method=none", "--from", "reference", "--run", "run",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let origin = try LoadedRun.load(RunFolder(path: folder / "run")).record.origin
    #expect(origin?.checkpoint.hasSuffix("reference/checkpoints/step-00000018") == true)
  }

  @Test func whatDoesNotFitIsRefusedBeforeAnythingIsWritten() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    func message(_ more: String...) async throws -> String? {
      let outcome = try await espalier.run(
        ["train", "tiny.yaml", "--run", "run", "--set", "growth.method=none"] + more
      )
      #expect(outcome.code != 0)
      #expect(!FileManager.default.fileExists(atPath: folder / "run"))
      return outcome.errorLines.first
    }
    #expect(
      try await message("--from", Self.grown)
        == "error: deep/step-00000018: has layers 3, but the recipe's first stage needs 2; change "
        + "the recipe or grow the checkpoint"
    )
    #expect(
      try await message("--from", "reference", "--set", "model.width=32")?
        .contains("has model.width 16, but the recipe's first stage needs 32") == true
    )
    #expect(
      try await message("--optimizer", "reset")?.contains("--optimizer: needs --from") == true
    )
    #expect(try await message("--from", "nowhere")?.contains("nowhere") == true)
    #expect(try await message("--from", "")?.contains("--from: needs a folder") == true)
    try FileManager.default.removeItem(atPath: folder / "reference/checkpoints")
    #expect(
      try await message("--from", "reference")?.contains("reference") == true
    )
  }

  @Test func aRunWithoutItsFirstCheckpointSaysSo() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    try LiveCommand.runKilled(arguments("run"), atLineBeginning: "step 2/18", in: folder.path)
    let checkpoints = folder / "run/checkpoints"
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints) {
      try FileManager.default.removeItem(atPath: "\(checkpoints)/\(name)")
    }
    let outcome = try await espalier.run(["resume", "run"])
    #expect(outcome.code != 0)
    #expect(outcome.errors.contains("delete the folder and train from deep/step-00000018 again"))
  }
}
