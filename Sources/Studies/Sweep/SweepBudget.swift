import Growing
import Recipes
import Training

/// What the arms of a sweep have in common.
public enum SweepBudget: String, Codable, Hashable, Sendable, CaseIterable {
  /// The FLOPs by the formula, those for choosing growths and learning layer maps included.
  case flops
  /// The training steps, as each recipe has them.
  case steps
}

extension TrainingJob {
  /// This job's recipe with as many steps as another run's FLOPs pay for; its warm-up keeps its share.
  ///
  /// - Parameter other: The run whose FLOPs by the formula are the budget.
  /// - Returns: The recipe whose cost is nearest to it.
  /// - Throws: `GrowthError` where so few steps leave a stage without any.
  public func recipe(costingAsMuchAs other: TrainingJob) throws -> Recipe {
    try recipe(costing: other.chargedOperations(of: other.recipe))
  }

  /// The FLOPs of a whole run by the formula, with the optimizer's own and what its growths cost to choose or to
  /// learn.
  ///
  /// - Parameter recipe: This job's recipe, or one that differs in its steps.
  /// - Returns: The FLOPs.
  /// - Throws: `GrowthError` for a recipe without a plan.
  func chargedOperations(of recipe: Recipe) throws -> Double {
    let job = try following(recipe.growthPlan())
    let (training, updating) = job.operations(ofSteps: job.plan.totalSteps)
    let deciding =
      try AdaptiveGrowth(recipe)?.operations(of: job.plan, cost: job.growthCost)
      ?? job.growthCost.operations(learningMapsOf: job.plan)
    return training + updating + deciding
  }

  /// The FLOPs of some steps by the formula: the model's, and the optimizer's own.
  func operations(ofSteps steps: Int) -> (training: Double, updating: Double) {
    (operations(throughStep: steps), optimizerOperations(throughStep: steps) ?? 0)
  }

  /// This job's recipe with as many steps as a budget pays for; its warm-up keeps its share.
  ///
  /// - Parameter budget: FLOPs by the formula.
  /// - Returns: The recipe whose cost is nearest to the budget.
  /// - Throws: `GrowthError` where so few steps leave a stage without any.
  func recipe(costing budget: Double) throws -> Recipe {
    let cost = { [self] (steps: Int) in try chargedOperations(of: recipe(withSteps: steps)) }
    // The cost of a step hardly changes with their number, so a few proportional corrections do.
    var steps = recipe.training.steps
    for _ in 0..<8 {
      let next = max(1, Int((Double(steps) * budget / (try cost(steps))).rounded()))
      if next == steps { break }
      steps = next
    }
    // Rounding in the schedule can leave a neighbour nearer.
    let near = (max(1, steps - 2)...steps + 2).compactMap { count in
      (try? cost(count)).map { (count, abs($0 - budget)) }
    }
    let best = near.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0 ?? steps
    return recipe(withSteps: best)
  }

  private func recipe(withSteps steps: Int) -> Recipe {
    var changed = recipe
    changed.training.steps = steps
    let share = Double(recipe.training.learningRate.warmupSteps) / Double(recipe.training.steps)
    changed.training.learningRate.warmupSteps = Int((share * Double(steps)).rounded())
    return changed
  }
}
