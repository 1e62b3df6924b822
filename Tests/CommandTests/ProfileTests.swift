import Foundation
import Testing

@testable import espalier

@Suite struct ProfileTests {
  private struct Figures: Decodable {
    struct Kind: Decodable {
      var name: String
      var milliseconds: Double
      var share: Double
      var calls: Int
    }
    struct Operation: Decodable {
      var kind: String
      var calls: Int
      var operands: [String]
      var source: String?
    }
    var layers: Int
    var stepMilliseconds: Double
    var betweenOperationsMilliseconds: Double
    var kinds: [Kind]
    var operations: [Operation]
    var untimed: [[String: String]]
  }

  private func figures(_ arguments: [String]) async throws -> Figures {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(
      ["profile", "tiny.yaml", "--json", "--steps", "1"] + arguments
    )
    #expect(outcome.code == 0)
    #expect(outcome.errors.isEmpty)
    return try JSONDecoder().decode(Figures.self, from: Data(outcome.output.utf8))
  }

  @Test func theStepsTimeIsAccountedFor() async throws {
    let figures = try await figures([])
    #expect(figures.layers == 2)
    #expect(figures.untimed.isEmpty)
    let sum = figures.kinds.reduce(figures.betweenOperationsMilliseconds) { $0 + $1.milliseconds }
    #expect(abs(sum / figures.stepMilliseconds - 1) < 1e-9)
    // Seven projections in each of two layers and the output's, each forward and twice backward; the
    // compiler may join some, and multiply small ones in a loop of its own.
    #expect(figures.kinds.contains { $0.name == "matrix products" && $0.calls >= 15 })
    #expect(figures.operations.contains { $0.source?.hasPrefix("LlamaBlock.swift:") == true })
  }

  @Test func aLoopOverLayersCountsEachRound() async throws {
    let figures = try await figures(["--layers", "3", "--set", "model.layerExecution=scan"])
    #expect(figures.layers == 3)
    #expect(figures.operations.contains { $0.calls == 3 })
  }

  /// Two layers that share their weights are stored, and updated, as one.
  @Test func tiedLayersAreMeasuredAsTied() async throws {
    let stacked = "float32[2, 16, 32]"
    func updatesTwoLayers(_ arguments: String...) async throws -> Bool {
      let figures = try await figures(arguments)
      #expect(figures.layers == 2)
      return figures.operations.contains { $0.operands.contains { $0.hasPrefix(stacked) } }
    }
    #expect(try await updatesTwoLayers("--set", "growth.method=none"))
    #expect(try await !updatesTwoLayers("--set", "growth.method=loop-unroll"))
    // A depth that no stage has is not tied.
    #expect(
      try await updatesTwoLayers(
        "--set",
        "growth.method=loop-unroll",
        "--set",
        "model.layers=4",
        "--set",
        "growth.factor=4",
        "--layers",
        "2"
      )
    )
  }

  /// The model is that of the last stage, with what is tied and gated in it.
  @Test(arguments: ["loop-unroll", "trained-gate", "fixed-gate"])
  func theLastStagesOwnModelIsMeasured(method: String) async throws {
    let figures = try await figures(["--set", "growth.method=\(method)"])
    #expect(figures.layers == 2)
    #expect(figures.untimed.isEmpty)
  }

  @Test func theTableIsAsRecorded() {
    let report = ProfileReport(
      recipe: "tiny",
      layers: 1,
      tokensPerStep: 64,
      operationsPerStep: 3e8,
      stepMilliseconds: 2,
      betweenOperationsMilliseconds: 0.4,
      kinds: [
        .init(name: "matrix products", milliseconds: 1.5, share: 0.75, calls: 21),
        .init(name: "elementwise", milliseconds: 0.1, share: 0.05, calls: 4),
      ],
      sources: [
        .init(name: "LlamaBlock.swift:66", milliseconds: 1.1, share: 0.55, calls: 9)
      ],
      operations: [
        .init(
          name: "dot.7",
          kind: "matrix products",
          milliseconds: 1,
          share: 0.5,
          calls: 2,
          operands: ["float32[64, 16]", "float32[16, 32]"],
          result: "float32[64, 32]",
          source: "LlamaBlock.swift:66"
        )
      ],
      untimed: [.init(name: "rng.1", reason: "no")]
    )
    #expect(
      report.text(top: 1, characters: .ascii) == """
        tiny, 1 layer: 2.0 ms a step, 32,000 tokens/s, 150 GFLOP/s

        kind                                               ms   share  calls
        matrix products                                   1.5   75.0%     21  ##################
        elementwise                                       0.1    5.0%      4  #
        between operations                                0.4   20.0%         #####

        line of the source                                 ms   share  calls
        LlamaBlock.swift:66                               1.1   55.0%      9  #############

        slowest operations                                 ms   share  calls
        dot.7: matrix products                            1.0   50.0%      2
            float32[64, 16] float32[16, 32] -> float32[64, 32]  LlamaBlock.swift:66

        Without a time: 1 operation, such as rng.1; see --json.

        """
    )
  }

  @Test func aMissingRecipeIsNamed() async throws {
    let outcome = try await EspalierProcess(folder: "/").run(["profile", "nowhere.yaml"])
    #expect(outcome.code == 2)
    #expect(outcome.errorLines.first?.hasPrefix("error: nowhere.yaml: ") == true)
  }
}
