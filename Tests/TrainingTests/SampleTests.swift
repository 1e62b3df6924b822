import EspalierTestSupport
import Foundation
import Recipes
import Runs
import Tensors
import Testing

@testable import Training

/// What a model writes while it is trained.
@Suite struct SampleTests {
  /// One layer that becomes two after four of eight steps.
  private static func recipe(samples: Int, growth: String = "method: midas, schedule: {alpha: 0}")
    throws -> Recipe
  {
    try Recipe.parse(
      """
      name: tiny
      corpus: {tokens: \(TestCorpus.tokenFile())}
      model: {layers: 2, width: 8, headCount: 2, feedForwardWidth: 8, contextLength: 16}
      training: {steps: 8, batchSize: 2}
      evaluation: {every: 2, sequences: 3}
      logging: {every: 1, samples: \(samples), sampleTokens: 5, tensorboard: \(samples > 0)}
      checkpoints: {every: 4}
      growth: {\(growth), blockSize: 1}
      """,
      file: "tiny.yaml"
    )
  }

  private func run(_ recipe: Recipe, in folder: RunFolder) throws -> LoadedRun {
    var session = try TrainingSession(
      new: recipe,
      folder: folder,
      engine: TestTraining.quickEngine(),
      arguments: []
    )
    _ = try session.run(
      RunWatch<TrainingEvent> { _ in
      } shouldStop: {
        false
      }
    )
    return try LoadedRun.load(folder)
  }

  private func checkpoint(_ folder: RunFolder) throws -> [Data] {
    try ["model", "optimizer"].map {
      let path = "\(folder.checkpointsFolder)/step-00000008/\($0).safetensors"
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
  }

  @Test func theBitsOfTrainingAreTheSameWithAndWithout() throws {
    let folder = try TemporaryFolder()
    let (plain, writing) = (RunFolder(path: folder / "plain"), RunFolder(path: folder / "writing"))
    let (first, second) = (
      try run(Self.recipe(samples: 0), in: plain), try run(Self.recipe(samples: 2), in: writing)
    )
    #expect(try checkpoint(plain) == checkpoint(writing))
    let events = try FileManager.default.contentsOfDirectory(atPath: writing.tensorBoardFolder)
    #expect(events == ["events.out.tfevents.000000000000.espalier"])
    #expect(!FileManager.default.fileExists(atPath: plain.tensorBoardFolder))
    let path = "\(writing.tensorBoardFolder)/\(events[0])"
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for tag in ["loss/validation", "norms/layers.query", "samples/1", "hparams"] {
      #expect(bytes.range(of: Data(tag.utf8)) != nil, "\(tag)")
    }
    #expect(first.metrics.records.map(\.loss) == second.metrics.records.map(\.loss))
    #expect(first.metrics.records.allSatisfy { $0.samples == nil })
    // At each evaluation, and at no other row.
    let written = second.metrics.records.filter { $0.samples != nil }
    #expect(written.map(\.step) == [2, 4, 6, 8])
    #expect(second.metrics.records.filter { $0.validationLoss != nil }.map(\.step) == [2, 4, 6, 8])
    for record in written {
      let samples = try #require(record.samples)
      #expect(samples.map(\.prompt) == written[0].samples?.map(\.prompt) && samples.count == 2)
      #expect(samples.allSatisfy { !$0.prompt.isEmpty })
    }
    #expect(written.flatMap { $0.samples ?? [] }.contains { !$0.text.isEmpty })
  }

  @Test func aModelWithoutLayersWritesNothing() throws {
    let folder = try TemporaryFolder()
    let growth = "method: jump-random, firstLayers: 0, schedule: {kind: jump, fraction: 0.5}"
    let recipe = try Self.recipe(samples: 1, growth: growth)
    let run = try run(recipe, in: RunFolder(path: folder / "run"))
    let written = run.metrics.records.compactMap(\.samples)
    #expect(written.first == [] && written.last?.count == 1)
  }
}
