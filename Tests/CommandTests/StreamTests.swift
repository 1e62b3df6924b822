import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Standard streams that are closed, that nobody reads, or that do not wait.
@Suite struct StreamTests {
  /// Every way in which some of the descriptors 0 to 2 can be closed when the command starts.
  static let closings = (1..<8).map { choice in (0..<3).filter { choice >> $0 & 1 == 1 } }

  /// A process that starts with descriptors closed.
  private func process(closing descriptors: [Int], in folder: TemporaryFolder) -> EspalierProcess {
    let redirections = descriptors.map { "\($0)>&-" }.joined(separator: " ")
    return EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", "exec \"$0\" \"$@\" \(redirections)"]
    )
  }

  private static let unprintable =
    "error: standard output: cannot be written: Bad file descriptor\n"

  /// What is meant for a stream gets into no file; that results cannot be printed is the only error.
  @Test(arguments: closings) func whatIsWrittenIsThatOfOpenStreams(closed: [Int]) async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy(withReference: true)
    let other = try workshop.copy(withReference: true)
    for command in [
      ["tokenizer", "train", "text.jsonl", "--vocabulary-size", "600", "--output", "small.model"],
      ["tokenizer", "encode", "book.model", "In the beginning"],
      ["corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "again.tokens"],
      ["corpus", "inspect", "book.tokens"],
      ["plan", "tiny.yaml", "--drawing", "plan.svg"],
      [
        "grow", "reference/checkpoints/step-00000018", "--method", "stack", "--output", "grown",
      ],
      ["compare", "reference", "reference", "--output", "pages/two.html"],
      ["resume", "reference"],
      ["operators"],
    ] {
      let open = try await EspalierProcess(folder: other.path).run(command)
      #expect(open.code == 0, "\(command): \(open.errors)")
      let outcome = try await process(closing: closed, in: folder).run(command)
      #expect(!outcome.wasKilled)
      #expect(outcome.code == (closed.contains(1) ? 1 : 0), "\(command): \(outcome.errors)")
      #expect(outcome.output == (closed.contains(1) ? "" : open.output))
      if !closed.contains(2) {
        #expect(outcome.errors == open.errors + (closed.contains(1) ? Self.unprintable : ""))
      }
      #expect(try FolderContents(folder.path) == FolderContents(other.path), "\(command)")
    }
  }

  @Test(arguments: closings) func aRunIsThatOfOpenStreams(closed: [Int]) async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let outcome = try await process(closing: closed, in: folder)
      .run(["train", "tiny.yaml", "--run", "run"])
    #expect(outcome.code == (closed.contains(1) ? 1 : 0), "\(outcome.errors)")
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.record.outcome.status == .completed)
    #expect(run.metrics.records.map(\.loss) == workshop.reference.metrics.records.map(\.loss))
    let reference = "\(workshop.folder)/reference/checkpoints/step-00000018/model.safetensors"
    #expect(
      try folder.checkpoint(of: "run")[0] == Data(contentsOf: URL(fileURLWithPath: reference))
    )
  }

  @Test func aClosedInputCannotBeRead() async throws {
    let folder = try await Workshop.ready().copy()
    for command in ["encode", "decode"] {
      let outcome = try await process(closing: [0], in: folder)
        .run(["tokenizer", command, "book.model"])
      #expect(outcome.code == 1)
      #expect(outcome.errors == "error: standard input: cannot be read: Bad file descriptor\n")
    }
  }

  /// `espalier train recipe.yaml 2>&1 | head` goes on when `head` has seen enough.
  @Test func aRunWhoseLogNobodyReadsGoesOn() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let command = try LiveCommand(["train", "tiny.yaml", "--run", "run"], in: folder.path)
    #expect(try command.reads(lineBeginning: "step 2/18"))
    try command.stopReading()
    #expect(command.process.terminationReason == .exit)
    #expect(command.process.terminationStatus == 0)
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.record.outcome.status == .completed)
    #expect(run.metrics.records.map(\.loss) == workshop.reference.metrics.records.map(\.loss))
  }

  /// What a command writes besides is written, and nothing is said.
  @Test(arguments: [["compare", "reference", "--output", "page.html"], ["operators"], ["--help"]])
  func resultsThatNobodyReadsAreNoError(arguments: [String]) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let process = EspalierProcess(folder: folder.path).make(arguments)
    let output = Pipe()
    try output.fileHandleForReading.close()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    try folder.write("", to: "errors")
    process.standardError = FileHandle(forWritingAtPath: folder / "errors")
    try await process.runToEnd()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
    #expect(try folder.read("errors").isEmpty)
    #expect(
      FileManager.default.fileExists(atPath: folder / "page.html")
        == arguments.contains("page.html")
    )
  }

  /// Another program that has the stream may have made it one that refuses instead of waiting.
  @Test func aStreamThatDoesNotWaitGetsAllOfTheText() async throws {
    let expected = try await EspalierProcess(folder: "/").run(["operators", "--json"])
    let streams = try SlowStream()
    #expect(expected.output.utf8.count > streams.byteCount)
    #expect(fcntl(streams.writer.fileDescriptor, F_SETFL, O_NONBLOCK) == 0)
    let process = EspalierProcess(folder: "/").make(["operators", "--json"])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = streams.writer
    try process.run()
    try streams.writer.close()
    let text = try streams.reader.readToEnd() ?? Data()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: text, as: UTF8.self) == expected.output)
  }
}
