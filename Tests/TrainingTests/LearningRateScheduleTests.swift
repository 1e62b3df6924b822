import EspalierTestSupport
import Foundation
import Recipes
import Testing

@testable import Training

@Suite struct LearningRateScheduleTests {
  private func schedule(
    _ kind: Recipe.LearningRate.Schedule,
    warmup: Int = 10,
    decayFraction: Double = 0.2,
    steps: Int = 100
  ) -> LearningRateSchedule {
    let settings = Recipe.LearningRate(
      schedule: kind,
      peak: 2,
      warmupSteps: warmup,
      finalFraction: 0.1,
      decayFraction: decayFraction
    )
    return LearningRateSchedule(settings, stepCount: steps)
  }

  private func isClose(_ found: Double, _ expected: Double) -> Bool {
    (found - expected).magnitude <= 1e-12 * expected.magnitude
  }

  @Test("The cosine is that of the PyTorch fixture")
  func cosineIsTheFixtures() throws {
    let golden = try LlamaParity.shared().golden.learningRate
    let settings = Recipe.LearningRate(
      peak: golden.peak,
      warmupSteps: golden.warmupSteps,
      finalFraction: golden.finalFraction
    )
    let schedule = LearningRateSchedule(settings, stepCount: golden.steps)
    for (step, expected) in golden.values.enumerated() {
      #expect(isClose(schedule.rate(atStep: step), expected), "step \(step)")
    }
  }

  @Test(
    "The rate rises evenly and reaches the peak with the last step of the warm-up",
    arguments: Recipe.LearningRate.Schedule.allCases
  )
  func warmupEndsAtThePeak(_ kind: Recipe.LearningRate.Schedule) {
    let schedule = schedule(kind)
    for step in 0..<10 {
      #expect(isClose(schedule.rate(atStep: step), 0.2 * Double(step + 1)))
    }
    #expect(schedule.rate(atStep: 10) == 2)
  }

  @Test(
    "Without a warm-up the first step has the peak rate",
    arguments: Recipe.LearningRate.Schedule.allCases
  )
  func noWarmupStartsAtThePeak(_ kind: Recipe.LearningRate.Schedule) {
    #expect(schedule(kind, warmup: 0).rate(atStep: 0) == 2)
  }

  @Test("The cosine is half-way down in the middle and at its floor right after the last step")
  func cosineFallsToItsFloor() {
    let schedule = schedule(.cosine)
    #expect(isClose(schedule.rate(atStep: 55), (2 + 0.2) / 2))
    // One of 90 steps before the floor.
    #expect(isClose(schedule.rate(atStep: 99), 0.2 + 0.9 * (1 + cos(.pi * 89 / 90))))
    #expect(isClose(schedule.rate(atStep: 100), 0.2))
    for step in 10..<99 {
      #expect(schedule.rate(atStep: step + 1) < schedule.rate(atStep: step))
    }
  }

  @Test("The stable rate stays to the decay, which falls evenly to the floor at the last step")
  func stableRateDecaysAtTheEnd() {
    let schedule = schedule(.warmupStableDecay)
    for step in 10..<80 { #expect(schedule.rate(atStep: step) == 2) }
    for step in 80..<100 {
      #expect(isClose(schedule.rate(atStep: step), 2 - 1.8 * Double(step - 79) / 20))
    }
    #expect(isClose(schedule.rate(atStep: 99), 0.2))
  }

  @Test("A decay of no step stays at the peak, one of all steps begins at once")
  func decayMayBeEmptyOrEverything() {
    let never = schedule(.warmupStableDecay, decayFraction: 0)
    #expect(never.rate(atStep: 99) == 2)
    let always = schedule(.warmupStableDecay, warmup: 0, decayFraction: 1, steps: 4)
    #expect((0..<4).allSatisfy { isClose(always.rate(atStep: $0), 2 - 1.8 * Double($0 + 1) / 4) })
  }

  @Test("A run of warm-up alone ends at the peak", arguments: Recipe.LearningRate.Schedule.allCases)
  func warmupMayBeEverything(_ kind: Recipe.LearningRate.Schedule) {
    let schedule = schedule(kind, warmup: 10, decayFraction: 0, steps: 10)
    #expect(schedule.rate(atStep: 9) == 2)
  }
}
