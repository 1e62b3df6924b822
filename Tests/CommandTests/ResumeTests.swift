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

  /// What a kill in the middle of a checkpoint leaves: some files, one of them cut short, and no manifest.
  @Test func aRunKilledWhileItSavesEndsAsOneLeftAlone() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    try LiveCommand.runKilled(
      ["train", "tiny.yaml", "--run", "run"],
      atLineBeginning: "step 9: grew",
      in: folder.path
    )
    let saved = try folder.read("run/checkpoints/step-00000009/optimizer.safetensors")
    let partial = "run/checkpoints/.step-00000012.partial"
    try folder.write(saved, to: "\(partial)/model.safetensors")
    try folder.write(saved.prefix(saved.count / 2), to: "\(partial)/optimizer.safetensors")
    try await expectResumingEndsAsTheReference(folder, workshop)
    #expect(!FileManager.default.fileExists(atPath: folder / partial))
  }

  /// A file that would be larger than the process may write is an error to the writer, as a full disk is: here the
  /// optimizer's of the first checkpoint with two layers.
  @Test func aCheckpointThatCannotBeWrittenIsAnErrorAndLosesNothing() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    // The optimizer's file has 282 kB with one layer and 305 kB with two; POSIX counts in 512 bytes.
    let outcome = try await EspalierProcess(folder: folder.path, largestFile: 575)
      .run(["train", "tiny.yaml", "--run", "run"])
    #expect(outcome.code == 1)
    #expect(
      outcome.errorLines.suffix(2) == [
        "error: run/checkpoints/.step-00000012.partial/optimizer.safetensors: cannot write: the file "
          + "would be larger than this process, or the file system, may have it; `ulimit -f` shows the limit",
        "hint: `espalier resume run` goes on from the last checkpoint",
      ]
    )
    let record = try RunStore(RunFolder(path: folder / "run")).record()
    #expect(record.outcome.status == .failed)
    #expect(record.outcome.message?.contains("`ulimit -f`") == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder / "run/checkpoints").sorted()
        == ["step-00000006", "step-00000009"]
    )
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// The run lies on a disk that two checkpoints fit on and three do not.
  @Test(.enabled("needs a disk of its own") { try await EspalierProcess.canMount() })
  func aFullDiskIsAnErrorAndLosesNothing() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    try folder.makeFolder("run")
    let mounted = EspalierProcess(
      folder: folder.path,
      launcher: EspalierProcess.ownMounts + [
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

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP, SIGXCPU]) func aSignalSavesAndSaysHowToGoOn(
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

  /// A connection that is lost tells a process more than once, and the system's last word follows.
  @Test func aTerminalThatGoesAwaySavesHoweverOftenItIsTold() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let command = try LiveCommand(["train", "tiny.yaml", "--run", "run"], in: folder.path)
    #expect(try command.reads(lineBeginning: "step 4/18"))
    command.send(SIGHUP)
    #expect(try command.reads(lineBeginning: "Stopping after the step in flight"))
    command.send(SIGHUP)
    command.send(SIGTERM)
    #expect(try command.finish() == .exit)
    #expect(command.process.terminationStatus == 130)
    let record = try RunStore(RunFolder(path: folder / "run")).record()
    #expect(record.outcome.status == .interrupted)
    try await expectResumingEndsAsTheReference(folder, workshop)
  }

  /// As `nohup` starts a command, and as a script starts one in the background.
  @Test(arguments: [("HUP", SIGHUP), ("INT", SIGINT)]) func aSignalThatWasIgnoredStaysIgnored(
    name: String,
    signal: Int32
  ) async throws {
    let folder = try await Workshop.ready().copy()
    let command = try LiveCommand(
      ["train", "tiny.yaml", "--run", "run"],
      in: folder.path,
      launcher: ["/bin/sh", "-c", "trap '' \(name); exec \"$0\" \"$@\""]
    )
    #expect(try command.reads(lineBeginning: "step 4/18"))
    command.send(signal)
    #expect(try command.finish() == .exit)
    #expect(command.process.terminationStatus == 0)
    #expect(command.lines.last == "step 18: saved run/checkpoints/step-00000018")
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
