import Growing
import Testing

@Suite struct GrowthMethodStepTests {
  /// The growth from a depth is the one that a plan through that depth has there.
  @Test(arguments: GrowthMethod.all.map(\.name), [1, 2, 3])
  func stepIsThatOfAPlanThroughTheDepth(name: String, block: Int) throws {
    let method = try GrowthMethod.named(name)
    let plan = try method.plan(
      GrowthSettings(
        finalDepth: 8 * block,
        blockSize: block,
        totalSteps: 1000,
        optimizerState: .zeroNew
      )
    )
    for (stage, growth) in zip(plan.stages, plan.growths) {
      let step = try method.step(
        fromDepth: stage.depth,
        blockSize: block,
        optimizerState: .zeroNew
      )
      #expect(step == growth)
    }
  }

  @Test func trainingAtFullDepthHasNoStep() throws {
    #expect(try GrowthMethod.none.step(fromDepth: 4, blockSize: 1) == nil)
  }

  @Test func impossibleSettingsAreRefused() {
    #expect(throws: GrowthError.depthNotMultipleOfBlock(depth: 4, blockSize: 3)) {
      try GrowthMethod.midas.step(fromDepth: 4, blockSize: 3)
    }
    #expect(throws: GrowthError.depthNotMultipleOfBlock(depth: 4, blockSize: .max)) {
      try GrowthMethod.midas.step(fromDepth: 4, blockSize: .max)
    }
    #expect(throws: GrowthError.notPositive(setting: "block size", value: 0)) {
      try GrowthMethod.gradStack.step(fromDepth: 4, blockSize: 0)
    }
    #expect(throws: GrowthError.notPositive(setting: "layers", value: 0)) {
      try GrowthMethod.fullStacking.step(fromDepth: 0, blockSize: 1)
    }
  }
}
