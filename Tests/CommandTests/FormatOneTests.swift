import Checkpoints
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// A run that an earlier version began; see `Tests/Fixtures/run-format-1/README.md`.
@Suite struct FormatOneTests {
  private func folder() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy()
    let fixture = TestPlugin.packageRoot.path + "/Tests/Fixtures/run-format-1"
    for name in ["run", "book.tokens", "whole.jsonl"] {
      try? FileManager.default.removeItem(atPath: folder / name)
      try FileManager.default.copyItem(atPath: "\(fixture)/\(name)", toPath: folder / name)
    }
    return folder
  }

  @Test func itIsResumedToWhatItWouldHaveBeen() async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run(["resume", "run"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let whole = try MetricsReader(path: folder / "whole.jsonl").read().records
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.metrics.records.map(\.step) == whole.map(\.step))
    #expect(run.metrics.records.map(\.layers) == whole.map(\.layers))
    // Another processor may add in another order.
    let tolerance = Tolerance(share: 1e-5)
    func losses(_ records: [MetricsRecord]) -> [Double] { records.compactMap(\.loss) }
    #expect(tolerance.mismatch("losses", losses(run.metrics.records), losses(whole)) == nil)
    let ends = [run.metrics.records, whole].map { $0.compactMap(\.validationLoss) }
    #expect(tolerance.mismatch("validation", ends[0], ends[1]) == nil)
  }

  @Test func itsCheckpointIsGrown() async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "grow", "run/checkpoints/step-00000009", "--method", "gradstack", "--output", "deep",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let old = try StoredCheckpoint.open(folder / "run/checkpoints/step-00000009").load()
    let grown = try StoredCheckpoint.open(folder / "deep/step-00000009").load()
    #expect(grown.optimizer.map(\.name) == old.optimizer.map(\.name))
    #expect(grown.model.count == old.model.count)
  }
}
