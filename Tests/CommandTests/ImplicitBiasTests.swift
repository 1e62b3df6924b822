import EspalierTestSupport
import Foundation
import Laboratory
import Testing

/// `espalier lab implicit-bias` as a user runs it.
@Suite struct ImplicitBiasTests {
  /// Nothing is computed or written for sizes that make no sense.
  @Test(
    arguments: [
      ("benign --samples 3", "samples: needs whole numbers from 4 up; got 3"),
      ("benign --seeds 1", "seeds: needs two at least, or there are no intervals; got 1"),
      (
        "benign --samples 40 --parameters 20 41",
        "parameters: needs numbers two or more away from the 40 samples, or the mean risk is infinite; got 41"
      ),
      ("benign --noise=-1", "noise: needs a variance of 0 or more; got -1.0"),
      (
        "mirror --samples 20",
        "samples: needs fewer than the 20 dimensions, so that many weights fit the data; got 20"
      ),
      (
        "mirror --exponents 1",
        "exponents: needs numbers above 1, where the potential is strictly convex; got 1.0"
      ),
      ("mirror --scales 0", "scale: needs a number above 0; got 0.0"),
    ]
  )
  func badSizesAreErrorsInOneSentence(options: String, message: String) async throws {
    let folder = try TemporaryFolder()
    let before = try FolderContents(folder.path)
    let words = ["lab", "implicit-bias"] + options.split(separator: " ").map(String.init)
    let outcome = try await Self.run(words, in: folder.path)
    #expect(outcome.code == 1)
    #expect(outcome.output == "")
    #expect(outcome.errorLines == ["error: \(message)"])
    #expect(try FolderContents(folder.path) == before)
  }

  /// An experiment leaves its record, its table and a page, and goes on from its cells.
  @Test func anExperimentLeavesItsRecordAndItsPage() async throws {
    let folder = try TemporaryFolder()
    let words = ["lab", "implicit-bias", "mirror", "--exponents", "1.5", "--scales", "0.1"]
    let first = try await Self.run(words, in: folder.path)
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.contains("checks, none fails"))
    let results = LabFolder(path: "\(folder.path)/runs/implicit-bias")
    let record = try #require(try results.record("mirror"))
    #expect(record.holds && record.experiment == "implicit-bias-mirror")
    #expect(record.command == "espalier \(words.joined(separator: " "))")
    let page = try String(
      contentsOfFile: results.file("implicit-bias", "html"),
      encoding: .utf8
    )
    #expect(page.contains("Mirror descent ends where its potential is least"))
    let second = try await Self.run(words, in: folder.path)
    #expect(second.code == 0 && second.errors.contains("parts found there"))
    #expect(try results.record("mirror") == record)
  }

  private static func run(_ words: [String], in folder: String) async throws
    -> EspalierProcess.Outcome
  {
    try await EspalierProcess(
      folder: folder,
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    ).run(words)
  }
}
