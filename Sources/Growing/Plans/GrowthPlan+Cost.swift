extension GrowthPlan {
  /// The compute of the plan, relative to training the final model for as many steps.
  ///
  /// - Parameter stepCosts: The compute of a step in each stage, relative to one of the final model;
  ///   another number of them than there are stages is a programming error.
  /// - Returns: The relative cost; 1 for a plan that does not grow.
  public func relativeCost(stepCosts: [Double]) -> Double {
    precondition(stepCosts.count == stages.count, "a cost for each stage")
    let sum = zip(stages, stepCosts).reduce(0) { $0 + Double($1.0.stepCount) * $1.1 }
    return sum / Double(totalSteps)
  }
}
