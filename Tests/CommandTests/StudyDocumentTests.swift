import EspalierTestSupport
import Foundation
import Testing
import Training

/// Committed results are what the commands report of the committed data.
@Suite struct StudyDocumentTests {
  private let root = TestPlugin.packageRoot.path

  /// All losses are there, so the command has nothing to train and says what they tell.
  @Test func theLagStudyIsWhatItsDataTell() async throws {
    let folder = try await Workshop.ready().copy()
    try FileManager.default.createDirectory(
      atPath: folder / "study",
      withIntermediateDirectories: true
    )
    try FileManager.default.copyItem(
      atPath: "\(root)/docs/results/lag.json",
      toPath: folder / "study/lag.json"
    )
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "study/lag.json"))
    let record = try JSONDecoder().decode(LagRecord.self, from: data)
    #expect(record.strategies.count == 20)
    #expect(record.seeds == [0, 1, 2])
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "lag", "\(root)/Recipes/studies/lag.yaml", "--output", "study",
      "--pool", record.strategies.map(\.name).joined(separator: ","),
      "--lags", record.lags.map(String.init).joined(separator: ","),
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let tables = try String(contentsOfFile: folder / "study/lag.md", encoding: .utf8)
    let document = try String(contentsOfFile: "\(root)/docs/results/lag.md", encoding: .utf8)
    #expect(document.hasSuffix(tables))
  }
}
