import Growing
import Recipes

/// Says when the losses of a stage bring its growth forward.
///
/// With a delay of two steps (``GrowthTrigger/delay``), the decision before step `t` goes by the losses of
/// steps up to `t - 3`, always, also where more of them happen to be known, as after a pause or a resume. It
/// is then the same in every course of the same run.
struct LossWatch {
  let trigger: GrowthTrigger
  private let earliestStep: Int

  /// The watch that a recipe asks for, or nil if its schedule is fixed.
  init?(_ recipe: Recipe) {
    guard let trigger = recipe.growthTrigger else { return nil }
    self.trigger = trigger
    earliestStep = recipe.earliestTriggeredStep
  }

  /// How many losses must be kept.
  var lossCount: Int { trigger.lossCount + GrowthTrigger.delay }

  /// The plan with the growth brought forward, if it is due.
  ///
  /// - Parameters:
  ///   - step: The step that would be taken next.
  ///   - stage: The present stage.
  ///   - job: What is trained.
  ///   - losses: The losses of the stage that have been read.
  /// - Returns: A plan whose stage ends before the step, or nil where the growth stays where it is.
  /// - Throws: `GrowthError`, which would be a mistake in the plan.
  func plan(
    growingBefore step: Int,
    in stage: GrowthStage,
    of job: TrainingJob,
    losses: RecentLosses
  ) throws(GrowthError) -> GrowthPlan? {
    guard stage.index < job.plan.stages.count - 1, stage.steps.dropFirst().contains(step),
      step >= stage.firstStep + trigger.minimumSteps, step >= earliestStep,
      step >= stage.firstStep + job.plan.rampSteps(inStage: stage.index),
      let recent = losses.last(trigger.lossCount, before: step - GrowthTrigger.delay),
      trigger.isDue(recent, relativeStepCost: job.relativeStepCosts[stage.index])
    else { return nil }
    return try job.plan.endingStage(stage.index, before: step)
  }
}
