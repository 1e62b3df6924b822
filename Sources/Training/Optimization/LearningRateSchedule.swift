import Growing
import Recipes

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The learning rate as a function of the step.
///
/// It rises linearly to the peak, which the last step of the warm-up has. Then it either falls along half a
/// cosine, from the peak at the next step to the final rate at the step after the last one; or it stays at the
/// peak and falls linearly in the last part of the run, whose last step has the final rate (Hu et al. 2024,
/// "MiniCPM", section 4.2).
/// The schedule runs over the steps of the whole run; growing does not restart it, but may lower the
/// rate for a while (``GrowthLearningRate``).
struct LearningRateSchedule: Hashable, Sendable {
  private let settings: Recipe.LearningRate
  private let stepCount: Int
  private let plan: GrowthPlan?

  /// The schedule of a run.
  ///
  /// - Parameters:
  ///   - settings: The recipe's `training.learningRate`.
  ///   - stepCount: The steps of the whole run.
  ///   - plan: Where the run grows, if it does.
  init(_ settings: Recipe.LearningRate, stepCount: Int, plan: GrowthPlan? = nil) {
    self.settings = settings
    self.stepCount = stepCount
    self.plan = plan
  }

  /// The rate of a step, counted from 0.
  func rate(atStep step: Int) -> Double {
    scheduledRate(atStep: step) * growthFactor(atStep: step)
  }

  /// How many first steps have the same rates in a run of another length; growths set aside.
  ///
  /// - Parameter otherCount: The steps of the other run, fewer or more.
  /// - Returns: A number of steps; that of the shorter run where all of its rates are the same.
  func commonSteps(withRunOf otherCount: Int) -> Int {
    let other = LearningRateSchedule(settings, stepCount: otherCount)
    let shorter = min(stepCount, otherCount)
    return (0..<shorter).first { scheduledRate(atStep: $0) != other.scheduledRate(atStep: $0) }
      ?? shorter
  }

  /// What the layers' rates are multiplied by besides, one number a layer; nil in stages in which all
  /// layers have the same rate.
  func layerFactors(atStep step: Int) -> [Double]? {
    lastGrowth(beforeStep: step).flatMap { growth, age in
      growth.layerRateFactors(atStepAfterGrowth: age)
    }
  }

  /// What the growth before a step makes of its rate.
  private func growthFactor(atStep step: Int) -> Double {
    lastGrowth(beforeStep: step).map { growth, age in
      growth.learningRate.factor(atStepAfterGrowth: age)
    } ?? 1
  }

  /// The growth that led into the stage of a step, and the steps of the stage before this one.
  private func lastGrowth(beforeStep step: Int) -> (growth: GrowthStep, age: Int)? {
    guard let plan, let stage = plan.stages.last(where: { $0.firstStep <= step }), stage.index > 0
    else { return nil }
    return (plan.growths[stage.index - 1], step - stage.firstStep)
  }

  private func scheduledRate(atStep step: Int) -> Double {
    let warmup = settings.warmupSteps
    guard step >= warmup else { return settings.peak * Double(step + 1) / Double(warmup) }
    let floor = settings.peak * settings.finalFraction
    switch settings.schedule {
    case .cosine:
      let progress = Double(step - warmup) / Double(max(stepCount - warmup, 1))
      return floor + (settings.peak - floor) * 0.5 * (1 + cos(Double.pi * progress))
    case .warmupStableDecay:
      let decaySteps = settings.decaySteps(of: stepCount)
      let decayed = step - (stepCount - decaySteps)
      guard decayed >= 0 else { return settings.peak }
      let progress = Double(decayed + 1) / Double(decaySteps)
      return settings.peak + (floor - settings.peak) * progress
    }
  }
}
