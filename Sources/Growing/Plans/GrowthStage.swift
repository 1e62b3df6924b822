/// A stretch of training at one depth.
public struct GrowthStage: Hashable, Sendable, Codable {
  /// The position in the plan's list of stages, from 0.
  public var index: Int
  /// How many layers the network has, in a first stage also none; tied ones count as often as they run.
  public var depth: Int
  /// The first training step of the stage, from 0 at the start of the run.
  public var firstStep: Int
  /// How many training steps the stage has; at least one.
  public var stepCount: Int

  /// Creates a stage.
  ///
  /// - Parameters:
  ///   - index: The position in the plan, from 0.
  ///   - depth: How many layers the network has.
  ///   - firstStep: The first training step, from 0.
  ///   - stepCount: How many training steps there are.
  public init(index: Int, depth: Int, firstStep: Int, stepCount: Int) {
    self.index = index
    self.depth = depth
    self.firstStep = firstStep
    self.stepCount = stepCount
  }

  /// The number people and papers use for the stage, from 1.
  public var number: Int { index + 1 }

  /// The training steps of the stage.
  public var steps: Range<Int> { firstStep..<firstStep + stepCount }
}
