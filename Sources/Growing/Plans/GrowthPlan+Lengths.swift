extension GrowthPlan {
  /// The same plan with a stage that ends early.
  ///
  /// The stages between keep their lengths, so their growths come earlier too; the steps that are saved go
  /// to the last stage.
  ///
  /// - Parameters:
  ///   - index: The stage, from 0; not the last one.
  ///   - step: The step before which the growth out of the stage comes: inside the stage, not its first.
  /// - Returns: A plan of as many steps in all.
  /// - Throws: ``GrowthError/misplacedStage(_:expectedIndex:expectedFirstStep:)`` for a step outside the
  ///   stage.
  public func endingStage(_ index: Int, before step: Int) throws(GrowthError) -> GrowthPlan {
    precondition(index < stages.count - 1, "nothing grows after stage \(index)")
    let saved = stages[index].firstStep + stages[index].stepCount - step
    var stages = stages
    stages[index].stepCount -= saved
    for later in stages.indices.dropFirst(index + 1) { stages[later].firstStep -= saved }
    stages[stages.count - 1].stepCount += saved
    return try replacing(stages: stages)
  }

  /// The same plan with a longer last stage.
  ///
  /// - Parameter totalSteps: The steps of the whole plan, no fewer than it has.
  /// - Returns: A plan whose other stages and growths are the same.
  /// - Throws: ``GrowthError/misplacedStage(_:expectedIndex:expectedFirstStep:)`` for too few steps.
  public func lengthened(toSteps totalSteps: Int) throws(GrowthError) -> GrowthPlan {
    var stages = stages
    stages[stages.count - 1].stepCount += totalSteps - self.totalSteps
    return try replacing(stages: stages)
  }
}
