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

  @Test("A decay of less than a step takes the last one, one of all steps begins at once")
  func decayMayBeShortOrEverything() {
    let short = schedule(.warmupStableDecay, decayFraction: 0.001)
    #expect(short.rate(atStep: 98) == 2)
    #expect(isClose(short.rate(atStep: 99), 0.2))
    let always = schedule(.warmupStableDecay, warmup: 0, decayFraction: 1, steps: 4)
    #expect((0..<4).allSatisfy { isClose(always.rate(atStep: $0), 2 - 1.8 * Double($0 + 1) / 4) })
  }

  @Test("A run of warm-up alone ends at the peak", arguments: Recipe.LearningRate.Schedule.allCases)
  func warmupMayBeEverything(_ kind: Recipe.LearningRate.Schedule) {
    let schedule = schedule(kind, warmup: 10, decayFraction: 0, steps: 10)
    #expect(schedule.rate(atStep: 9) == 2)
  }

  /// What the fields promise of the first, the second, the last but one and the last step, in short runs as well.
  @Test(
    "The ends of the schedules",
    arguments: [1, 2, 3, 4, 5, 7, 10, 100],
    Recipe.LearningRate.Schedule.allCases
  )
  func endsAreAsPromised(_ steps: Int, _ kind: Recipe.LearningRate.Schedule) {
    for warmup in Set([0, 1, steps / 10, steps / 2]).filter({ $0 < steps }) {
      let schedule = schedule(kind, warmup: warmup, steps: steps)
      let rates = (0..<steps).map { schedule.rate(atStep: $0) }
      for step in 0..<warmup {
        #expect(isClose(rates[step], 2 * Double(step + 1) / Double(warmup)))
      }
      switch kind {
      case .cosine:
        #expect(rates[warmup] == 2)
        #expect(isClose(schedule.rate(atStep: steps), 0.2))
        // Symmetric about the middle: the last step is as far above the end as the second one is below the peak.
        if steps - warmup > 1 { #expect(isClose(rates[steps - 1] - 0.2, 2 - rates[warmup + 1])) }
      case .warmupStableDecay:
        let decay = max(1, Int((0.2 * Double(steps)).rounded()))
        #expect(isClose(rates[steps - 1], 0.2))
        if decay > 1 { #expect(isClose(rates[steps - 2], 0.2 + 1.8 / Double(decay))) }
        for step in warmup..<max(warmup, steps - decay) { #expect(rates[step] == 2) }
      }
    }
  }

  @Test("Runs of different lengths have the warm-up and the stable phase in common")
  func commonSteps() {
    #expect(schedule(.cosine).commonSteps(withRunOf: 200) == 11)
    #expect(schedule(.cosine).commonSteps(withRunOf: 100) == 100)
    let stable = schedule(.warmupStableDecay)
    #expect(stable.commonSteps(withRunOf: 200) == 80)
    #expect(stable.commonSteps(withRunOf: 50) == 40)
    #expect(schedule(.warmupStableDecay, steps: 200).commonSteps(withRunOf: 100) == 80)
  }
}
