import EspalierTestSupport
import Foundation
import Laboratory
import Testing

/// `espalier lab implicit-bias check` as a user runs it.
@Suite struct ImplicitBiasCheckTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func run(_ words: String) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(
      folder: folder.path,
      environment: ["ESPALIER_PJRT_PLUGIN": TestPlugin.path]
    ).run(["lab", "implicit-bias"] + words.split(separator: " ").map(String.init))
  }

  /// More features than rows, and a target that one of them decides.
  private static func table(_ rows: Int, features: Int = 30, isLabelled: Bool = false) -> String {
    let head = ((0..<features).map { "f\($0)" } + ["target"]).joined(separator: ",")
    let lines = (0..<rows).map { row in
      let numbers = (0..<features).map { (row * row * ($0 + 3) + 7 * row + $0) % 31 }
      let target = isLabelled ? (numbers[2] > 15 ? 1 : 0) : 2 * numbers[2] + row % 2
      return (numbers + [target]).map(String.init).joined(separator: ",")
    }
    return ([head] + lines).joined(separator: "\n") + "\n"
  }

  @Test func aRegressionIsChecked() async throws {
    try folder.write(Self.table(25), to: "a.csv")
    let words = "check a.csv --seeds 3 --depths 2 --scales 1 0.01 --output out --format notebook"
    let outcome = try await run(words)
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(
      outcome.output.hasPrefix(
        "25 rows, 30 features, regression: 20 rows to learn from, 5 held out, 3 splits\n"
      )
    )
    #expect(outcome.output.contains("\nThe page: out/implicit-bias-check.html\n"))
    let record = try #require(try LabFolder(path: folder / "out").record("check"))
    #expect(record.experiment == "implicit-bias-check" && record.seeds == [1, 2, 3])
    #expect(record.points.on(LabKey("error")).count == 4)
    let page = String(decoding: try folder.read("out/implicit-bias-check.html"), as: UTF8.self)
    #expect(page.contains("<h2 id=\"section-1\">") && page.contains("<svg"))

    // What was learned is not learned again.
    let again = try await run(words + " --json")
    #expect(again.errors.contains("3 parts found there"))
    let printed = try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any]
    #expect(printed?["experiment"] as? String == "implicit-bias-check")
  }

  @Test func classesAreChecked() async throws {
    try folder.write(Self.table(20, isLabelled: true), to: "a.csv")
    let outcome = try await run("check a.csv --seeds 2 --depths 2 --scales 0.1 --output out")
    try #require(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("largest l1 margin"))
  }

  static let bad: [(words: String, message: String)] = [
    ("check nowhere", "nowhere: cannot be read: No such file or directory"),
    (
      "check a.csv --learn-from 40",
      "a.csv: needs fewer rows to learn from than features, 30, so that many weights fit; got 40; say --learn-from with 15 or so"
    ),
    (
      "check a.csv --learn-from 90",
      "a.csv: needs 2 to 79 rows to learn from, so that some are held out; got 90"
    ),
    (
      "check a.csv --learn-from 20 --scales 1e-200",
      "alpha: needs 1e-150 at least with depth 2, or float64 loses the weights; got 1e-200; take that, or the least l1 norm, which the solution is next to"
    ),
    (
      "check a.csv --learn-from 20 --seeds 1",
      "seeds: needs two at least, or there are no intervals; got 1"
    ),
    ("check a.csv --learn-from 20 --depths 1", "depths: needs whole numbers from 2 up; got 1"),
    (
      "check a.csv --target yield",
      "a.csv: has no column \"yield\"; its columns begin with f0, f1, f2, f3, f4, f5, f6, f7"
    ),
    (
      "diagonal --samples 30",
      "samples: needs fewer than the 30 dimensions, so that many weights fit the data; got 30"
    ),
    (
      "sparse --target 0", "target: needs an error above 0 and below 1, that of guessing 0; got 0.0"
    ),
    (
      "classification --exponents 6 3",
      "exponents: needs rising numbers above 0, so that 6 is a loss of 1e-6; got 6.0 3.0"
    ),
  ]

  @Test(arguments: bad) func badInputIsAnErrorInOneSentence(
    words: String,
    message: String
  ) async throws {
    try folder.write(Self.table(80), to: "a.csv")
    let before = try FolderContents(folder.path)
    let outcome = try await run(words)
    #expect(outcome.code == 1 && outcome.output == "")
    #expect(outcome.errorLines == ["error: \(message)"])
    #expect(try FolderContents(folder.path) == before)
  }
}
