import Growing

extension LlamaConfiguration {
  /// The model after a growth: its layers, then its width.
  ///
  /// - Parameter step: A growth from this model's depth.
  /// - Returns: The grown model.
  /// - Throws: `GrowthError` for a width that cannot be reached from this one.
  public func grown(by step: GrowthStep) throws(GrowthError) -> LlamaConfiguration {
    let deeper = deepened(by: step)
    guard let widening = step.widening else { return deeper }
    return try deeper.widened(to: widening.sizes, by: widening.fill).configuration
  }

  /// The model after a growth in depth.
  public func deepened(by step: GrowthStep) -> LlamaConfiguration {
    var grown = withLayers(step.map.depth)
    grown.tieLayers(by: step.layerOrder)
    grown.outputGates = step.outputGates(following: outputGates)
    return grown
  }

  /// The model in a stage of a plan that ends with this one.
  ///
  /// It has the stage's layers, tied and gated as the plan says, and the stage's width. The size of a head is the
  /// same in all stages.
  ///
  /// - Parameters:
  ///   - stage: The index of a stage, from 0.
  ///   - plan: The plan.
  /// - Returns: The model.
  public func inStage(_ stage: Int, of plan: GrowthPlan) -> LlamaConfiguration {
    var copy = withLayers(plan.storedLayers(inStage: stage))
    copy.tieLayers(by: plan.layerOrder(inStage: stage))
    copy.outputGates = plan.outputGates(inStage: stage)
    guard let sizes = plan.sizes(inStage: stage) else { return copy }
    copy.width = sizes.width ?? width
    copy.headCount = sizes.headCount ?? headCount
    copy.feedForwardWidth = sizes.feedForwardWidth ?? feedForwardWidth
    copy.keepHeads(of: self)
    return copy
  }

  /// Lets heads be those of a model of another width or number of heads: as large, and in groups as large.
  mutating func keepHeads(of model: LlamaConfiguration) {
    keyValueHeadCount = headCount / (model.headCount / model.keyValueHeadCount)
    ownHeadSize = width == model.headSize * headCount ? nil : model.headSize
  }
}
