extension GrowthPlan {
  /// The compute of the plan, relative to training at its final depth for as many steps.
  ///
  /// With `T_i` whole steps at depth `L_i` it is `sum_i T_i (e + (1 - e) L_i / L) / T`: a step's cost
  /// has a part that grows with depth, and the share `e` of the embedding and the logits that does not.
  ///
  /// - Parameter embeddingShare: The share `e` of a full-depth step's FLOPs that does not depend on
  ///   depth, from 0 to 1.
  /// - Returns: The relative cost; 1 for a plan that does not grow.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func relativeCost(embeddingShare: Double = 0) throws(GrowthError) -> Double {
    guard (0...1).contains(embeddingShare) else { throw .invalidEmbeddingShare(embeddingShare) }
    return cost(ofFirst: stages.count, embeddingShare) / Double(totalSteps)
  }

  /// How many times cheaper than training at full depth the plan is: the reciprocal of its cost.
  ///
  /// - Parameter embeddingShare: As in ``relativeCost(embeddingShare:)``.
  /// - Returns: At least 1 for plans that only get deeper.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func expectedSpeedUp(embeddingShare: Double = 0) throws(GrowthError) -> Double {
    1 / (try relativeCost(embeddingShare: embeddingShare))
  }

  /// The cost up to the end of each stage, relative to all steps at full depth.
  ///
  /// - Parameter embeddingShare: As in ``relativeCost(embeddingShare:)``.
  /// - Returns: One number for each stage; the last is ``relativeCost(embeddingShare:)``.
  /// - Throws: ``GrowthError/invalidEmbeddingShare(_:)``.
  public func cumulativeCosts(embeddingShare: Double = 0) throws(GrowthError) -> [Double] {
    guard (0...1).contains(embeddingShare) else { throw .invalidEmbeddingShare(embeddingShare) }
    return stages.indices.map { cost(ofFirst: $0 + 1, embeddingShare) / Double(totalSteps) }
  }

  /// The cost of the first stages in steps at full depth.
  private func cost(ofFirst count: Int, _ embeddingShare: Double) -> Double {
    stages[..<count].reduce(0) { sum, stage in
      let depthShare = Double(stage.depth) / Double(finalDepth)
      return sum + Double(stage.stepCount) * (embeddingShare + (1 - embeddingShare) * depthShare)
    }
  }
}
