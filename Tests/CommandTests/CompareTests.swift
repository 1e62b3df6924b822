import EspalierTestSupport
import Foundation
import Testing

@Suite struct CompareTests {
  @Test func twoRunsBecomeAPageAndATable() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try FileManager.default.copyItem(atPath: folder / "reference", toPath: folder / "other")
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "compare", "reference", "other",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("Final validation loss"))
    #expect(outcome.output.hasSuffix("\nThe page: comparison.html\n"))
    #expect(!outcome.output.contains("\u{1B}"))
    let page = String(decoding: try folder.read("comparison.html"), as: UTF8.self)
    #expect(page.contains("<svg"))
    #expect(page.contains("tiny (reference), tiny (other)"))
    #expect(outcome.output.contains("tiny (reference)") && outcome.output.contains("tiny (other)"))
  }

  @Test func measurementsAreWrittenAsCSV() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "compare", "reference", "--json", "--csv", "out/all.csv",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = String(decoding: try folder.read("out/all.csv"), as: UTF8.self)
      .split(separator: "\n")
    let names = lines[0].split(separator: ",")
    #expect(names.prefix(3) == ["run", "step", "stage"])
    let records = workshop.reference.metrics.records
    #expect(lines.count == records.count + 1)
    for (line, record) in zip(lines.dropFirst(), records) {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      #expect(cells.count == names.count && cells[0] == "reference")
      let loss = try #require(names.firstIndex(of: "loss"))
      #expect(Double(cells[loss]) == record.loss)
    }
  }

  @Test func whatTheLossesAreMeasuredOnIsSaidWhereItDiffers() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let trained = try await espalier.run([
      "train", "tiny.yaml", "--run", "few", "--set", "evaluation.sequences=2",
    ])
    try #require(trained.code == 0)
    let outcome = try await espalier.run(["compare", "reference", "few"])
    let sentence = "The runs differ in evaluation.sequences (4, 2)"
    #expect(outcome.output.contains(sentence))
    let page = String(decoding: try folder.read("comparison.html"), as: UTF8.self)
    #expect(page.contains(sentence))
  }

  @Test func theComparisonIsPrintedAsJSONAndNoPageIsWrittenUnasked() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(["compare", "reference", "reference", "--json"])
    #expect(outcome.code == 0)
    let comparison = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    )
    let runs = try #require(comparison["runs"] as? [[String: Any]])
    #expect(runs.count == 2)
    #expect(runs[0]["steps"] as? Int == Workshop.stepCount)
    #expect(!FileManager.default.fileExists(atPath: folder / "comparison.html"))

    let paged = try await espalier.run([
      "compare", "reference", "--json", "--output", "pages/one.html",
    ])
    #expect(paged.code == 0)
    #expect(FileManager.default.fileExists(atPath: folder / "pages/one.html"))
  }

  /// A run that is being trained, or was killed, has a torn line at the end of its measurements.
  @Test func aTornLineIsSaidToBeLeftOut() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    try folder.change("reference/metrics.jsonl") { $0 += Data("{\"step\":".utf8) }
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "compare", "reference", "--json",
    ])
    #expect(outcome.code == 0)
    #expect(
      outcome.errors
        == "note: reference: metrics.jsonl: line 19 is torn after 8 bytes and was left out\n"
    )
  }

  @Test func anOutputThatCannotBeWrittenIsAnError() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run(
      ["compare", "reference", "--json"],
      outputPath: "/dev/full"
    )
    #expect(outcome.code == 1)
    #expect(
      outcome.errors
        == "error: standard output: cannot be written: No space left on device\n"
    )
  }
}
