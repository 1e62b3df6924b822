import Growing
import Testing

@Suite struct GrowthSequenceTests {
  private func plan(
    _ text: String,
    depth: Int,
    first: Int = 2
  ) throws(GrowthError) -> GrowthPlan {
    try GrowthMethod.sequence(parsing: text).plan(
      GrowthSettings(finalDepth: depth, blockSize: 2, totalSteps: 100, firstDepth: first)
    )
  }

  @Test func namesAndMapsFollowEachOther() throws {
    let plan = try plan(" midas 0,1,*,2,3,3\tinterleave ", depth: 12)
    #expect(plan.method == "sequence")
    #expect(plan.stages.map(\.depth) == [2, 4, 6, 12])
    #expect(
      plan.growths.map(\.map.description)
        == ["[0 1 0 1]", "[0 1 * 2 3 3]", "[0 0 1 1 2 2 3 3 4 4 5 5]"]
    )
  }

  @Test func aSequenceThatMissesTheDepthIsRefused() {
    func message(_ text: String, _ depth: Int, first: Int = 2) -> String? {
      #expect(throws: GrowthError.self) { try plan(text, depth: depth, first: first) }?.description
    }
    #expect(
      message("midas", 8) == "sequence from 2 layers on never gives 8 layers; choose 4"
    )
    #expect(
      message("midas midas midas", 6)
        == "sequence from 2 layers on never gives 6 layers; choose 6 or 8"
    )
    #expect(message("1,0", 4) == "sequence from 2 layers on never gives 4 layers; choose 2 or 2")
    #expect(
      message("0,1,2", 3)
        == "layer 2 of the layer map copies layer 2, but the source has 2 layers, counted from 0"
    )
    #expect(message("  ", 4)?.contains("at least one") == true)
    #expect(message("midas lidas", 4)?.hasPrefix("there is no growing method \"lidas\"") == true)
    for text in ["0,", "0,,1", "-1", "0;1", "0,1.5", "0,**"] {
      #expect(message(text, 4)?.hasPrefix("there is no growing method") == true)
    }
  }

  /// Any sequence of operators gives a plan whose depths are those of its maps, and whose lineage has
  /// one layer a place, each born of an older one.
  @Test(arguments: 0..<60)
  func anySequenceGivesAConsistentPlan(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let growing = GrowthOperator.all.filter {
      !$0.name.hasPrefix("jump") && $0.name != "solar" && $0.addsLayers && !$0.setsGates
    }
    let operators = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      growing[Int.random(in: 0..<growing.count, using: &generator)]
    }
    var (depth, steps) = (2, [GrowthStep]())
    for growing in operators {
      let step = try growing.step(fromDepth: depth, blockSize: 1)
      steps.append(step)
      depth = step.map.depth
    }
    let plan = try GrowthMethod.sequence(operators).plan(
      GrowthSettings(finalDepth: depth, blockSize: 1, totalSteps: 500, firstDepth: 2)
    )
    #expect(plan.growths == steps)
    #expect(plan.stages.map(\.depth) == [2] + steps.map(\.map.depth))
    #expect(plan.totalSteps == 500)
    for stage in plan.stages {
      let lineage = plan.lineage(inStage: stage.index)
      #expect(lineage.layers.count == stage.depth)
      #expect(Set(lineage.layers.map(\.id)).count == stage.depth)
      #expect(lineage.layers.allSatisfy { $0.stage <= stage.index })
    }
    // Layers that were there at first and were never blended away are found by the composed map.
    let whole = try steps.dropFirst().reduce(steps[0].map) { try $0.composed(with: $1.map) }
    #expect(whole.sourceDepth == 2 && whole.depth == depth)
  }
}
