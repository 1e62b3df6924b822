import EspalierTestSupport
import Foundation
import Testing

/// What a shell, a queueing system or a file system allows no more of ends with a sentence.
@Suite struct LimitTests {
  /// A file that would be larger than the process may write.
  @Test(arguments: [
    (["tokenizer", "train", "text.jsonl", "--vocabulary-size", "600", "--output", "new"], 4),
    (["corpus", "pack", "text.jsonl", "--tokenizer", "book.model", "--output", "new"], 40),
    (["compare", "reference", "--output", "new"], 4),
  ]) func anOutputThatWouldBeTooLargeIsAnErrorAndLeavesNothing(
    arguments: [String],
    limit: Int
  ) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let before = try FolderContents(folder.path)
    let outcome = try await EspalierProcess(folder: folder.path, largestFile: limit).run(arguments)
    #expect(outcome.code == 1)
    #expect(!outcome.wasKilled)
    #expect(outcome.errors.hasPrefix("error: new: cannot "))
    #expect(outcome.errors.contains("`ulimit -f`"))
    #expect(try FolderContents(folder.path) == before)
  }

  /// XLA would wait for threads that have never begun, or end the process.
  @Test(arguments: [
    ("-v", 600_000, "585 MiB"), ("-v", 300_000, "292 MiB"), ("-d", 100_000, "97 MiB"),
  ]) func tooLittleMemoryForXLAIsSaidBefore(
    option: String,
    kilobytes: Int,
    text: String
  ) async throws {
    let folder = try await Workshop.ready().copy()
    let before = try FolderContents(folder.path)
    let espalier = EspalierProcess(
      folder: folder.path,
      launcher: ["/bin/sh", "-c", "ulimit \(option) \(kilobytes); exec \"$0\" \"$@\""]
    )
    let sentence = "this process may have \(text) of memory by `ulimit \(option)`, and XLA takes "
    for command in [["train", "tiny.yaml"], ["profile", "tiny.yaml"]] {
      let outcome = try await espalier.run(command)
      #expect(outcome.code == 1)
      #expect(outcome.errors.hasPrefix("error: \(sentence)"))
      #expect(outcome.errorLines.count == 1)
    }
    let doctor = try await espalier.run(["doctor"])
    #expect(doctor.code == 1)
    #expect(doctor.output.contains("FAIL  memory limit   \(sentence)"))
    #expect(!doctor.output.contains("other plugin"))
    #expect(try FolderContents(folder.path) == before)
  }

  /// A run is compared, and shown again, in a folder that cannot be written to.
  @Test(
    .enabled("needs a mount of its own") { try await EspalierProcess.canMount() },
    arguments: [
      (["compare", "reference"], "comparison.html"),
      (["resume", "reference"], "reference/report.html"),
    ]
  ) func aReadOnlyFolderIsNamedAfterTheResults(command: [String], file: String) async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let readOnly = EspalierProcess(
      folder: folder.path,
      launcher: EspalierProcess.ownMounts + [
        "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" && exec \"$0\" \"$@\""
      ]
    )
    let outcome = try await readOnly.run(command)
    #expect(outcome.code == 1)
    #expect(outcome.output.contains("Final validation loss"))
    let problem = try #require(outcome.errorLines.last)
    #expect(problem.hasPrefix("error: \(file): cannot "))
    #expect(problem.hasSuffix(": the file system is read-only; name a place elsewhere"))
    // Where only the results are wanted, nothing is in the way.
    let printed = try await readOnly.run(["compare", "reference", "--json"])
    #expect(printed.code == 0, "\(printed.errors)")
  }
}
