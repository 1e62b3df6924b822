extension GrowthMethod {
  /// The growth with which the method leaves a depth.
  ///
  /// - Parameters:
  ///   - depth: How many layers there are.
  ///   - blockSize: How many neighbouring layers are copied as one block; full stacking copies all
  ///     layers and does not use it.
  ///   - optimizerState: What happens to the optimizer's slots.
  /// - Returns: The growth from `depth` to the method's next depth; nil for a method that does not grow.
  /// - Throws: ``GrowthError`` for a depth or a block size the method cannot follow.
  public func step(
    fromDepth depth: Int,
    blockSize: Int,
    optimizerState: OptimizerStatePolicy = .copy
  ) throws(GrowthError) -> GrowthStep? {
    guard name != GrowthMethod.none.name else { return nil }
    let block = name == GrowthMethod.fullStacking.name ? depth : blockSize
    guard depth > 0 else { throw .notPositive(setting: "layers", value: depth) }
    guard block > 0 else { throw .notPositive(setting: "block size", value: block) }
    guard depth.isMultiple(of: block) else {
      throw .depthNotMultipleOfBlock(depth: depth, blockSize: block)
    }
    // The plan whose last growth is the one asked for, with steps enough for each of its stages.
    let next = depth + block
    let plan = try plan(
      GrowthSettings(
        finalDepth: next,
        blockSize: block,
        totalSteps: next,
        schedule: .proportional(alpha: 0),
        optimizerState: optimizerState
      )
    )
    return plan.growths.last
  }
}
