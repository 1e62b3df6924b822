import Growing
import Testing

@Suite struct GrowthMethodTests {
  private func maps(_ way: GrowthOperator, _ depth: Int, _ block: Int) throws -> [String] {
    let settings = GrowthSettings(finalDepth: depth, blockSize: block, totalSteps: 1000)
    return try GrowthMethod(way).plan(settings).growths.map(\.map.description)
  }

  @Test func midasCopiesTheMiddleBlockBehindItself() throws {
    #expect(try maps(.midas, 5, 1) == ["[0 0]", "[0 0 1]", "[0 1 1 2]", "[0 1 1 2 3]"])
    #expect(try maps(.midas, 6, 2) == ["[0 1 0 1]", "[0 1 0 1 2 3]"])
  }

  @Test func gradStackCopiesTheLastBlock() throws {
    #expect(try maps(.gradStack, 4, 1) == ["[0 0]", "[0 1 1]", "[0 1 2 2]"])
    #expect(try maps(.gradStack, 6, 2) == ["[0 1 0 1]", "[0 1 2 3 2 3]"])
  }

  @Test func fullStackingDoublesTheNetwork() throws {
    #expect(try maps(.fullStacking, 8, 2) == ["[0 1 0 1]", "[0 1 2 3 0 1 2 3]"])
    #expect(try maps(.fullStacking, 3, 3).isEmpty)
  }

  @Test func randomBlocksAreFreshWhereMidasCopies() throws {
    #expect(try maps(.randomBlocks, 6, 2) == ["[0 1 * *]", "[0 1 * * 2 3]"])
    let settings = GrowthSettings(finalDepth: 24, blockSize: 2, totalSteps: 1000)
    let (random, midas) = (
      try GrowthMethod(.randomBlocks).plan(settings), try GrowthMethod(.midas).plan(settings)
    )
    #expect(random.growths.map(\.map.newLayers) == midas.growths.map(\.map.newLayers))
  }

  @Test func noneIsOneStageAtFullDepth() throws {
    let plan = try GrowthMethod.none.plan(
      GrowthSettings(finalDepth: 7, blockSize: 2, totalSteps: 10)
    )
    #expect(plan == (try GrowthPlan.fullDepth(layers: 7, steps: 10)))
    #expect(plan.stages == [GrowthStage(index: 0, depth: 7, firstStep: 0, stepCount: 10)])
    #expect(plan.relativeCost(stepCosts: [1]) == 1)
  }

  /// Every old layer survives, one block comes in, the ends stay the ends.
  @Test(arguments: [GrowthOperator.midas, .gradStack, .randomBlocks].map(\.name), [1, 2, 4])
  func gradualMethodsAddOneBlockAStage(name: String, block: Int) throws {
    let method = try GrowthMethod.named(name)
    let plan = try method.plan(
      GrowthSettings(finalDepth: 12 * block, blockSize: block, totalSteps: 10_000)
    )
    #expect(plan.stages.map(\.depth) == (1...12).map { $0 * block })
    for growth in plan.growths {
      #expect(growth.map.newLayers.count { $0 } == block)
      #expect(growth.map.origins.first == .copy(of: 0))
      #expect(try growth.map.composed(with: growth.map.inverse()).depth == growth.map.sourceDepth)
      let kept = zip(growth.map.sources, growth.map.newLayers).filter { !$1 }.compactMap { $0.0 }
      #expect(kept == Array(0..<growth.map.sourceDepth))
    }
  }

  @Test func midasAndGradStackPartAtTheSecondGrowth() throws {
    let (midas, top) = (try maps(.midas, 4, 1), try maps(.gradStack, 4, 1))
    #expect(midas[0] == top[0])
    #expect(midas[1] != top[1])
  }

  @Test func settingsReachThePlan() throws {
    for method in GrowthMethod.all
    where ![GrowthMethod.every.name, "llama-pro", "untie", "fold-gates"].contains(method.name) {
      let plan = try method.plan(
        GrowthSettings(
          finalDepth: 8,
          blockSize: 2,
          totalSteps: 401,
          schedule: .proportional(alpha: 2),
          optimizerState: .zeroNew,
          learningRate: .rewarm(steps: 7),
          options: GrowthOptions(gateSteps: 9)
        )
      )
      #expect(plan.method == method.name)
      #expect(plan.totalSteps == 401)
      #expect(plan.finalDepth == 8)
      #expect(plan.growths.allSatisfy { $0.optimizerState == .zeroNew })
      #expect(plan.growths.allSatisfy { $0.learningRate == .rewarm(steps: 7) })
      #expect(
        plan.stages.map(\.stepCount)
          == (try GrowthSchedule.proportional(alpha: 2).stepCounts(
            stages: plan.stages.count,
            totalSteps: 401
          ))
      )
    }
  }

  @Test func registryFindsEachMethodByItsName() throws {
    #expect(GrowthMethod.all.first?.name == "none")
    #expect(GrowthMethod.all.dropFirst().map(\.name) == GrowthOperator.all.map(\.name))
    #expect(Set(GrowthMethod.all.map(\.name)).count == GrowthMethod.all.count)
    for method in GrowthMethod.all {
      #expect(try GrowthMethod.named(method.name).summary == method.summary)
      #expect(!method.reference.isEmpty)
    }
    let error = #expect(throws: GrowthError.self) { try GrowthMethod.named("lidas") }
    #expect(
      error?.description.hasPrefix(
        #"there is no growing method "lidas"; choose one of none, midas, "#
      )
        == true
    )
  }

  @Test func unreachableDepthNamesTheNearest() {
    let error = #expect(throws: GrowthError.self) {
      try GrowthMethod(.fullStacking).plan(
        GrowthSettings(finalDepth: 12, blockSize: 2, totalSteps: 100)
      )
    }
    #expect(error?.description == "stack from 2 layers on never gives 12 layers; choose 8 or 16")
    #expect(
      throws: GrowthError.depthNotReached(method: "stack", depth: 2, firstDepth: 3, nearest: [3])
    ) {
      try GrowthMethod(.fullStacking).plan(
        GrowthSettings(finalDepth: 2, blockSize: 3, totalSteps: 100)
      )
    }
    #expect(throws: GrowthError.tooDeep(limit: GrowthPlan.depthLimit)) {
      try GrowthMethod(.fullStacking).plan(
        GrowthSettings(finalDepth: .max - 1, blockSize: 3, totalSteps: 100)
      )
    }
    #expect(throws: GrowthError.tooDeep(limit: GrowthPlan.depthLimit)) {
      try GrowthMethod(.midas).plan(
        GrowthSettings(
          finalDepth: 8,
          blockSize: 2,
          totalSteps: 100,
          options: GrowthOptions(protectedFirst: .max)
        )
      )
    }
  }

  @Test(arguments: GrowthMethod.all.map(\.name))
  func countsMustBePositive(name: String) throws {
    let method = try GrowthMethod.named(name)
    #expect(throws: GrowthError.notPositive(setting: "layers", value: 0)) {
      try method.plan(GrowthSettings(finalDepth: 0, blockSize: 2, totalSteps: 10))
    }
    #expect(throws: GrowthError.notPositive(setting: "block size", value: -1)) {
      try method.plan(GrowthSettings(finalDepth: 4, blockSize: -1, totalSteps: 10))
    }
    #expect(throws: GrowthError.notPositive(setting: "steps", value: 0)) {
      try method.plan(GrowthSettings(finalDepth: 4, blockSize: 2, totalSteps: 0))
    }
  }

  @Test(arguments: ["midas", "gradstack", "random"])
  func depthMustBeWholeBlocks(name: String) throws {
    let method = try GrowthMethod.named(name)
    let error = #expect(throws: GrowthError.self) {
      try method.plan(GrowthSettings(finalDepth: 9, blockSize: 2, totalSteps: 10))
    }
    #expect(
      error?.description == "\(name) from 2 layers on never gives 9 layers; choose 8 or 10"
    )
  }
}

extension GrowthMethod {
  /// From two layers in blocks of two it goes 2, 3, 4, 6, 9, and so never gives 8.
  fileprivate static let every = GrowthMethod(.every)
}
