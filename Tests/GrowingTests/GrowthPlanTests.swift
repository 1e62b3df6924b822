import Foundation
import Growing
import Testing

@Suite struct GrowthPlanTests {
  private func midas(depth: Int = 8, block: Int = 2, steps: Int = 400) throws -> GrowthPlan {
    try GrowthMethod(.midas).plan(
      GrowthSettings(finalDepth: depth, blockSize: block, totalSteps: steps)
    )
  }

  @Test func everyStepHasOneStageAndGrowthsComeAtTheBorders() throws {
    let plan = try midas()
    #expect(plan.stages.map(\.firstStep) == [0, 40, 120, 240])
    #expect(plan.stages.map(\.number) == [1, 2, 3, 4])
    for step in 0..<400 {
      let stage = plan.stage(containing: step)
      #expect(stage.steps.contains(step))
      let growth = plan.growth(before: step)
      #expect((growth != nil) == [40, 120, 240].contains(step))
      #expect(growth.map { $0.map.depth == stage.depth } ?? true)
    }
    #expect(plan.growth(before: 400) == nil)
    #expect(plan.growth(before: -1) == nil)
  }

  /// The compute of each stage's step where it is in proportion to depth.
  private func costs(of plan: GrowthPlan) -> [Double] {
    plan.stages.map { Double($0.depth) / Double(plan.finalDepth) }
  }

  @Test func costComesFromWholeSteps() throws {
    let plan = try midas()
    // (40*2 + 80*4 + 120*6 + 160*8) / (400*8)
    #expect(plan.relativeCost(stepCosts: costs(of: plan)) == 0.75)
    let uneven = try midas(steps: 25)
    // Stages of 3, 5, 8 and 9 steps.
    let expected = Double(3 * 1 + 5 * 2 + 8 * 3 + 9 * 4) / 100
    #expect(abs(uneven.relativeCost(stepCosts: costs(of: uneven)) - expected) < 1e-12)
    #expect(plan.relativeCost(stepCosts: [1, 1, 1, 1]) == 1)
  }

  @Test func costOfALongPlanIsTheFormulas() throws {
    for (alpha, depth) in [(0.0, 12), (1.0, 24), (2.5, 6)] {
      let schedule = GrowthSchedule.proportional(alpha: alpha)
      let plan = try GrowthMethod(.gradStack).plan(
        GrowthSettings(
          finalDepth: depth,
          blockSize: 1,
          totalSteps: 10_000_000,
          schedule: schedule
        )
      )
      let formula = try schedule.relativeCost(stages: depth)
      #expect(abs(plan.relativeCost(stepCosts: costs(of: plan)) - formula) < 1e-5)
    }
  }

  @Test func storedFormIsStableAndReadsBack() throws {
    let plan = try midas(depth: 2, block: 1, steps: 3)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(plan)
    #expect(
      String(decoding: data, as: UTF8.self)
        == #"{"blockSize":1,"growths":[{"map":{"origins":[0,0],"sourceDepth":1},"#
        + #""optimizerState":"copy"}],"method":"midas","stages":["#
        + #"{"depth":1,"firstStep":0,"index":0,"stepCount":1},"#
        + #"{"depth":2,"firstStep":1,"index":1,"stepCount":2}]}"#
    )
    #expect(try JSONDecoder().decode(GrowthPlan.self, from: data) == plan)
    #expect(try encoder.encode(JSONDecoder().decode(GrowthPlan.self, from: data)) == data)
  }

  @Test(
    arguments: GrowthMethod.all.map(\.name)
      .filter { !["every", "llama-pro", "untie", "fold-gates"].contains($0) }
  )
  func everyPlanReadsBack(name: String) throws {
    let plan = try GrowthMethod.named(name).plan(
      GrowthSettings(
        finalDepth: 16,
        blockSize: 2,
        totalSteps: 999,
        optimizerState: .clearAll,
        options: GrowthOptions(gateSteps: 9)
      )
    )
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(GrowthPlan.self, from: data) == plan)
  }

  @Test func partsThatDoNotFitAreRefused() throws {
    let good = try midas()
    func plan(
      stages: [GrowthStage]? = nil,
      growths: [GrowthStep]? = nil,
      blockSize: Int = 2
    ) throws(GrowthError) {
      _ = try GrowthPlan(
        method: "midas",
        blockSize: blockSize,
        stages: stages ?? good.stages,
        growths: growths ?? good.growths
      )
    }
    #expect(throws: Never.self) { try plan() }
    #expect(throws: GrowthError.noStages) { try plan(stages: []) }
    #expect(throws: GrowthError.notPositive(setting: "block size", value: 0)) {
      try plan(blockSize: 0)
    }
    #expect(throws: GrowthError.growthCount(stages: 4, growths: 2)) {
      try plan(growths: Array(good.growths.dropLast()))
    }
    #expect(
      throws: GrowthError.growthDoesNotFit(
        afterStage: 0,
        from: 2,
        to: 4,
        map: good.growths[2].map
      )
    ) {
      try plan(growths: good.growths.reversed())
    }
    for change: (inout GrowthStage) -> Void in [
      { $0.index = 2 }, { $0.firstStep = 41 }, { $0.stepCount = 0 }, { $0.stepCount = -3 },
      { $0.depth = 0 }, { $0.stepCount = .max },
    ] {
      var stages = good.stages
      change(&stages[1])
      let error = #expect(throws: GrowthError.self) { try plan(stages: stages) }
      guard case .misplacedStage(stages[1], expectedIndex: 1, expectedFirstStep: 40) = error else {
        Issue.record("got \(String(describing: error))")
        continue
      }
    }
  }

  @Test func storedPlanIsCheckedOnReading() throws {
    let data = try JSONEncoder().encode(midas())
    let text = String(decoding: data, as: UTF8.self)
      .replacingOccurrences(of: #""firstStep":40"#, with: #""firstStep":39"#)
    #expect(throws: GrowthError.self) {
      try JSONDecoder().decode(GrowthPlan.self, from: Data(text.utf8))
    }
  }

  @Test func fullDepthNeedsPositiveCounts() {
    #expect(throws: GrowthError.notPositive(setting: "layers", value: 0)) {
      try GrowthPlan.fullDepth(layers: 0, steps: 1)
    }
    #expect(throws: GrowthError.notPositive(setting: "steps", value: 0)) {
      try GrowthPlan.fullDepth(layers: 1, steps: 0)
    }
  }
}
