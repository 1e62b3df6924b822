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

  /// A run whose newest checkpoint is damaged still stands for a model, and the user learns which.
  @Test func aDamagedNewestCheckpointIsPassedOverAndSaidSo() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let arguments = [
      "train", "tiny.yaml", "--set", "growth.method=none", "--from", "reference", "--run", "run",
    ]
    let checkpoints = "reference/checkpoints"
    let newest = "\(checkpoints)/step-00000018"
    try folder.change("\(newest)/model.safetensors") { $0[$0.count / 2] ^= 4 }
    let outcome = try await espalier.run(arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let notes = outcome.errorLines.filter { $0.hasPrefix("note: ") }
    try #require(notes.count == 2)
    let skipped = "note: skipped the checkpoint \(newest): \(newest)/model.safetensors: needs "
    #expect(notes[0].hasPrefix(skipped))
    #expect(notes[1] == "note: beginning with \(checkpoints)/step-00000015 instead")
    let record = try RunStore(RunFolder(path: folder / "run")).record()
    #expect(record.origin?.checkpoint == "\(checkpoints)/step-00000015")
    #expect(record.origin?.step == 15)

    try FileManager.default.removeItem(atPath: folder / "run")
    try folder.change("\(checkpoints)/step-00000015/state.json") { $0 = $0.dropLast(9) }
    let refused = try await espalier.run(arguments)
    #expect(refused.code == 1)
    #expect(refused.errorLines.count { $0.hasPrefix("note: skipped the checkpoint") } == 2)
    #expect(
      refused.errorLines.suffix(2) == [
        "error: reference: holds no complete checkpoint to begin with; name another",
        "hint: --from names what to begin with",
      ]
    )
    #expect(!FileManager.default.fileExists(atPath: folder / "run"))
  }

  /// In the middle of the checkpoint of step 0 there is no run yet that could lack it, and the same command begins again:
  /// where the checkpoint could not be written, and where the process was killed.
  @Test(arguments: [false, true]) func aRunThatEndsWhileItBeginsIsBegunAgain(
    isKilled: Bool
  ) async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(arguments("whole")).code == 0)
    let refused = try await EspalierProcess(folder: folder.path, largestFile: 100)
      .run(arguments("run", "--no-cache"))
    #expect(refused.code == 1)
    #expect(refused.errors.contains("`ulimit -f`"))
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder / "run")
    #expect(Set(left) == [".lock", "checkpoints"])
    if isKilled {
      let model = try folder.read("whole/checkpoints/step-00000000/model.safetensors")
      try folder.write(
        model.prefix(51_200),
        to: "run/checkpoints/.step-00000000.partial/model.safetensors"
      )
    }
    let outcome = try await espalier.run(arguments("run"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.checkpoint(of: "run") == folder.checkpoint(of: "whole"))
  }

  /// What a run leaves that is killed between the checkpoint of step 0 and `run.json`.
  @Test func aFolderWithTheStartAloneIsBegunAgain() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(arguments("whole")).code == 0)
    try folder.makeFolder("run/checkpoints")
    // Of another model, so that a run that took it would be seen.
    try FileManager.default.copyItem(
      atPath: folder / "reference/checkpoints/step-00000018",
      toPath: folder / "run/checkpoints/step-00000000"
    )
    let resumed = try await espalier.run(["resume", "run"])
    #expect(resumed.errors.contains("run: is not a run folder"))
    // Drawn weights would be replaced by these when the run is resumed.
    let fresh = try await espalier.run(["train", "tiny.yaml", "--run", "run"])
    #expect(fresh.errors.contains("run: holds checkpoints but no run.json"))
    let outcome = try await espalier.run(arguments("run"))
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.checkpoint(of: "run") == folder.checkpoint(of: "whole"))
  }

  /// The command that the hint names makes a model that can be trained on.
  @Test func whatARecipeCannotStateIsGrownOnAsTheErrorSays() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let grown = try await espalier.run([
      "grow", "reference/checkpoints/step-00000018", "--output", "odd", "--method", "loop-unroll",
    ])
    #expect(grown.code == 0, "\(grown.errors)")
    let train = [
      "train", "tiny.yaml", "--set", "growth.method=none", "--run", "run", "--set",
      "model.layers=4",
    ]
    let refused = try await espalier.run(train + ["--from", "odd/step-00000018"])
    #expect(refused.code == 1)
    try #require(refused.errorLines.count > 1)
    let (error, hint) = (refused.errorLines.suffix(2).first ?? "", refused.errorLines.last ?? "")
    #expect(error.hasPrefix("error: odd/step-00000018: has tied layers"))
    #expect(!FileManager.default.fileExists(atPath: folder / "run"))

    let advice = try #require(hint.split(separator: "`").dropFirst().first)
    let words = advice.split(separator: " ").map { $0 == "FOLDER" ? "even" : String($0) }
    try #require(words.first == "espalier")
    let followed = try await espalier.run(Array(words.dropFirst()))
    #expect(followed.code == 0, "\(followed.errors)")
    let outcome = try await espalier.run(train + ["--from", "even/step-00000018"])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }

  /// Heads that are not the width over their number are stated by their size.
  @Test(
    arguments: [
      (
        ["--width", "24"], ["model.width=24", "model.headCount=2"],
        "has model.headSize 8, but the recipe's first stage needs 12"
      ),
      (["--heads", "3"], ["model.headCount=3"], "needs a multiple of model.headCount (3); got 16"),
    ]
  )
  func headsOfTheirOwnSizeAreTrainedOn(
    growth: [String],
    settings: [String],
    reason: String
  ) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let grown = try await espalier.run(
      ["grow", "reference/checkpoints/step-00000018", "--output", "odd"] + growth
    )
    #expect(grown.code == 0, "\(grown.errors)")
    let train =
      ["train", "tiny.yaml", "--set", "growth.method=none", "--run", "run"]
      + settings.flatMap { ["--set", $0] } + ["--from", "odd/step-00000018"]
    let refused = try await espalier.run(train)
    #expect(refused.code != 0 && refused.errors.contains(reason))
    let outcome = try await espalier.run(train + ["--set", "model.headSize=8"])
    #expect(outcome.code == 0, "\(outcome.errors)")
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
