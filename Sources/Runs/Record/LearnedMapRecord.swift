/// How the layer map of a growth was learnt.
///
/// What was learnt stands in the plan of the checkpoints, as blends.
public struct LearnedMapRecord: Codable, Hashable, Sendable {
  /// The optimiser steps that were taken before the growth.
  public var afterStep: Int
  /// The layers of the grown model.
  public var layers: Int
  /// The steps of learning.
  public var steps: Int
  /// The loss on the validation set of the model grown by the map at its start, in nats a token.
  public var validationLossBefore: Double
  /// The loss on the validation set of the model grown by the learnt map, in nats a token.
  public var validationLossAfter: Double
  /// The FLOPs of learning by the formula.
  public var flops: Double

  /// States what was learnt.
  public init(
    afterStep: Int,
    layers: Int,
    steps: Int,
    validationLossBefore: Double,
    validationLossAfter: Double,
    flops: Double
  ) {
    self.afterStep = afterStep
    self.layers = layers
    self.steps = steps
    self.validationLossBefore = validationLossBefore
    self.validationLossAfter = validationLossAfter
    self.flops = flops
  }
}
