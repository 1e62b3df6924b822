import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Training whose numbers stop being numbers: the last good checkpoint stays, and the message says where it lies.
@Suite struct DivergenceTests {
  /// Each step multiplies the weights by about -1,000, so that after some the model gives no number, though its weights
  /// are still some.
  private static let exploding = [
    "train", "tiny.yaml", "--run", "run", "--set", "checkpoints.keep=1", "--set",
    "training.optimizer.weightDecay=100", "--set", "training.learningRate.peak=10",
  ]

  /// What stops being a number first depends on how the step is compiled.
  private static func process(in folder: TemporaryFolder) -> EspalierProcess {
    EspalierProcess(folder: folder.path, environment: ["XLA_FLAGS": ""])
  }

  @Test func theLastCheckpointThatGaveALossStays() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await Self.process(in: folder).run(
      Self.exploding + ["--set", "checkpoints.every=1", "--set", "evaluation.every=100"]
    )
    #expect(outcome.code == 1)
    let error = try #require(outcome.errorLines.first { $0.hasPrefix("error: step ") })
    let parts = try #require(
      error.wholeMatch(
        of:
          /error: step (\d+): the loss is not a number, so training has diverged; .* \(the last good checkpoint is (.*)\)/
      )
    )
    let step = try #require(Int(parts.1))
    #expect(parts.2 == "run/checkpoints/step-0000000\(step - 2)")
    #expect(FileManager.default.fileExists(atPath: folder / String(parts.2)))
    let record = try RunStore(RunFolder(path: folder / "run")).record()
    #expect(record.outcome.status == .failed)
  }

  /// The model is measured before it is saved.
  @Test func aModelWithoutALossIsNotSaved() async throws {
    let folder = try await Workshop.ready().copy()
    let whole = try await Self.process(in: folder).run(
      Self.exploding + ["--set", "checkpoints.every=1", "--set", "evaluation.every=1"]
    )
    #expect(whole.code == 1)
    let error = try #require(whole.errorLines.first { $0.hasPrefix("error: step ") })
    let parts = try #require(
      error.firstMatch(of: /step (\d+): the validation loss is (not a number|infinite), so/)
    )
    let step = try #require(Int(parts.1))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder / "run/checkpoints")
        == ["step-0000000\(step - 1)"]
    )
    // The run says what it is about, also in its record and its measurements.
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.record.outcome.message?.contains("the validation loss is") == true)
    #expect(run.metrics.records.last?.validationLoss?.isFinite == false)
  }

  @Test(arguments: [
    ("growth.method=adaptive", "growth.adaptive.lag=2"),
    ("growth.method=learned-map", "growth.mapSteps=3"),
  ])
  func growthsThatAreDecidedFailWithASentence(method: String, option: String) async throws {
    let folder = try await Workshop.ready().copy()
    let pool =
      method.hasSuffix("adaptive") ? ["--set", "growth.adaptive.pool=midas random"] : []
    let outcome = try await Self.process(in: folder).run(
      Self.exploding + ["--set", method, "--set", option] + pool
    )
    #expect(outcome.code == 1)
    #expect(outcome.errors.contains("so training has diverged"), "\(outcome.errors)")
  }
}
