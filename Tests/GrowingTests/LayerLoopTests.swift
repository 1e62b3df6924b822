import Foundation
import Growing
import Testing

/// Loops as a shape of networks, and growing from, to and between them.
@Suite struct LayerLoopTests {
  /// Every small loop is known again by its order.
  @Test(arguments: 0...2, 0...2)
  func aLoopIsKnownByItsOrder(first: Int, last: Int) throws {
    for middle in 1...3 {
      for repeats in 2...4 {
        let loop = try LayerLoop(
          first: first,
          repeats: repeats,
          last: last,
          depth: first + middle * repeats + last
        )
        #expect(loop.middle == middle && loop.depth == first + middle * repeats + last)
        let order = try #require(loop.order)
        #expect(Set(order) == Set(0..<first + middle + last))
        #expect(LayerLoop(order: order) == loop)
      }
    }
    #expect(
      try LayerLoop(first: 1, repeats: 3, last: 1, depth: 8).order == [0, 1, 2, 1, 2, 1, 2, 3]
    )
  }

  @Test(arguments: [
    [], [0], [0, 1, 2], [0, 1, 0, 2], [0, 1, 0, 1, 1], [0, 2, 1, 2, 1], [1, 1],
  ])
  func whatIsNoLoopIsNotTakenForOne(order: [Int]) {
    #expect(LayerLoop(order: order) == nil)
  }

  @Test func numbersThatDoNotFitAreRefused() {
    for (middle, depth) in [(nil, 4), (2, 5), (1, 1), (nil, -3), (nil, 1 << 40)] as [(Int?, Int)] {
      #expect(throws: GrowthError.self) {
        try LayerLoop(first: 1, middle: middle, repeats: 3, last: 1, depth: depth)
      }
    }
    let message = #expect(throws: GrowthError.self) {
      try LayerLoop(first: 1, repeats: 3, last: 1, depth: 6)
    }
    #expect(
      message?.description
        == "6 layers cannot be a loop that runs 3 times between 1 first and 1 last layers; choose "
        + "numbers with first + repeats x middle + last = 6"
    )
  }

  /// Few repeats first: the loop runs once more at each growth, between layers that run once.
  @Test func repeatsGrowOneByOne() throws {
    let settings = GrowthSettings(
      finalDepth: 8,
      blockSize: 2,
      totalSteps: 60,
      options: GrowthOptions(protectedFirst: 1, protectedLast: 1),
      finalLoop: try LayerLoop(first: 1, repeats: 3, last: 1, depth: 8)
    )
    let plan = try GrowthMethod.named("repeat-loop").plan(settings)
    #expect(plan.stages.map(\.depth) == [4, 6, 8])
    #expect((0..<3).map(plan.storedLayers) == [4, 4, 4])
    #expect(plan.layerOrder(inStage: 0) == nil)
    #expect(plan.layerOrder(inStage: 1) == [0, 1, 2, 1, 2, 3])
    #expect(plan.layerOrder(inStage: 2) == [0, 1, 2, 1, 2, 1, 2, 3])
  }

  /// From a looped model to one whose layers are their own, and on.
  @Test func aPlanMayBeginLooped() throws {
    let plan = try GrowthMethod.sequence(parsing: "repeat-loop untie midas").plan(
      GrowthSettings(
        finalDepth: 7,
        blockSize: 1,
        totalSteps: 100,
        firstLoop: LayerLoop(repeats: 2, depth: 4)
      )
    )
    #expect(plan.firstLayerOrder == [0, 1, 0, 1])
    #expect(plan.stages.map(\.depth) == [4, 6, 6, 7])
    #expect((0..<4).map(plan.storedLayers) == [2, 2, 6, 7])
    #expect(plan.lineage(inStage: 0).unitNames == ["A0", "A1", "A0", "A1"])
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(GrowthPlan.self, from: data) == plan)
  }

  @Test func theBaselineCanBeLooped() throws {
    let loop = try LayerLoop(repeats: 4, depth: 4)
    let plan = try GrowthMethod.none.plan(
      GrowthSettings(finalDepth: 4, blockSize: 1, totalSteps: 10, finalLoop: loop)
    )
    #expect(plan.layerOrder(inStage: 0) == [0, 0, 0, 0])
    #expect(plan.finalLineage.appliedLayers.map(\.id) == ["A0", "A0", "A0", "A0"])
  }

  @Test func whatDoesNotEndInTheLoopIsRefused() throws {
    func message(_ name: String, _ options: GrowthOptions) throws -> String? {
      let loop = try LayerLoop(repeats: 2, depth: 4)
      let method = try GrowthMethod.named(name)
      return #expect(throws: GrowthError.self) {
        try method.plan(
          GrowthSettings(
            finalDepth: 4,
            blockSize: 2,
            totalSteps: 10,
            options: options,
            finalLoop: loop
          )
        )
      }?.description
    }
    #expect(
      try message("midas", GrowthOptions())
        == "midas ends with no layers tied, but the finished model runs [0, 1, 0, 1]; use "
        + "growth.method none or repeat-loop for a looped model"
    )
    let noLoop = #expect(throws: GrowthError.self) {
      try GrowthOperator.repeatLoop.step(
        fromDepth: 4,
        layerOrder: [0, 1, 2, 1],
        blockSize: 1
      )
    }
    #expect(noLoop?.description.contains("protect those that are outside of the loop") == true)
  }

  @Test func scalesAreByRuns() {
    let order = [0, 1, 1, 1, 1, 2]
    #expect(TiedScale.none.scales(order, storedLayers: 3) == nil)
    #expect(TiedScale.inverse.scales(nil, storedLayers: 3) == nil)
    #expect(TiedScale.inverse.scales(order, storedLayers: 3) == [1, 0.25, 1])
    #expect(TiedScale.inverseRoot.scales(order, storedLayers: 3) == [1, 0.5, 1])
  }
}
