/// What a growing method needs to know to make a plan.
public struct GrowthSettings: Hashable, Sendable, Codable {
  /// How many layers the network has in the end.
  public var finalDepth: Int
  /// How many neighbouring layers are copied as one block.
  public var blockSize: Int
  /// How many training steps there are in all.
  public var totalSteps: Int
  /// How the steps are shared among the stages.
  public var schedule: GrowthSchedule
  /// What happens to the optimizer's slots at every growth.
  public var optimizerState: OptimizerStatePolicy

  /// Creates settings; methods check them.
  ///
  /// - Parameters:
  ///   - finalDepth: How many layers the network has in the end.
  ///   - blockSize: How many neighbouring layers are copied as one block.
  ///   - totalSteps: How many training steps there are in all.
  ///   - schedule: How the steps are shared among the stages; Prop-1 by default.
  ///   - optimizerState: What happens to the optimizer's slots; copied by default.
  public init(
    finalDepth: Int,
    blockSize: Int,
    totalSteps: Int,
    schedule: GrowthSchedule = .proportional(alpha: 1),
    optimizerState: OptimizerStatePolicy = .copy
  ) {
    self.finalDepth = finalDepth
    self.blockSize = blockSize
    self.totalSteps = totalSteps
    self.schedule = schedule
    self.optimizerState = optimizerState
  }

  /// Checks that depth and block size are positive and that the depth is a whole number of blocks.
  ///
  /// - Returns: How many blocks the final network has.
  func checkedBlockCount() throws(GrowthError) -> Int {
    try checkPositive()
    guard finalDepth.isMultiple(of: blockSize) else {
      throw .depthNotMultipleOfBlock(depth: finalDepth, blockSize: blockSize)
    }
    return finalDepth / blockSize
  }

  /// Checks that all counts are positive.
  func checkPositive() throws(GrowthError) {
    guard finalDepth > 0 else { throw .notPositive(setting: "layers", value: finalDepth) }
    guard blockSize > 0 else { throw .notPositive(setting: "block size", value: blockSize) }
    guard totalSteps > 0 else { throw .notPositive(setting: "steps", value: totalSteps) }
  }
}
