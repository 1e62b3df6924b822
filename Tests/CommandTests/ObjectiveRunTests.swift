import EspalierTestSupport
import Foundation
import Recipes
import Runs
import SavedModels
import Studies
import Testing

@testable import Training

/// Whole runs with each objective, which grow in the middle.
@Suite struct ObjectiveRunTests {
  private static func arguments(_ kind: String) -> [String] {
    [
      "train", "tiny.yaml", "--set", "training.objective.kind=\(kind)", "--set",
      "training.gradientAccumulation=2", "--set", "corpus.separateDocuments=true",
    ]
  }

  @Test(
    "A run that grows and is killed there ends as one left alone",
    arguments: ["mixture", "masked"]
  )
  func resuming(kind: String) async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      Self.arguments(kind),
      killedAt: ["step 9: grew"]
    )
    let (whole, killed) = (
      try LoadedRun.load(RunFolder(path: folder / "whole")),
      try LoadedRun.load(RunFolder(path: folder / "killed"))
    )
    let losses = whole.metrics.records.map {
      [$0.loss, $0.validationLoss, $0.causalValidationLoss]
    }
    #expect(
      killed.metrics.records.map { [$0.loss, $0.validationLoss, $0.causalValidationLoss] } == losses
    )

    // What the records say: 16 tokens leave room for one span, so for two sentinels.
    let extra = kind == "mixture" ? 2 : 1
    #expect(whole.record.model.vocabularySize == 2048 + extra)
    #expect(whole.record.objective == ObjectiveRecord(kind: kind, extraTokens: extra))
    for record in whole.metrics.records where record.validationLoss != nil {
      #expect((record.causalValidationLoss != nil) == (kind == "mixture"))
    }
    let saved = try SavedModel(path: folder / "whole") { Issue.record("\($0)") }
    #expect(saved.step == 18)
    #expect(saved.configuration.vocabularySize == 2048 + extra)
    #expect(try SavedState(of: saved).objective?.kind.rawValue == kind)
    // The plan counts the same model, and growing takes the checkpoint.
    let plan = try await espalier.run(
      ["plan", "tiny.yaml", "--set", "training.objective.kind=\(kind)", "--json"]
    )
    #expect(plan.output.contains("\"parameters\" : \(whole.record.model.parameterCount)"))
    let grown = try await espalier.run(
      [
        "grow", "whole/checkpoints/step-00000018", "--method", "midas", "--block-size", "1",
        "--output", "grown",
      ]
    )
    #expect(grown.code == 0, "\(grown.errors)")
  }

  @Test("A masked model learns from the text")
  func maskedLossFalls() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      [
        "train", "tiny.yaml", "--set", "training.objective.kind=masked", "--set",
        "training.steps=80", "--set", "training.batchSize=16", "--set", "growth.method=none",
        "--set", "evaluation.every=10", "--set", "evaluation.sequences=32", "--run", "run",
      ]
    )
    try #require(outcome.code == 0, "\(outcome.errors)")
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    let losses = run.metrics.records.compactMap(\.validationLoss)
    // All tokens alike cost log 2049 = 7.6 nats.
    #expect(try #require(losses.first) < 7.7)
    #expect(try #require(losses.last) < 6.9, "\(losses)")
  }

  @Test("Strategies of a comparison are trained for the recipe's objective")
  func comparing() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      [
        "lag", "tiny.yaml", "--set", "training.objective.kind=mixture", "--pool",
        "midas,zero-output-copy", "--seeds", "0", "--lags", "0,3", "--steps", "9", "--output",
        "lag",
      ]
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "lag/lag.json"))
    let record = try JSONDecoder().decode(LagRecord.self, from: data)
    let source = try LoadedRun.load(RunFolder(path: folder / "lag/source-0"))
    let before = try #require(source.metrics.records.last?.validationLoss)
    let zeroOutput = try #require(record.losses[0][1])
    // Held-out rows are corrupted alike each time, so what keeps the function keeps the loss.
    #expect(abs(zeroOutput[0] - before) < 1e-5)
  }

  @Test(
    "A batch goes by seed and step, held-out ones by neither",
    arguments: ["mixture", "masked"]
  )
  func batches(kind: String) async throws {
    let workshop = try await Workshop.ready()
    func job(_ seed: UInt64) throws -> TrainingJob {
      var recipe = try Recipe.load(path: "\(workshop.folder)/tiny.yaml")
      recipe.corpus.tokens = "\(workshop.folder)/book.tokens"
      recipe.seed = seed
      recipe.training.objective.kind = try #require(Recipe.Objective.Kind(rawValue: kind))
      return try TrainingJob(recipe)
    }
    let (first, again, other) = (try job(1), try job(1), try job(2))
    let batches = try (0..<6).map { try first.batch(ofStep: $0) }
    #expect(try (0..<6).reversed().map { try again.batch(ofStep: $0) } == batches.reversed())
    #expect(try (0..<6).map { try other.batch(ofStep: $0) } != batches)
    #expect(Set(batches.map { $0[0] }).count == 6)
    let rows = [3, 0, 7]
    let heldOut = try first.validationBatches.arrays(rows, numbers: rows)
    #expect(try other.validationBatches.arrays(rows, numbers: rows) == heldOut)
    // A sequence that comes again is corrupted anew.
    let epoch = (first.trainingSequences.count + 3) / 4 + 1
    #expect(try first.batch(ofStep: epoch) != first.batch(ofStep: 0))
  }
}
