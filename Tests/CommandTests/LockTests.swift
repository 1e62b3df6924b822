import EspalierTestSupport
import Files
import Foundation
import Testing

/// Two processes cannot train into one folder, and one that died does not stand in the way of the next.
@Suite struct LockTests {
  private static func refusal(_ folder: String) -> String {
    "error: \(folder): another process is at work in this folder; wait until it ends, or stop it, and "
      + "try again\n"
  }

  @Test func aRunThatIsTrainedIsNotResumedBesides() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let espalier = EspalierProcess(folder: folder.path)
    let first = try LiveCommand(["train", "tiny.yaml", "--run", "run"], in: folder.path)
    // It cannot end before its log is read on.
    #expect(try first.reads(lineBeginning: "step 2/18"))
    let second = try await espalier.run(["resume", "run"])
    #expect(second.code == 1)
    #expect(second.errors == Self.refusal("run"))
    #expect(second.output == "")
    first.send(SIGKILL)
    #expect(try first.finish() == .uncaughtSignal)
    // The lock has gone with the process.
    let third = try await espalier.run(["resume", "run"])
    #expect(third.code == 0, "\(third.errors)")
    let reference = "\(workshop.folder)/reference/checkpoints/step-00000018/model.safetensors"
    #expect(
      try folder.checkpoint(of: "run")[0] == Data(contentsOf: URL(fileURLWithPath: reference))
    )
  }

  @Test func aRunIsNotBegunWhereAnotherIsBeingBegun() async throws {
    let folder = try await Workshop.ready().copy()
    try folder.makeFolder("run")
    try await expectRefusal(of: ["train", "tiny.yaml", "--run", "run"], in: folder, "run")
  }

  /// The test's own process holds the lock here.
  @Test func aStudyBelongsToOneProcess() async throws {
    let folder = try await Workshop.ready().copy()
    for arguments in [
      ["lag", "tiny.yaml", "--pool", "midas,random", "--output", "study"],
      ["sweep", "tiny.yaml", "other.yaml", "--output", "study"],
    ] {
      let other = Workshop.recipe.replacing("tiny", with: "other")
      try other.write(toFile: folder / "other.yaml", atomically: true, encoding: .utf8)
      try folder.makeFolder("study")
      try await expectRefusal(of: arguments, in: folder, "study")
    }
  }

  /// Runs a command while this process holds the lock of a folder.
  private func expectRefusal(
    of arguments: [String],
    in folder: TemporaryFolder,
    _ name: String
  ) async throws {
    let lock = try FolderLock(folder / name)
    let outcome = try await EspalierProcess(folder: folder.path).run(arguments)
    lock.whileHeld {
      #expect(outcome.code == 1)
      #expect(outcome.errors.hasSuffix(Self.refusal(name)))
      #expect(outcome.output == "")
    }
    let files = try FolderContents(folder / name).files.keys
    #expect(Array(files) == [".lock"])
  }
}
