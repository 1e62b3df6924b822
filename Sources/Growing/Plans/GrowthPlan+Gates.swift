extension GrowthPlan {
  /// The gates of a stage's model.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: Nil for a model without gates.
  public func outputGates(inStage stage: Int) -> OutputGates? {
    precondition(stages.indices.contains(stage), "stage \(stage) of \(stages.count)")
    return growths[..<stage].reduce(nil) { $1.outputGates(following: $0) }
  }

  /// Whether a schedule sets gates in a stage.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: False for the first stage.
  public func schedulesGates(inStage stage: Int) -> Bool {
    stage > 0 && growths[stage - 1].schedulesGates
  }

  /// The gates that a schedule sets for a step.
  ///
  /// - Parameters:
  ///   - step: A step of the plan, from 0.
  ///   - seed: The run's seed.
  /// - Returns: The gates, or nil in a stage in which no schedule sets them.
  public func scheduledGates(ofStep step: Int, seed: UInt64) -> ScheduledGates? {
    let stage = stage(containing: step)
    guard stage.index > 0 else { return nil }
    return growths[stage.index - 1]
      .scheduledGates(ofStep: step, growthStep: stage.firstStep, seed: seed)
  }

  /// The steps of a stage that its gates' ramp takes; growths wait until it is over.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: At most the stage's steps; 0 where there is no ramp.
  public func rampSteps(inStage stage: Int) -> Int {
    stage > 0 ? growths[stage - 1].gates?.rampSteps ?? 0 : 0
  }
}
