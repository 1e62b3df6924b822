extension GrowthPlan {
  /// The compute of a step in each stage by depth alone, relative to one at the final depth.
  ///
  /// At depth `L_i` it is `e + (1 - e) L_i / L`: a step's cost has a part that grows with depth, and the
  /// share `e` of the embedding and the logits that does not. Plans that grow in width need a model to say
  /// what a step costs.
  ///
  /// - Parameter embeddingShare: The share `e` of a full-depth step's FLOPs that does not depend on
  ///   depth, from 0 to 1.
  /// - Returns: One number for each stage; the last is 1.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func stepCosts(embeddingShare: Double = 0) throws(GrowthError) -> [Double] {
    guard (0...1).contains(embeddingShare) else { throw .invalidEmbeddingShare(embeddingShare) }
    return stages.map { stage in
      embeddingShare + (1 - embeddingShare) * (Double(stage.depth) / Double(finalDepth))
    }
  }

  /// The compute of the plan, relative to training the final model for as many steps.
  ///
  /// - Parameter embeddingShare: As in ``stepCosts(embeddingShare:)``.
  /// - Returns: The relative cost; 1 for a plan that does not grow.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func relativeCost(embeddingShare: Double = 0) throws(GrowthError) -> Double {
    relativeCost(stepCosts: try stepCosts(embeddingShare: embeddingShare))
  }

  /// The compute of the plan, relative to training the final model for as many steps.
  ///
  /// - Parameter stepCosts: The compute of a step in each stage, relative to one of the final model.
  /// - Returns: The relative cost; 1 for a plan that does not grow.
  public func relativeCost(stepCosts: [Double]) -> Double {
    cumulativeCosts(stepCosts: stepCosts).last ?? 1
  }

  /// How many times cheaper than training at full depth the plan is: the reciprocal of its cost.
  ///
  /// - Parameter embeddingShare: As in ``stepCosts(embeddingShare:)``.
  /// - Returns: At least 1 for plans that only get deeper.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func expectedSpeedUp(embeddingShare: Double = 0) throws(GrowthError) -> Double {
    1 / (try relativeCost(embeddingShare: embeddingShare))
  }

  /// The cost up to the end of each stage, relative to all steps at full depth.
  ///
  /// - Parameter embeddingShare: As in ``stepCosts(embeddingShare:)``.
  /// - Returns: One number for each stage; the last is ``relativeCost(embeddingShare:)``.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func cumulativeCosts(embeddingShare: Double = 0) throws(GrowthError) -> [Double] {
    cumulativeCosts(stepCosts: try stepCosts(embeddingShare: embeddingShare))
  }

  /// The cost up to the end of each stage, relative to all steps of the final model.
  ///
  /// - Parameter stepCosts: The compute of a step in each stage, relative to one of the final model;
  ///   another number of them than there are stages is a programming error.
  /// - Returns: One number for each stage; the last is ``relativeCost(stepCosts:)``.
  public func cumulativeCosts(stepCosts: [Double]) -> [Double] {
    precondition(stepCosts.count == stages.count, "a cost for each stage")
    var sum = 0.0
    return zip(stages, stepCosts).map { stage, cost in
      sum += Double(stage.stepCount) * cost
      return sum / Double(totalSteps)
    }
  }
}
