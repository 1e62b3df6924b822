extension GrowthMethod {
  /// Grows as the first strategy of a pool would; while training, each growth is replaced by the one of
  /// the pool that is best a short while after growing.
  ///
  /// Source: Karp et al. 2024, "Landscape-Aware Growing", arXiv 2406.02469, adaptive stacking.
  ///
  /// - Parameter pool: At least two operators. The first says how deep each stage is; others take part
  ///   in those growths in which they lead to the same depth.
  /// - Returns: A method named ``adaptiveName``.
  /// - Throws: ``GrowthError/poolTooSmall(count:)`` or ``GrowthError/addsNoLayers(operatorName:)``.
  public static func adaptive(_ pool: [GrowthOperator]) throws(GrowthError) -> GrowthMethod {
    guard pool.count > 1, let first = pool.first else { throw .poolTooSmall(count: pool.count) }
    guard first.addsLayers else { throw .addsNoLayers(operatorName: first.name) }
    return GrowthMethod(adaptiveName, first, uses: pool.reduce(into: []) { $0.formUnion($1.uses) })
  }

  /// The name of the method that chooses its growths while training.
  public static let adaptiveName = "adaptive"

  /// The pool of recipes that name none.
  public static let defaultPool =
    "midas gradstack bottom lidas-interposed spread random zero-output-copy"
}

extension GrowthPlan {
  /// The same plan with another growth.
  ///
  /// - Parameters:
  ///   - index: Which growth is replaced, from 0.
  ///   - growth: A growth between the same depths.
  /// - Returns: A plan of the same stages.
  /// - Throws: ``GrowthError/growthDoesNotFit(afterStage:from:to:map:)``.
  public func replacingGrowth(
    _ index: Int,
    with growth: GrowthStep
  ) throws(GrowthError) -> GrowthPlan {
    var growths = growths
    growths[index] = growth
    return try replacing(growths: growths)
  }
}
