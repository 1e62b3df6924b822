import Growing

extension TrainingJob {
  /// Grows a state into a stage of the plan.
  ///
  /// New layers that are copied from none are drawn by their numbers in the lineage, which no layer before
  /// them has had, at the scale of the finished model's depth.
  ///
  /// - Parameters:
  ///   - state: The state at the end of the stage before.
  ///   - growth: The growth: the plan's, or one between the same depths.
  ///   - stage: The stage that begins; not the first.
  /// - Throws: `GrowthError` for a growth of another depth, or `PJRTError`. The state is then lost.
  func grow(
    _ state: inout DeviceState,
    by growth: GrowthStep,
    into stage: GrowthStage
  ) throws {
    let numbers = try plan.lineage(inStage: stage.index - 1).grown(
      by: growth.map,
      layerOrder: growth.layerOrder,
      stage: stage.index,
      step: stage.firstStep
    ).order
    try state.grow(
      by: growth,
      finalLayerCount: plan.finalDepth,
      draws: SeededGrowthDraws(seed: recipe.seed, layerNumbers: numbers)
    )
  }
}
