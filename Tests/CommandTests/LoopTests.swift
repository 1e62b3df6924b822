import EspalierTestSupport
import Foundation
import Runs
import SavedModels
import Testing

/// Looped models in whole commands.
@Suite struct LoopTests {
  /// Two stored layers, of which the second runs four times.
  private static let looped = [
    "--set", "model.layers=5", "--set", "model.loop.first=1", "--set", "model.loop.repeats=4",
    "--set", "model.loop.scale=inverse", "--set", "growth.method=none",
  ]

  /// A looped model is trained, exported unrolled, untied and trained on; untied, it is the same function and the
  /// same export.
  @Test func aLoopedRunIsExportedUntiedAndGoesOn() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    func run(_ arguments: [String]) async throws {
      let outcome = try await espalier.run(arguments)
      try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    }
    try await run(["train", "tiny.yaml", "--run", "looped"] + Self.looped)
    let record = try LoadedRun.load(RunFolder(path: folder / "looped")).record
    #expect(record.plan.firstLayerOrder == [0, 1, 1, 1, 1])
    #expect(record.lineage.map(\.id) == ["A0", "A1", "A1", "A1", "A1"])
    let start = "looped/checkpoints/step-00000018"
    let model = try SavedModel(path: folder / start) { _ in }
    #expect(model.configuration.layerCount == 2)
    #expect(model.configuration.residualScales == [1, 0.25])

    try await run(["grow", start, "--method", "untie", "--output", "untied"])
    let untied = try SavedModel(path: folder / "untied/step-00000018") { _ in }
    #expect(untied.configuration.layerCount == 5 && untied.configuration.residualScales == nil)
    try await run(["export", "looped", "a"])
    try await run(["export", "untied/step-00000018", "b"])
    #expect(try folder.read("a/model.safetensors") == folder.read("b/model.safetensors"))

    // Both go on: the one as the loop that it is, the other with layers of their own.
    try await run(["train", "tiny.yaml", "--from", "looped", "--run", "on"] + Self.looped)
    try await run([
      "train", "tiny.yaml", "--from", "untied/step-00000018", "--run", "free", "--set",
      "model.layers=5", "--set", "growth.method=none",
    ])
    // Fine-tuning says the loop by itself.
    try folder.write(
      (0..<8).map { "{\"prompt\": \"a\($0)\", \"answer\": \" b\"}\n" }.joined(),
      to: "answers.jsonl"
    )
    try await run(["finetune", "looped", "answers.jsonl", "--run", "tuned"])
    let tuned = try SavedModel(path: folder / "tuned") { _ in }
    #expect(tuned.configuration.layerOrder == [0, 1, 1, 1, 1])
    #expect(tuned.configuration.residualScales == [1, 0.25])
    let refused = try await espalier.run([
      "train", "tiny.yaml", "--from", "looped", "--run", "no", "--set", "model.layers=5", "--set",
      "growth.method=none",
    ])
    #expect(refused.code != 0 && refused.errors.contains("say so by model.loop"))
  }

  /// A curriculum of repeats, with scales that follow them, then untied: killed at any stage, it ends as one left
  /// alone.
  @Test func aCurriculumThatIsKilledEndsAsOneLeftAlone() async throws {
    let folder = try await Workshop.ready().copy()
    let arguments = [
      "train", "tiny.yaml", "--set", "model.layers=6", "--set", "model.loop.scale=inverse-root",
      "--set", "growth.method=sequence", "--set", "growth.sequence=repeat-loop untie", "--set",
      "growth.blockSize=2", "--set", "growth.firstRepeats=2",
    ]
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      arguments,
      killedAt: ["step 3/18", "step 8/18", "step 14/18"]
    )
    let run = try LoadedRun.load(RunFolder(path: folder / "whole"))
    #expect(run.record.plan.firstLayerOrder == [0, 1, 0, 1])
    #expect(run.record.plan.stages.map(\.layers) == [4, 6, 6])
    // Untying keeps the function: the loss goes on without a jump.
    let losses = Dictionary(
      uniqueKeysWithValues: run.metrics.records.map { ($0.step, $0.validationLoss) }
    )
    let (before, after) = (try #require(losses[12] ?? nil), try #require(losses[18] ?? nil))
    #expect(abs(after - before) < 0.5)
  }
}
