import Growing

extension Recipe {
  /// The stages of the run and the growths between them.
  ///
  /// - Returns: The plan of `growth.method`, with exactly `training.steps` steps.
  /// - Throws: ``GrowthError`` for a recipe that was made in code and breaks the rules; one that
  ///   was read, or came out of ``validated()``, always has a plan.
  public func growthPlan() throws(GrowthError) -> GrowthPlan {
    let method = try GrowthMethod.named(growth.method)
    // At full depth the block size is for drawings only; elsewhere the method refuses a block of 0.
    let blockSize = growth.blockSize ?? (method.name == GrowthMethod.none.name ? 1 : 0)
    return try method.plan(
      GrowthSettings(
        finalDepth: model.layers,
        blockSize: blockSize,
        totalSteps: training.steps,
        schedule: growth.schedule.rule,
        optimizerState: growth.optimizerState
      )
    )
  }
}

extension Recipe.Growth.Schedule {
  /// The schedule as growth plans take it.
  public var rule: GrowthSchedule {
    switch kind {
    case .proportional: .proportional(alpha: alpha)
    }
  }
}
