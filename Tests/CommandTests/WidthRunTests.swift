import Checkpoints
import EspalierTestSupport
import Foundation
import Runs
import Testing
import Training

/// Runs that grow in width.
@Suite struct WidthRunTests {
  /// From one layer of half the width to two layers of the full width.
  private static func growth(_ sequence: String, fill: String = "pad") -> [String] {
    let fields = [
      "method=sequence", "sequence=\(sequence)", "fill=\(fill)", "firstWidth=8",
      "firstHeadCount=1", "firstFeedForwardWidth=12",
    ]
    return fields.flatMap { ["--set", "growth.\($0)"] }
  }

  @Test func aPlanShowsTheWidths() async throws {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path)
      .run(["plan", "tiny.yaml", "--drawing", "plan.svg"] + Self.growth("width:12 midas+widen"))
    #expect(outcome.errors == "")
    #expect(
      outcome.output.split(separator: "\n").dropFirst().prefix(4).map(\.self) == [
        "stage  steps  layers  width  heads  feed-forward  parameters        cost   share  layer map",
        "1      1-6         1      8      1            12      16,952  39.3 MFLOP  21.1 %",
        "2      7-12        1     12      1            12      25,428  58.8 MFLOP  31.5 %  wider by pad",
        "3      13-18       2     16      2            32      37,968  88.5 MFLOP  47.4 %  [0 0], wider by pad",
      ]
    )
    #expect(outcome.output.contains("at full size"))
    let drawing = try String(contentsOfFile: folder / "plan.svg", encoding: .utf8)
    #expect(drawing.contains("1 layers × 12"))
  }

  /// Killed before a growth in width and behind one, a run ends as one that was left alone.
  @Test(arguments: ["pad", "duplicate-uneven"])
  func aRunThatGrowsInWidthEndsAsOneLeftAlone(fill: String) async throws {
    let folder = try await Workshop.ready().copy()
    try await folder.expectAKilledRunEndsAsOneLeftAlone(
      ["train", "tiny.yaml"] + Self.growth("width:12 midas+widen", fill: fill),
      killedAt: ["step 5/18", "step 6: grew to width 12", "step 14/18"]
    )
    let run = try LoadedRun.load(RunFolder(path: folder / "whole"))
    #expect(run.record.plan.stages.map(\.width) == [8, 12, 16])
    #expect(run.record.plan.stages.map(\.headCount) == [1, 1, 2])
    #expect(run.record.plan.stages.map(\.feedForwardWidth) == [12, 12, 32])
    #expect(run.record.plan.growths.map(\.fill) == [fill, fill])
    #expect(run.record.model.width == 16)
    #expect(run.metrics.records.last?.flops == run.record.outcome.flops)
  }

  /// A growth that keeps the function does so on the device: with a learning rate of almost nothing the
  /// held-out loss stays.
  @Test func theLossStaysWhereTheFunctionDoes() async throws {
    let folder = try await Workshop.ready().copy()
    func losses(_ fill: String) async throws -> [Double] {
      let outcome = try await EspalierProcess(folder: folder.path).run(
        ["train", "tiny.yaml", "--run", fill, "--set", "training.learningRate.peak=1e-12"]
          + ["--set", "growth.firstLayers=2"] + Self.growth("width:12 widen", fill: fill)
      )
      #expect(outcome.code == 0, "\(outcome.errors)")
      let run = try LoadedRun.load(RunFolder(path: folder / fill))
      return run.metrics.records.compactMap(\.validationLoss)
    }
    for fill in ["pad", "duplicate", "duplicate-uneven"] {
      let losses = try await losses(fill)
      #expect(losses.count == 3)
      for loss in losses { #expect(abs(loss - losses[0]) < 1e-5, "\(fill)") }
    }
    let changed = try await losses("next-layer")
    #expect(abs(changed[2] - changed[0]) > 1e-4)
  }

  /// What docs/growing.md warns of: copies on the residual stream never part, new elements do.
  @Test func aDuplicatedStreamStaysTwofold() async throws {
    let folder = try await Workshop.ready().copy()
    for (fill, isTwofold) in [("duplicate", true), ("pad", false)] {
      let outcome = try await EspalierProcess(folder: folder.path).run(
        ["train", "tiny.yaml", "--run", fill] + Self.growth("midas widen", fill: fill)
      )
      #expect(outcome.code == 0, "\(outcome.errors)")
      let checkpoint = try StoredCheckpoint.open(folder / "\(fill)/checkpoints/step-00000018")
      let embedding = try checkpoint.model().array(named: "embedding")
      #expect(embedding.shape[1] == 16)
      let values = embedding.values(as: Float.self)
      let isEqual = values.indices.allSatisfy { index in
        index % 16 >= 8 || values[index] == values[index + 8]
      }
      #expect(isEqual == isTwofold, "\(fill)")
    }
  }

  @Test func aCheckpointOfARunThatGrewInWidthIsGrownAndTrainedOn() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    let first = try await espalier.run(
      ["train", "tiny.yaml", "--run", "a"] + Self.growth("midas widen")
    )
    #expect(first.code == 0, "\(first.errors)")
    let grown = try await espalier.run([
      "grow", "a/checkpoints/step-00000018", "--width", "24", "--heads", "3", "--output", "wide",
    ])
    #expect(grown.code == 0, "\(grown.errors)")
    let on = try await espalier.run([
      "train", "tiny.yaml", "--from", "wide/step-00000018", "--run", "b", "--set", "model.width=24",
      "--set", "model.headCount=3", "--set", "growth.method=none",
    ])
    #expect(on.code == 0, "\(on.errors)")
  }
}
