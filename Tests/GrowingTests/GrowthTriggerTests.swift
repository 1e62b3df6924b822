import Growing
import Testing

@Suite struct GrowthTriggerTests {
  @Test func aPlateauIsAFallBelowTheThreshold() {
    let trigger = GrowthTrigger(.plateau, window: 2, threshold: 0.25)
    #expect(trigger.lossCount == 4)
    // From a mean of 4 to one of 3 is a fall of just the threshold.
    #expect(!trigger.isDue([5, 3, 2, 4], relativeStepCost: 1))
    #expect(trigger.isDue([5, 3, 3, 3.001], relativeStepCost: 1))
    #expect(trigger.isDue([1, 1, 9, 9], relativeStepCost: 1))
  }

  /// A line of falling losses falls by its slope times the window, and by more for a cheaper step.
  @Test func theSlopeIsThatForTheComputeOfAWindowOfFinalSteps() {
    let losses = (0..<5).map { 4 - 0.25 * Double($0) }
    // The mean is 3.5 and the fall over five final steps 1.25 at full cost, 5 at a quarter of it.
    func isDue(_ threshold: Double, cost: Double) -> Bool {
      GrowthTrigger(.slope, window: 5, threshold: threshold)
        .isDue(losses, relativeStepCost: cost)
    }
    #expect(isDue(1.26 / 3.5, cost: 1))
    #expect(!isDue(1.24 / 3.5, cost: 1))
    #expect(!isDue(1.26 / 3.5, cost: 0.25))
  }

  /// The slope against the formula with sums over pairs, which has no centre in it.
  @Test(arguments: 0..<40) func theSlopeIsThatOfLeastSquares(seed: Int) {
    var generator = SeededGenerator(seed: seed)
    let count = Int.random(in: 2...9, using: &generator)
    let losses = (0..<count).map { _ in Double.random(in: 1...5, using: &generator) }
    var (numerator, denominator) = (0.0, 0.0)
    for first in 0..<count {
      for second in 0..<first {
        numerator += Double(first - second) * (losses[first] - losses[second])
        denominator += Double((first - second) * (first - second))
      }
    }
    let fall = -numerator / denominator * Double(count)
    let share = fall / (losses.reduce(0, +) / Double(count))
    for (margin, expected) in [(1e-9, true), (-1e-9, false)] {
      let trigger = GrowthTrigger(.slope, window: count, threshold: share + margin)
      #expect(trigger.isDue(losses, relativeStepCost: 1) == expected)
    }
  }

  @Test(arguments: 0..<40) func endingAStageEarlyMovesTheLaterOnesForward(seed: Int) throws {
    var generator = SeededGenerator(seed: seed)
    let plan = try GrowthMethod(.midas).plan(
      GrowthSettings(
        finalDepth: Int.random(in: 2...6, using: &generator),
        blockSize: 1,
        totalSteps: Int.random(in: 60...200, using: &generator)
      )
    )
    let stage = plan.stages[Int.random(in: 0..<plan.stages.count - 1, using: &generator)]
    guard stage.stepCount > 1 else { return }
    let step = Int.random(in: stage.firstStep + 1..<stage.steps.upperBound, using: &generator)
    let earlier = try plan.endingStage(stage.index, before: step)
    #expect(earlier.totalSteps == plan.totalSteps)
    #expect(earlier.growths == plan.growths)
    #expect(earlier.growth(before: step) == plan.growths[stage.index])
    let saved = stage.steps.upperBound - step
    for (old, new) in zip(plan.stages, earlier.stages) {
      #expect(new.depth == old.depth)
      #expect(new.firstStep == old.firstStep - (old.index > stage.index ? saved : 0))
      let change =
        old.index == stage.index ? -saved : old.index == plan.stages.count - 1 ? saved : 0
      #expect(new.stepCount == old.stepCount + change)
    }
    let costs = plan.stages.map { Double($0.depth) / Double(plan.finalDepth) }
    #expect(earlier.relativeCost(stepCosts: costs) > plan.relativeCost(stepCosts: costs))
  }

  @Test func aStageCannotEndOutsideOfItself() throws {
    let plan = try GrowthMethod(.midas).plan(
      GrowthSettings(finalDepth: 3, blockSize: 1, totalSteps: 30)
    )
    #expect(throws: GrowthError.self) { try plan.endingStage(1, before: 5) }
    #expect(throws: GrowthError.self) { try plan.endingStage(1, before: 2) }
  }
}
