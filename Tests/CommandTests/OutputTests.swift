import EspalierTestSupport
import Foundation
import Testing

/// Where commands write to: streams and links besides files.
///
/// Streams are named by links of the test's own that lead where those of /dev lead: a program that replaced /dev/stdout
/// would break it for the whole machine.
@Suite struct OutputTests {
  #if os(Linux)
  /// A link in the folder that leads where /dev/stdout does.
  private func linkToOutput(in folder: TemporaryFolder) throws {
    try FileManager.default.createSymbolicLink(
      atPath: folder / "stdout",
      withDestinationPath: "/proc/self/fd/1"
    )
  }
  #endif

  /// What a shell makes of `--output >(program)`, and what /dev/stdout is in a pipe.
  @Test(arguments: [
    ["corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output"],
    ["tokenizer", "train", "text.jsonl", "--vocabulary-size", "2048", "--output"],
  ]) func aPipeGetsTheBytesOfAFile(command: [String]) async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", "{ \"$0\" \"$@\" /dev/fd/3 >&2; } 3>&1 | cat > through"]
    ).run(command)
    #expect(outcome.code == 0)
    #expect(outcome.errors.hasPrefix("/dev/fd/3: "))
    let file = command[0] == "corpus" ? "book.tokens" : "book.model"
    #expect(try folder.read("through") == folder.read(file))
  }

  #if os(Linux)
  /// Directed to a file, the standard output is written on, and not replaced by another file of the name.
  @Test func theStandardOutputIsWrittenOn() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let open = try await espalier.run(["compare", "reference", "--output", "page.html"])
    #expect(open.code == 0)
    let page = String(decoding: try folder.read("page.html"), as: UTF8.self)
    try folder.write("", to: "all")
    try linkToOutput(in: folder)
    let outcome = try await espalier.run(
      ["compare", "reference", "--output", "stdout"],
      outputPath: folder / "all"
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let all = String(decoding: try folder.read("all"), as: UTF8.self)
    #expect(all == page + open.output.replacing("page.html", with: "stdout"))
  }

  /// A test's own socket, as a supervisor gives to a program.
  @Test func aStandardOutputThatIsASocketIsWrittenTo() async throws {
    let folder = try await Workshop.ready().copy()
    let expected = try await EspalierProcess(folder: folder.path)
      .run(["plan", "tiny.yaml", "--drawing", "plan.svg"])
    try linkToOutput(in: folder)
    let stream = try SlowStream()
    let process = EspalierProcess(folder: folder.path)
      .make(["plan", "tiny.yaml", "--drawing", "stdout"])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = stream.writer
    try process.run()
    try stream.writer.close()
    let text = String(decoding: try stream.reader.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(
      try text == String(contentsOfFile: folder / "plan.svg", encoding: .utf8) + expected.output
    )
  }

  #endif

  @Test func linksToPagesAndRunsStay() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let manager = FileManager.default
    try folder.makeFolder("shelf")
    try manager.createSymbolicLink(atPath: folder / "page", withDestinationPath: "shelf/page.html")
    try manager.createSymbolicLink(atPath: folder / "run", withDestinationPath: "shelf")
    for command in [
      ["compare", "reference", "--output", "page"], ["train", "tiny.yaml", "--run", "run"],
    ] {
      let outcome = try await EspalierProcess(folder: folder.path).run(command)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    #expect(try manager.destinationOfSymbolicLink(atPath: folder / "page") == "shelf/page.html")
    #expect(try manager.destinationOfSymbolicLink(atPath: folder / "run") == "shelf")
    #expect(try folder.read("shelf/page.html").starts(with: Data("<!".utf8)))
    #expect(manager.fileExists(atPath: folder / "shelf/run.json"))
  }

  /// The results are there all the same where the page cannot be written.
  @Test(arguments: [
    (["compare", "reference", "--output", "text.jsonl/page.html"], "Final validation loss"),
    (["plan", "tiny.yaml", "--drawing", "text.jsonl/plan.svg"], "stage"),
  ]) func resultsArePrintedThoughAFileCannotBeWritten(
    command: [String],
    result: String
  ) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run(command)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains(result))
    #expect(!outcome.output.contains("The page:"))
    #expect(outcome.errors.hasPrefix("error: text.jsonl: "))
    #expect(outcome.errorLines.count == 1)
  }
}
