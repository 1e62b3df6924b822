extension GrowthPlan {
  /// The compute of the plan, relative to training the final model for as many steps.
  ///
  /// - Parameter stepCosts: As in ``cumulativeCosts(stepCosts:)``.
  /// - Returns: The relative cost; 1 for a plan that does not grow.
  public func relativeCost(stepCosts: [Double]? = nil) -> Double {
    cumulativeCosts(stepCosts: stepCosts).last ?? 1
  }

  /// The cost up to the end of each stage, relative to all steps of the final model.
  ///
  /// - Parameter stepCosts: The compute of a step in each stage, relative to one of the final model; nil for
  ///   the stage's depth over the final one. Another number of them than there are stages is a programming
  ///   error.
  /// - Returns: One number for each stage; the last is ``relativeCost(stepCosts:)``.
  public func cumulativeCosts(stepCosts: [Double]? = nil) -> [Double] {
    let costs = stepCosts ?? stages.map { Double($0.depth) / Double(finalDepth) }
    precondition(costs.count == stages.count, "a cost for each stage")
    var sum = 0.0
    return zip(stages, costs).map { stage, cost in
      sum += Double(stage.stepCount) * cost
      return sum / Double(totalSteps)
    }
  }
}
