import EspalierTestSupport
import Foundation
import Runs
import Testing

/// A run that was stopped, however and wherever, ends as the one that was left alone.
///
/// The command is held up by its own log, see ``LiveCommand``: a signal sent when a line has been read
/// reaches it within a few lines of that one.
@Suite struct ResumeTests {
  /// Lines of the log: steps, checkpoints, the growth after step 9 and the compilation behind it.
  static let moments = [
    "compiling the training step for 1", "step 2/18", "step 3: saved", "step 5/18",
    "step 8/18", "step 9: saved", "step 9: grew", "compiling the training step for 2", "step 10/18",
  ]

  /// A run that was killed says how far it had come when it was last saved.
  @Test func theRecordOfAKilledRunIsThatOfItsLastCheckpoint() async throws {
    let folder = try await Workshop.ready().copy()
    try LiveCommand.runKilled(
      ["train", "tiny.yaml", "--run", "killed"],
      atLineBeginning: "step 14/18",
      in: folder.path
    )
    let record = try LoadedRun.load(RunFolder(path: folder / "killed")).record
    #expect(record.outcome.status == .running)
    #expect(record.finishedAt == nil)
    // A checkpoint comes every three steps, and a fast run may be behind the next one by now.
    #expect([12, 15].contains(record.outcome.finalStep))
    #expect(record.outcome.tokens == record.outcome.finalStep * 64)
    #expect(record.outcome.finalLoss != nil)
  }

  @Test(arguments: moments) func aKilledRunEndsAsOneLeftAlone(moment: String) async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    try LiveCommand.runKilled(
      ["train", "tiny.yaml", "--run", "run"],
      atLineBeginning: moment,
      in: folder.path
    )

    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// Decorations, policies and noise are all decided by the recipe and the step.
  @Test(arguments: ["noisy-copy", "zero-output-random"])
  func aRunThatGrowsByAnyOperatorEndsAsOneLeftAlone(method: String) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      [
        "train", "tiny.yaml", "--set", "growth.method=\(method)", "--set",
        "growth.optimizerState=zero-new", "--set", "growth.learningRate.policy=rewarm", "--set",
        "growth.learningRate.rewarmSteps=5",
      ],
      killedAt: ["step 9: grew"]
    )
  }

  @Test func aRunKilledAgainAndAgainEndsAsOneLeftAlone() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    var arguments = ["train", "tiny.yaml", "--run", "run"]
    for moment in ["step 4/18", "step 4/18", "step 7/18", "step 9: grew", "step 11/18"] {
      try LiveCommand.runKilled(arguments, atLineBeginning: moment, in: folder.path)
      arguments = ["resume", "run"]
    }
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// The system kills a process that writes a file larger than it may: here the optimizer's of the
  /// first checkpoint with two layers, in the middle of the file.
  @Test func aRunKilledWhileItSavesEndsAsOneLeftAlone() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    // Whoever runs the tests may have had it ignored.
    signal(SIGXFSZ, SIG_DFL)
    let outcome = try await limited(folder, "").run(["train", "tiny.yaml", "--run", "run"])
    #expect(outcome.wasKilled)
    #expect(outcome.code == SIGXFSZ)
    #expect(outcome.errors.contains("step 9: saved"))
    #expect(!outcome.errors.contains("step 12: saved"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder / "run/checkpoints")
        .contains(".step-00000012.partial")
    )
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// With the signal ignored, the same limit is an error to the writer, as a full disk is.
  @Test func aCheckpointThatCannotBeWrittenIsAnErrorAndLosesNothing() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let outcome = try await limited(folder, "trap '' XFSZ; ")
      .run(["train", "tiny.yaml", "--run", "run"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.suffix(2) == [
        "error: run/checkpoints/.step-00000012.partial/optimizer.safetensors: cannot write: "
          + "File too large (error 27)",
        "hint: `espalier resume run` goes on from the last checkpoint",
      ]
    )
    let record = try RunStore(RunFolder(path: folder / "run")).record()
    #expect(record.outcome.status == .failed)
    #expect(record.outcome.message?.contains("File too large") == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder / "run/checkpoints").sorted()
        == ["step-00000006", "step-00000009"]
    )
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// The run lies on a disk that two checkpoints fit on and three do not.
  @Test(.enabled("needs a disk of its own") { try await canMount() })
  func aFullDiskIsAnErrorAndLosesNothing() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    try folder.makeFolder("run")
    let mounted = EspalierProcess(
      folder: folder.path,
      launcher: Self.ownMounts + [
        "mount -t tmpfs -o size=1200k none run; \"$0\" \"$@\"; code=$?; cp -r run kept; exit $code"
      ]
    )
    let outcome = try await mounted.run(["train", "tiny.yaml", "--run", "run"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.suffix(2) == [
        "error: run/checkpoints: the disk is full, so the checkpoint of step 9 was not written and "
          + "earlier ones were kept; free some space and resume the run",
        "hint: `espalier resume run` goes on from the last checkpoint",
      ]
    )
    try FileManager.default.removeItem(atPath: folder / "run")
    try FileManager.default.moveItem(atPath: folder / "kept", toPath: folder / "run")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder / "run/checkpoints").sorted()
        == ["step-00000003", "step-00000006"]
    )
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// A shell that sees mounts of its own, where the system allows that.
  private static let ownMounts = [
    "/usr/bin/env", "unshare", "--map-root-user", "--mount", "sh", "-c",
  ]

  private static func canMount() async throws -> Bool {
    let folder = try TemporaryFolder()
    let probe = EspalierProcess(
      folder: folder.path,
      launcher: ownMounts + ["mount -t tmpfs -o size=100k none . && \"$0\" --version"]
    )
    return try await probe.run([]).code == 0
  }

  @Test(arguments: [SIGINT, SIGTERM]) func aSignalSavesAndSaysHowToGoOn(
    signal: Int32
  ) async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let command = try LiveCommand(["train", "tiny.yaml", "--run", "run"], in: folder.path)
    #expect(try command.reads(lineBeginning: "step 4/18"))
    command.send(signal)
    #expect(try command.finish() == .exit)
    #expect(command.process.terminationStatus == 130)
    #expect(command.lines.contains { $0.hasPrefix("Stopping after the step in flight") })
    #expect(command.lines.last == "  espalier resume run")

    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.record.outcome.status == .interrupted)
    let step = run.record.outcome.finalStep
    #expect((4..<Workshop.stepCount).contains(step))
    #expect(command.lines.contains { $0.hasPrefix("Stopped after step \(step) of 18") })
    #expect(command.lines.contains { $0.hasPrefix("step \(step): saved") })
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  @Test func aSecondSignalQuitsAtOnce() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let command = try LiveCommand(["train", "tiny.yaml", "--run", "run"], in: folder.path)
    #expect(try command.reads(lineBeginning: "step 4/18"))
    // Two signals of one kind could arrive as one.
    command.send(SIGINT)
    command.send(SIGTERM)
    #expect(try command.finish() == .exit)
    #expect(command.process.terminationStatus == 130)
    #expect(!command.lines.contains { $0.hasPrefix("Stopped after") })
    #expect(try RunStore(RunFolder(path: folder / "run")).record().outcome.status == .running)
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  @Test func aCompleteRunIsLeftAsItIs() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy(withReference: true)
    let before = try FolderContents(folder / "reference")
    let outcome = try await EspalierProcess(folder: folder.path).run(["resume", "reference"])
    #expect(outcome.code == 0)
    #expect(
      outcome.errors == "reference: is complete, there is nothing to go on with\n"
    )
    #expect(try FolderContents(folder / "reference") == before)
  }

  @Test func aDamagedCheckpointIsPassedOverAndSaidSo() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy(withReference: true)
    try FileManager.default.moveItem(atPath: folder / "reference", toPath: folder / "run")
    try folder.change("run/run.json") {
      let text = String(decoding: $0, as: UTF8.self)
      $0 = Data(text.replacingOccurrences(of: "\"completed\"", with: "\"running\"").utf8)
    }
    try folder.change("run/checkpoints/step-00000018/model.safetensors") { $0[$0.count / 2] ^= 4 }
    try await expectResumingEndsAsTheReference(
      folder,
      workshop,
      notice: "note: skipped the checkpoint run/checkpoints/step-00000018: "
    )
  }

  /// A process that may write no file longer than those of one layer.
  private func limited(_ folder: TemporaryFolder, _ preparation: String) -> EspalierProcess {
    // The optimizer's file has 282 kB with one layer and 305 kB with two; POSIX counts in 512 bytes.
    EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", "\(preparation)ulimit -c 0; ulimit -f 575; exec \"$0\" \"$@\""]
    )
  }

  /// Goes on with the run in `run` and compares everything with the reference.
  private func expectResumingEndsAsTheReference(
    _ folder: TemporaryFolder,
    _ workshop: Workshop,
    notice: String? = nil
  ) async throws {
    let outcome = try await EspalierProcess(folder: folder.path).run(["resume", "run"])
    try #require(outcome.code == 0, "\(outcome.errors)")
    if let notice { #expect(outcome.errorLines.contains { $0.hasPrefix(notice) }) }

    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.record.outcome.status == .completed)
    #expect(run.metrics.tornLine == nil)
    #expect(
      run.metrics.records.map(\.timeless) == workshop.reference.metrics.records.map(\.timeless)
    )
    let last = "checkpoints/step-00000018"
    for file in ["model.safetensors", "optimizer.safetensors"] {
      let (found, expected) = (
        try folder.read("run/\(last)/\(file)"),
        try Data(contentsOf: URL(fileURLWithPath: "\(workshop.folder)/reference/\(last)/\(file)"))
      )
      #expect(found == expected, "\(file) differs")
    }
  }
}

extension MetricsRecord {
  /// The record without what a clock says.
  fileprivate var timeless: MetricsRecord {
    var copy = self
    copy.seconds = 0
    copy.tokensPerSecond = 0
    copy.shareOfPeak = nil
    return copy
  }
}
