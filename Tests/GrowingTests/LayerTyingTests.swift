import Arrays
import Foundation
import Growing
import Testing

/// Layers that run more than once with the same weights.
@Suite struct LayerTyingTests {
  private func loop(
    _ depth: Int,
    _ order: [Int]? = nil,
    _ options: GrowthOptions = GrowthOptions()
  ) throws -> GrowthStep {
    try GrowthOperator.loopUnroll.step(
      fromDepth: depth,
      layerOrder: order,
      blockSize: 1,
      options: options
    )
  }

  @Test func loopsRepeatTheOrderAndNoWeights() throws {
    let twice = try loop(2)
    #expect(twice.layerOrder == [0, 1, 0, 1])
    #expect(twice.map == .identity(depth: 2))
    #expect(twice.depth == 4)
    #expect(try loop(4, twice.layerOrder).layerOrder == [0, 1, 0, 1, 0, 1, 0, 1])
    #expect(try loop(1, nil, GrowthOptions(factor: 3)).layerOrder == [0, 0, 0])
  }

  /// The first layers once, the middle ones in a loop, the last ones once.
  @Test func protectedLayersMakeAMiddleLoop() throws {
    let options = GrowthOptions(factor: 3, protectedFirst: 1, protectedLast: 2)
    let once = try loop(5, nil, options)
    #expect(once.layerOrder == [0, 1, 2, 1, 2, 1, 2, 3, 4])
    var twice = options
    twice.factor = 2
    #expect(
      try loop(9, once.layerOrder, twice).layerOrder
        == [0, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 3, 4]
    )
  }

  /// Running layers again and untying them is stacking.
  @Test(arguments: 1...4, 2...3)
  func untyingALoopIsStacking(depth: Int, factor: Int) throws {
    let options = GrowthOptions(factor: factor)
    let tied = try loop(depth, nil, options)
    let untied = try GrowthOperator.untie.step(
      fromDepth: tied.depth,
      layerOrder: tied.layerOrder,
      blockSize: 1
    )
    let stacked = try GrowthOperator.fullStacking.step(
      fromDepth: depth,
      blockSize: 1,
      options: options
    )
    #expect(try tied.map.composed(with: untied.map) == stacked.map)
    #expect(untied.layerOrder == nil && stacked.layerOrder == nil)
    #expect(untied.slotSources == tied.layerOrder)
  }

  @Test func plansTellStoredFromAppliedLayersAndReadBack() throws {
    let plan = try GrowthMethod.sequence(parsing: "loop-unroll untie midas").plan(
      GrowthSettings(finalDepth: 5, blockSize: 1, totalSteps: 100, firstDepth: 2)
    )
    #expect(plan.stages.map(\.depth) == [2, 4, 4, 5])
    #expect((0..<4).map(plan.storedLayers) == [2, 2, 4, 5])
    #expect(plan.lineage(inStage: 1).unitNames == ["A0", "A1", "A0", "A1"])
    #expect(plan.lineage(inStage: 2).unitNames == ["A0", "A1", "A2", "A3"])
    #expect(plan.lineage(inStage: 2).layers.map(\.parent) == [nil, nil, "A0", "A1"])
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(GrowthPlan.self, from: data) == plan)
    let lineage = plan.lineage(inStage: 1)
    #expect(
      try JSONDecoder().decode(Lineage.self, from: JSONEncoder().encode(lineage)) == lineage
    )
  }

  @Test func whatTiesDoNotAllowIsRefusedInOneSentence() throws {
    func message(_ sequence: String, to depth: Int) throws -> String? {
      let method = try GrowthMethod.sequence(parsing: sequence)
      return #expect(throws: GrowthError.self) {
        try method.plan(
          GrowthSettings(finalDepth: depth, blockSize: 1, totalSteps: 100, firstDepth: 2)
        )
      }?.description
    }
    #expect(
      try message("untie", to: 2)
        == "untie needs tied layers, but each of the 2 layers has weights of its own; tie some by "
        + "loop-unroll first"
    )
    #expect(
      try message("loop-unroll midas", to: 5)
        == "midas needs layers of their own, but some share their weights; untie them first"
    )
    #expect(try message("loop-unroll 0,1,1", to: 4)?.contains("untie them first") == true)
    #expect(try message("loop-unroll untie untie", to: 4)?.hasPrefix("untie needs tied") == true)
    let adaptive = #expect(throws: GrowthError.self) {
      try GrowthOperator.loopUnroll.step(
        inPlaceOf: GrowthStep(map: .identity(depth: 2)),
        blockSize: 1,
        options: GrowthOptions()
      )
    }
    #expect(adaptive?.description.contains("only ways to add such layers are compared") == true)
    for order in [[0], [0, 2], [0, 1, -1], []] {
      let error = #expect(throws: GrowthError.self) {
        try GrowthStep(map: .identity(depth: 2), decorations: [:], layerOrder: order)
      }
      #expect(error?.description.contains("at least once") == true)
    }
    #expect(
      try GrowthStep(map: .identity(depth: 2), decorations: [:], layerOrder: [0, 1]).layerOrder
        == nil
    )
  }
}
