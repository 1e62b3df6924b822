import Arrays
import Checkpoints
import EspalierTestSupport
import Foundation
import Growing
import Testing
import Training

@Suite struct GrowTests {
  private struct Summary: Decodable {
    var source: String
    var output: String
    var step: Int
    var method: String?
    var optimizerState: String
    var layersBefore: Int
    var layersAfter: Int
    var origins: [Int?]
    var isNew: [Bool]
    var parametersBefore: Int
    var parametersAfter: Int
  }

  private static let checkpoint = "reference/checkpoints/step-00000018"

  @Test func aMethodGrowsACheckpointByItsNextStep() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let before = try FolderContents(folder / "reference")
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "grow", Self.checkpoint, "--method", "gradstack", "--output", "deep/er", "--json",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
    #expect(summary.source == Self.checkpoint)
    #expect(summary.output == "deep/er/step-00000018")
    #expect(summary.step == 18)
    #expect(summary.method == "gradstack")
    #expect(summary.optimizerState == "copy")
    #expect((summary.layersBefore, summary.layersAfter) == (2, 3))
    #expect(summary.origins == [0, 1, 1])
    #expect(summary.isNew == [false, false, true])
    #expect(summary.parametersAfter > summary.parametersBefore)

    let old = try StoredCheckpoint.open(folder / Self.checkpoint).load()
    let new = try CheckpointGrowth(path: folder / summary.output)
    #expect(new.state.configuration.layerCount == 3)
    #expect(new.state.lineage.layers.map(\.parent) == [nil, "A0", "A1"])
    for (old, new) in zip(old.model + old.optimizer, try new.checkpoint.load().tensors) {
      #expect(old.name == new.name)
      let isLayered = old.name.contains("layers")
      #expect(
        new.array == (isLayered ? old.array.gatheringRows([0, 1, 1]) : old.array),
        "\(old.name)"
      )
    }
    #expect(try FolderContents(folder / "reference") == before)
  }

  @Test func aMapCanBringNewLayersAndClearTheOptimizer() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "grow", Self.checkpoint, "--map", "1,*,0", "--optimizer-state", "clear-all", "--output",
      "new",
    ])
    #expect(outcome.code == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("\(Self.checkpoint): step 18, 2 layers, "))
    #expect(
      lines[1...4] == [
        "grown by a layer map: [1 * 0], optimizer state: clear-all",
        "  layer 0 is layer 1",
        "  layer 1 is new, with drawn weights",
        "  layer 2 is layer 0",
      ]
    )
    #expect(lines[5].hasPrefix("new/step-00000018: 3 layers, "))

    let old = try StoredCheckpoint.open(folder / Self.checkpoint).load()
    let new = try StoredCheckpoint.open(folder / "new/step-00000018").load()
    #expect(new.optimizer.allSatisfy { $0.array.bytes.allSatisfy { $0 == 0 } })
    for (old, new) in zip(old.model, new.model) where old.name.contains("layers") {
      #expect(new.array.gatheringRows([0, 2]) == old.array.gatheringRows([1, 0]))
      let drawn = new.array.gatheringRows([1]).values(as: Float.self)
      #expect(drawn.contains { $0 != 0 })
      #expect(drawn.allSatisfy { abs($0) <= 2 })
    }
  }

  @Test func anOperatorSaysWhatItDidAndWhatItKeeps() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "grow", Self.checkpoint, "--method", "jump-zero-output", "--layers", "4", "--output", "new",
    ])
    #expect(outcome.code == 0)
    #expect(
      outcome.output.split(separator: "\n").dropFirst().prefix(6) == [
        "grown by jump-zero-output: [0 1 * *], optimizer state: copy",
        "  layer 0 is layer 0",
        "  layer 1 is layer 1",
        "  layer 2 is new, with drawn weights, output projections zero",
        "  layer 3 is new, with drawn weights, output projections zero",
        "the grown model computes the same function",
      ]
    )
    let new = try StoredCheckpoint.open(folder / "new/step-00000018").load()
    let output = try #require(new.model.first { $0.name == "layers.output" })
    #expect(output.array.gatheringRows([2, 3]).bytes.allSatisfy { $0 == 0 })
  }

  @Test func aCheckpointGrowsInWidth() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "grow", Self.checkpoint, "--width", "24", "--heads", "4", "--feed-forward", "40",
      "--vocabulary", "2050", "--context", "32", "--output", "wide",
    ])
    #expect(outcome.code == 0)
    #expect(outcome.errors == "")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(
      lines[1...7] == [
        "widened by duplicate, optimizer state: copy",
        "  width from 16 to 24",
        "  query heads from 2 to 4",
        "  key and value heads from 2 to 4",
        "  feed-forward width from 32 to 40",
        "  vocabulary from 2048 to 2050",
        "  context length from 16 to 32",
      ]
    )
    #expect(
      lines[8] == "the wider model computes the same function; the logits of new tokens are new"
    )
    // Its size differs from 24 / 4, so the head's own is kept, and the state reads back.
    let wide = try CheckpointGrowth(path: folder / "wide/step-00000018").state.configuration
    #expect(wide.headSize == 8)
    #expect((wide.width, wide.headCount, wide.contextLength) == (24, 4, 32))
    let model = try StoredCheckpoint.open(folder / "wide/step-00000018").load().model
    let query = try #require(model.first { $0.name == "layers.query" })
    #expect(query.array.shape == [2, 24, 32])
  }

  @Test func aGrownCheckpointCanBeGrownAgain() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    var source = Self.checkpoint
    for (method, depth) in [("stack", 4), ("random", 5), ("midas", 6)] {
      let output = "grown-\(depth)"
      let outcome = try await espalier.run([
        "grow", source, "--method", method, "--output", output, "--json",
      ])
      try #require(outcome.code == 0, "\(outcome.errors)")
      let summary = try JSONDecoder().decode(Summary.self, from: Data(outcome.output.utf8))
      #expect(summary.layersAfter == depth)
      source = summary.output
    }
    let lineage = try CheckpointGrowth(path: folder / source).state.lineage
    #expect(lineage.born.map(\.id) == ["A0", "A1", "A2", "A3", "A4", "A5"])
    #expect(lineage.born.map(\.stage) == [0, 1, 2, 2, 3, 4])
  }
}

extension Checkpoint {
  /// All tensors, the model's first.
  fileprivate var tensors: [NamedArray] { model + optimizer }
}
