import Growing
import Testing

extension GrowthSchedule {
  /// The compute of growing by equal parts, relative to training at full depth for all steps: with shares `w_i`
  /// of the steps and a share `e` of the cost that does not depend on depth, `sum_i w_i (e + (1 - e) i / k)`.
  func relativeCost(stages: Int, embeddingShare: Double = 0) throws -> Double {
    try shares(stages: stages).enumerated().reduce(0) { cost, share in
      let depthShare = Double(share.offset + 1) / Double(stages)
      return cost + share.element * (embeddingShare + (1 - embeddingShare) * depthShare)
    }
  }
}

@Suite struct GrowthScheduleTests {
  /// The table of the growing brief, section 1.3: speed-ups of `c(alpha, k)` to two decimals.
  @Test(arguments: [
    (3, [1.50, 1.29, 1.17, 1.10]),
    (4, [1.60, 1.33, 1.20, 1.13]),
    (6, [1.71, 1.38, 1.24, 1.16]),
    (8, [1.78, 1.41, 1.26, 1.18]),
  ])
  func speedUpsAreThoseOfTheTable(stages: Int, speedUps: [Double]) throws {
    for (alpha, expected) in speedUps.enumerated() {
      let schedule = GrowthSchedule.proportional(alpha: Double(alpha))
      let speedUp = 1 / (try schedule.relativeCost(stages: stages))
      #expect((speedUp * 100).rounded() == (expected * 100).rounded(), "alpha \(alpha)")
    }
  }

  /// The same table's last column: the last stage's share for alpha 1, 2 and 3.
  @Test(arguments: [
    (3, [0.50, 0.64, 0.75]),
    (4, [0.40, 0.53, 0.64]),
    (6, [0.29, 0.40, 0.49]),
    (8, [0.22, 0.31, 0.40]),
  ])
  func lastStageSharesAreThoseOfTheTable(stages: Int, shares: [Double]) throws {
    for (index, expected) in shares.enumerated() {
      let schedule = GrowthSchedule.proportional(alpha: Double(index + 1))
      let share = try #require(try schedule.shares(stages: stages).last)
      #expect((share * 100).rounded() == (expected * 100).rounded(), "alpha \(index + 1)")
    }
  }

  /// Section 1.3: k = 4 with an embedding share.
  @Test(arguments: [(0.2, 1.0, 1.25), (0.2, 2, 1.15), (0.4, 1, 1.18), (0.4, 2, 1.11)])
  func embeddingShareDampsTheSpeedUp(share: Double, alpha: Double, expected: Double) throws {
    let schedule = GrowthSchedule.proportional(alpha: alpha)
    let speedUp = 1 / (try schedule.relativeCost(stages: 4, embeddingShare: share))
    #expect((speedUp * 100).rounded() == (expected * 100).rounded())
  }

  @Test func costTendsToItsLimit() throws {
    for alpha in 0...3 {
      let schedule = GrowthSchedule.proportional(alpha: Double(alpha))
      let limit = Double(alpha + 1) / Double(alpha + 2)
      #expect(abs(try schedule.relativeCost(stages: 20_000) - limit) < 1e-4)
    }
  }

  @Test func stepsAreRoundedAndTheLastStageTakesTheRest() throws {
    let one = GrowthSchedule.proportional(alpha: 1)
    #expect(try one.stepCounts(stages: 4, totalSteps: 400) == [40, 80, 120, 160])
    #expect(try one.stepCounts(stages: 3, totalSteps: 100) == [17, 33, 50])
    #expect(try one.stepCounts(stages: 4, totalSteps: 25) == [3, 5, 8, 9])
    let equal = GrowthSchedule.proportional(alpha: 0)
    #expect(try equal.stepCounts(stages: 3, totalSteps: 10) == [3, 3, 4])
    #expect(try equal.stepCounts(stages: 1, totalSteps: 1) == [1])
  }

  @Test(arguments: 0..<300)
  func countsAddUpExactlyAndFollowTheShares(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let stages = Int.random(in: 1...12, using: &generator)
    let alpha = Double.random(in: 0...3, using: &generator)
    let steps = Int.random(in: 5_000...500_000, using: &generator)
    let schedule = GrowthSchedule.proportional(alpha: alpha)
    let counts = try schedule.stepCounts(stages: stages, totalSteps: steps)
    #expect(counts.reduce(0, +) == steps)
    for (count, share) in zip(counts.dropLast(), try schedule.shares(stages: stages)) {
      #expect(abs(Double(count) - share * Double(steps)) <= 0.5 + 1e-6)
    }
  }

  @Test func stageWithoutAStepIsRefused() {
    let one = GrowthSchedule.proportional(alpha: 1)
    #expect(
      throws: GrowthError.emptyStage(
        stage: 1,
        stageCount: 4,
        totalSteps: 4,
        schedule: .proportional(alpha: 1)
      )
    ) {
      try one.stepCounts(stages: 4, totalSteps: 4)
    }
    // Five times 1.5 rounds to 10: nothing is left for the last stage.
    #expect(
      throws: GrowthError.emptyStage(
        stage: 6,
        stageCount: 6,
        totalSteps: 9,
        schedule: .proportional(alpha: 0)
      )
    ) {
      try GrowthSchedule.proportional(alpha: 0).stepCounts(stages: 6, totalSteps: 9)
    }
    // One step rounds up to the first stage.
    #expect(
      throws: GrowthError.emptyStage(
        stage: 2,
        stageCount: 2,
        totalSteps: 1,
        schedule: .proportional(alpha: 0)
      )
    ) {
      try GrowthSchedule.proportional(alpha: 0).stepCounts(stages: 2, totalSteps: 1)
    }
    #expect(
      throws: GrowthError.emptyStage(
        stage: 1,
        stageCount: 3,
        totalSteps: 100,
        schedule: .proportional(alpha: 1e6)
      )
    ) {
      try GrowthSchedule.proportional(alpha: 1e6).stepCounts(stages: 3, totalSteps: 100)
    }
  }

  @Test(arguments: [-0.5, .infinity, .nan])
  func alphaMustBeFiniteAndNotNegative(alpha: Double) {
    let error = #expect(throws: GrowthError.self) {
      try GrowthSchedule.proportional(alpha: alpha).stepCounts(stages: 2, totalSteps: 10)
    }
    #expect(error?.description.contains("alpha") == true)
  }

  @Test func budgetMustBePositive() {
    #expect(throws: GrowthError.notPositive(setting: "steps", value: 0)) {
      try GrowthSchedule.proportional(alpha: 1).stepCounts(stages: 2, totalSteps: 0)
    }
  }

  @Test func hugeBudgetDoesNotTrap() throws {
    let counts = try GrowthSchedule.proportional(alpha: 1).stepCounts(stages: 2, totalSteps: .max)
    #expect(counts.reduce(0, +) == .max)
  }

  @Test func stagesOfFixedLengthLeaveTheRestToTheLast() throws {
    let fixed = GrowthSchedule.fixed(stepsPerStage: 30)
    #expect(try fixed.stepCounts(stages: 3, totalSteps: 100) == [30, 30, 40])
    #expect(try fixed.stepCounts(stages: 1, totalSteps: 100) == [100])
    #expect(
      throws: GrowthError.emptyStage(stage: 4, stageCount: 4, totalSteps: 90, schedule: fixed)
    ) {
      try fixed.stepCounts(stages: 4, totalSteps: 90)
    }
    #expect(throws: GrowthError.notPositive(setting: "steps of a stage", value: 0)) {
      try GrowthSchedule.fixed(stepsPerStage: 0).stepCounts(stages: 2, totalSteps: 90)
    }
    #expect(throws: GrowthError.self) {
      try GrowthSchedule.fixed(stepsPerStage: .max).stepCounts(stages: 3, totalSteps: 90)
    }
  }

  @Test func aJumpComesAtItsFraction() throws {
    let jump = GrowthSchedule.jump(fraction: 0.8)
    #expect(try jump.stepCounts(stages: 2, totalSteps: 1000) == [800, 200])
    #expect(try jump.stepCounts(stages: 3, totalSteps: 1000) == [400, 400, 200])
    #expect(try jump.stepCounts(stages: 1, totalSteps: 1000) == [1000])
    for fraction in [0, 1, -1, .nan, .infinity] {
      #expect(throws: GrowthError.self) {
        try GrowthSchedule.jump(fraction: fraction).stepCounts(stages: 2, totalSteps: 10)
      }
    }
  }

  /// 7B parameters and 300B tokens: the formula's own arithmetic, worked out by hand.
  @Test func theFormulaOfGStackGivesAFractionInItsRange() throws {
    guard case .jump(let fraction) = try GrowthSchedule.gStack(parameters: 6.6e9, tokens: 300e9)
    else {
      Issue.record("a jump was expected")
      return
    }
    // 0.88 * 9.81954 + 163.27 / 22.07483 - 5.74 = 10.29739, 10^10.29739 = 1.9833e10.
    #expect(abs(fraction - 0.0661) < 0.0002)
    #expect(throws: GrowthError.self) {
      try GrowthSchedule.gStack(parameters: 1e7, tokens: 1e7)
    }
  }
}
