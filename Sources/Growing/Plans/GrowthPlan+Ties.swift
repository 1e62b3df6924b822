extension GrowthPlan {
  /// Which stored layer each layer of a stage runs, where some are tied.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: The order, or nil where each layer is stored once.
  public func layerOrder(inStage stage: Int) -> [Int]? {
    precondition(stages.indices.contains(stage), "stage \(stage) of \(stages.count)")
    return stage == 0 ? firstLayerOrder : growths[stage - 1].layerOrder
  }

  /// How many layers are stored in a stage: fewer than its depth where some are tied.
  ///
  /// - Parameter stage: The index of a stage, from 0.
  /// - Returns: At most the stage's depth.
  public func storedLayers(inStage stage: Int) -> Int {
    LayerTying.storedLayers(layerOrder(inStage: stage), depth: stages[stage].depth)
  }
}
