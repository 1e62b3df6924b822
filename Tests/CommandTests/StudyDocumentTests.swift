import EspalierTestSupport
import Foundation
import Testing

@testable import Studies

/// Committed results are what the commands report of the committed data.
@Suite struct StudyDocumentTests {
  private let root = TestPlugin.packageRoot.path

  /// All losses are there, so the command has nothing to train and says what they tell.
  @Test(arguments: [("lag", 20), ("gates", 8)])
  func aLagStudyIsWhatItsDataTell(name: String, strategyCount: Int) async throws {
    let folder = try await Workshop.ready().copy()
    try FileManager.default.createDirectory(
      atPath: folder / "study",
      withIntermediateDirectories: true
    )
    try FileManager.default.copyItem(
      atPath: "\(root)/docs/results/\(name).json",
      toPath: folder / "study/lag.json"
    )
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "study/lag.json"))
    let record = try JSONDecoder().decode(LagRecord.self, from: data)
    #expect(record.strategies.count == strategyCount)
    #expect(record.seeds == [0, 1, 2])
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "lag", "\(root)/Recipes/studies/lag.yaml", "--output", "study",
      "--pool", record.strategies.map(\.name).joined(separator: ","),
      "--lags", record.lags.map(String.init).joined(separator: ","),
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let text = try String(contentsOfFile: folder / "study/lag.md", encoding: .utf8)
    let document = try String(contentsOfFile: "\(root)/docs/results/\(name).md", encoding: .utf8)
    // Everything below the title and the lead, the document's own.
    let begin = try #require(text.firstRange(of: "\n## ")).lowerBound
    #expect(text[begin...].count > 2000)
    #expect(document.hasSuffix(text[begin...]))
  }

  /// What was predicted of MIDAS is what its report judges: the names are the same in both.
  @Test func everyPredictionIsJudged() throws {
    func text(_ path: String) throws -> String {
      try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
    }
    let written = try text("docs/results/midas-predictions.md")
      .matches(of: /(?m)^\| `([a-z-]+)` \| .* \| [0-9]+ % \|$/).map { String($0.1) }
    let judged = try text("Benchmarks/midas_report.py")
      .matches(of: /(?m)^    "([a-z-]+)": \(/).map { String($0.1) }
    #expect(written.count == 33 && Set(written).count == 33)
    #expect(Set(judged) == Set(written))
  }

  /// The text that these were trained on is not here, so the tables are made of the records alone.
  @Test(arguments: ["stacking", "stacking-steps"])
  func theTablesOfAdaptiveStackingAreWhatTheirDataTell(name: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(root)/docs/results/\(name).json"))
    let record = try JSONDecoder().decode(SweepRecord.self, from: data)
    #expect(record.isComplete)
    var concluded = record
    (concluded.losses, concluded.comparisons) = ([], [])
    concluded.conclude()
    #expect(concluded == record)
    let document = try String(contentsOfFile: "\(root)/docs/results/stacking.md", encoding: .utf8)
    let section = try #require(record.study.sections.first)
    #expect(document.components(separatedBy: section.body).count == 2)
  }
}
