import Growing
import Recipes

extension Recipe {
  /// The stages that the recipe's growth method plans.
  ///
  /// - Returns: The plan.
  /// - Throws: `GrowthError` for a method that is not known or sizes it cannot grow to.
  public func growthPlan() throws(GrowthError) -> GrowthPlan {
    guard let policy = OptimizerStatePolicy(rawValue: growth.optimizerState.rawValue) else {
      preconditionFailure("recipes and growth steps name the same policies")
    }
    let settings = GrowthSettings(
      finalDepth: model.layers,
      blockSize: growth.blockSize ?? 1,
      totalSteps: training.steps,
      schedule: .proportional(alpha: growth.schedule.alpha),
      optimizerState: policy
    )
    return try GrowthMethod.named(growth.method).plan(settings)
  }
}
