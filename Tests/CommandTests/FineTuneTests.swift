import Checkpoints
import EspalierTestSupport
import Foundation
import Runs
import Testing

/// Saved models that learn to answer, as a user trains them.
@Suite struct FineTuneTests {
  /// A folder with the reference run and with examples.
  private static func folder() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy(withReference: true)
    try folder.write(examples, to: "data.jsonl")
    return folder
  }

  static let examples = (0..<24).map {
    "{\"prompt\": \"God said \(["light", "earth", "waters"][$0 % 3]) ->\", \"answer\": \" day\"}\n"
  }.joined()

  private static let arguments = [
    "finetune", "reference", "data.jsonl", "--steps", "18", "--set", "logging.every=1", "--set",
    "checkpoints.every=3",
  ]

  @Test(arguments: [[], ["--lora", "2", "--lora-matrices", "query,down"]])
  func aKilledRunEndsAsOneLeftAlone(more: [String]) async throws {
    let folder = try await Self.folder()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      Self.arguments + more,
      killedAt: ["compiling the training step", "step 4/18", "step 9: saved"]
    )
  }

  /// It is resumed without its data, its origin and its name.
  @Test func aRunHoldsAllThatItNeeds() async throws {
    let folder = try await Self.folder()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(Self.arguments + ["--run", "whole"]).code == 0)
    try LiveCommand.runKilled(
      Self.arguments + ["--run", "killed"],
      atLineBeginning: "step 4/18",
      in: folder.path
    )
    for name in ["data.jsonl", "reference", "book.tokens"] {
      try FileManager.default.removeItem(atPath: folder / name)
    }
    try FileManager.default.moveItem(atPath: folder / "killed", toPath: folder / "elsewhere")
    let outcome = try await espalier.run(["resume", "elsewhere"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(try folder.checkpoint(of: "elsewhere") == folder.checkpoint(of: "whole"))
  }

  @Test func allWeightsLearnTheAnswersAndTheRecordSaysFromWhere() async throws {
    let folder = try await Self.folder()
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(
        Self.arguments
          + ["--learning-rate", "0.01", "--set", "checkpoints.keep=9", "--run", "run"]
      )
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errorLines.contains { $0.hasPrefix("data.jsonl: ") && $0.contains("held out") })
    let run = try LoadedRun.load(RunFolder(path: folder / "run"))
    #expect(run.record.origin?.checkpoint == "reference/checkpoints/step-00000018")
    #expect(run.record.origin?.optimizer == "reset")
    #expect(run.record.objective == ObjectiveRecord(kind: "answers", extraTokens: 0))
    #expect(run.record.corpus.trainingDocuments + run.record.corpus.validationDocuments == 24)
    let losses = run.metrics.records.compactMap(\.validationLoss)
    #expect(try #require(losses.last) < #require(losses.first) - 1)
    let start = try StoredCheckpoint.open(folder / "run/checkpoints/step-00000000").load()
    let origin = try StoredCheckpoint.open(folder / "reference/checkpoints/step-00000018").load()
    #expect(start.model == origin.model)
  }

  /// Whatever takes a run takes this one, with its additions merged.
  @Test func theResultIsARunLikeAnyOther() async throws {
    let folder = try await Self.folder()
    let espalier = EspalierProcess(folder: folder.path)
    for arguments in [
      Self.arguments + ["--lora", "2", "--run", "tuned"],
      ["generate", "tuned", "--prompt", "God said light ->", "--tokens", "2"],
      ["export", "tuned", "hf"],
      [
        "grow", "tuned/checkpoints/step-00000018", "--method", "gradstack", "--block-size", "1",
        "--output", "grown",
      ],
      ["generate", "grown/step-00000018", "--prompt", "God", "--tokens", "2"],
      [
        "train", "tiny.yaml", "--set", "model.layers=3", "--set", "growth.method=none", "--set",
        "training.steps=2", "--set", "training.learningRate.warmupSteps=0", "--from",
        "grown/step-00000018", "--run", "on",
      ],
      ["finetune", "tuned", "data.jsonl", "--steps", "2", "--run", "again"],
      ["compare", "tuned", "again"],
      ["resume", "tuned", "--steps", "20"],
    ] {
      let outcome = try await espalier.run(arguments)
      // A cosine has no common checkpoint with a longer one; the message is that of any run.
      let code: Int32 = arguments[0] == "resume" ? 1 : 0
      #expect(outcome.code == code, "\(arguments): \(outcome.errors)")
    }
    // Only the matrices of layers have moved.
    let tuned = try StoredCheckpoint.open(folder / "tuned/checkpoints/step-00000018").load().model
    let origin = try StoredCheckpoint.open(folder / "reference/checkpoints/step-00000018").load()
      .model
    let moved = zip(tuned, origin).filter { $0 != $1 }.map(\.0.name)
    #expect(
      moved.count == 7 && moved.allSatisfy { $0.hasPrefix("layers.") && !$0.contains("Norm") }
    )
  }

  @Test func aModelOfAMixtureKeepsItsOwnTokens() async throws {
    let folder = try await Self.folder()
    let espalier = EspalierProcess(folder: folder.path)
    for arguments in [
      [
        "train", "tiny.yaml", "--set", "training.objective.kind=mixture", "--set",
        "growth.method=none", "--set", "training.steps=2", "--set",
        "training.learningRate.warmupSteps=0", "--run", "mixture",
      ],
      ["finetune", "mixture", "data.jsonl", "--steps", "2", "--run", "tuned"],
    ] {
      let outcome = try await espalier.run(arguments)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let run = try LoadedRun.load(RunFolder(path: folder / "tuned"))
    #expect(try #require(run.record.objective).extraTokens > 0)
  }
}
