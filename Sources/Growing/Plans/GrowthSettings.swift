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
  /// What happens to the learning rate at every growth.
  public var learningRate: GrowthLearningRate
  /// How many layers the network has at first, 0 for none at all; nil for one block between the protected layers.
  public var firstDepth: Int?
  /// What else the method's operator is told.
  public var options: GrowthOptions
  /// Width, heads and feed-forward width at first; nil for the final ones.
  public var firstSizes: ModelSizes?
  /// Width, heads and feed-forward width in the end; plans that grow in width need them.
  public var finalSizes: ModelSizes?
  /// How growths in width fill new elements.
  public var fill: WidthOperator
  /// The loop that the network is at first; nil for layers of their own.
  public var firstLoop: LayerLoop?
  /// The loop that the network is in the end; nil leaves it to the growths.
  public var finalLoop: LayerLoop?

  /// Creates settings; methods check them.
  ///
  /// - Parameters:
  ///   - finalDepth: How many layers the network has in the end.
  ///   - blockSize: How many neighbouring layers are copied as one block.
  ///   - totalSteps: How many training steps there are in all.
  ///   - schedule: How the steps are shared among the stages; Prop-1 by default.
  ///   - optimizerState: What happens to the optimizer's slots; copied by default.
  ///   - learningRate: What happens to the learning rate; nothing by default.
  ///   - firstDepth: How many layers there are at first; nil for one block between the protected ones.
  ///   - options: What else the method's operator is told.
  ///   - firstSizes: Width, heads and feed-forward width at first; nil for the final ones.
  ///   - finalSizes: Width, heads and feed-forward width in the end.
  ///   - fill: How growths in width fill new elements.
  ///   - firstLoop: The loop that the network is at first; nil for layers of their own.
  ///   - finalLoop: The loop that the network is in the end; nil leaves it to the growths.
  public init(
    finalDepth: Int,
    blockSize: Int,
    totalSteps: Int,
    schedule: GrowthSchedule = .proportional(alpha: 1),
    optimizerState: OptimizerStatePolicy = .copy,
    learningRate: GrowthLearningRate = .global,
    firstDepth: Int? = nil,
    options: GrowthOptions = GrowthOptions(),
    firstSizes: ModelSizes? = nil,
    finalSizes: ModelSizes? = nil,
    fill: WidthOperator = .pad,
    firstLoop: LayerLoop? = nil,
    finalLoop: LayerLoop? = nil
  ) {
    self.finalDepth = finalDepth
    self.blockSize = blockSize
    self.totalSteps = totalSteps
    self.schedule = schedule
    self.optimizerState = optimizerState
    self.learningRate = learningRate
    self.firstDepth = firstDepth
    self.options = options
    self.firstSizes = firstSizes
    self.finalSizes = finalSizes
    self.fill = fill
    self.firstLoop = firstLoop
    self.finalLoop = finalLoop
  }

  /// Checks that all counts are positive.
  func checkPositive() throws(GrowthError) {
    guard finalDepth > 0 else { throw .notPositive(setting: "layers", value: finalDepth) }
    guard blockSize > 0 else { throw .notPositive(setting: "block size", value: blockSize) }
    guard totalSteps > 0 else { throw .notPositive(setting: "steps", value: totalSteps) }
    if let firstDepth, firstDepth < 0 { throw .negativeDepth(firstDepth) }
    guard finalDepth <= GrowthPlan.depthLimit else { throw .tooDeep(limit: GrowthPlan.depthLimit) }
  }
}
