/// The stages of a run and how the model grows between them.
public struct PlanRecord: Codable, Hashable, Sendable {
  /// One stretch of training of one model.
  public struct Stage: Codable, Hashable, Sendable {
    /// The stage's number, counted from 0.
    public var stage: Int
    /// The number of layers in this stage.
    public var layers: Int
    /// The optimiser steps that were taken before this stage.
    public var firstStep: Int
    /// The optimiser steps of this stage.
    public var stepCount: Int
    /// The width in this stage; absent where growths change depth only, as the two below.
    public var width: Int?
    /// The query heads in this stage.
    public var headCount: Int?
    /// The feed-forward width in this stage.
    public var feedForwardWidth: Int?

    /// States one stage.
    public init(
      stage: Int,
      layers: Int,
      firstStep: Int,
      stepCount: Int,
      width: Int? = nil,
      headCount: Int? = nil,
      feedForwardWidth: Int? = nil
    ) {
      self.width = width
      self.headCount = headCount
      self.feedForwardWidth = feedForwardWidth
      self.stage = stage
      self.layers = layers
      self.firstStep = firstStep
      self.stepCount = stepCount
    }
  }

  /// The change of the model between one stage and the next.
  public struct Growth: Codable, Hashable, Sendable {
    /// The optimiser steps that were taken before the growth, the next stage's `firstStep`.
    public var afterStep: Int
    /// For each new layer the old layer it is copied from, from input to output; `null` for a fresh one.
    public var origins: [Int?]
    /// What is done to layers besides, in this order; absent where layers are copied or drawn and nothing
    /// else, and in records older than the field.
    public var decorations: [DecorationRecord]?
    /// What becomes of the optimiser's state: `copy`, `zero-new`, `reset-copies` or `clear-all`.
    public var optimizerState: String
    /// Which of these layers each layer runs afterwards, where some are tied; absent for each once.
    public var layerOrder: [Int]?
    /// What is done with output gates; absent for nothing, and in records older than the field.
    public var gates: GateRecord?
    /// How the new elements of a growth in width are filled; absent where the width stays.
    public var fill: String?

    /// States one growth.
    public init(
      afterStep: Int,
      origins: [Int?],
      decorations: [DecorationRecord]? = nil,
      optimizerState: String,
      layerOrder: [Int]? = nil,
      gates: GateRecord? = nil,
      fill: String? = nil
    ) {
      self.gates = gates
      self.fill = fill
      self.layerOrder = layerOrder
      self.afterStep = afterStep
      self.origins = origins
      self.decorations = decorations
      self.optimizerState = optimizerState
    }
  }

  /// The optimiser steps of the whole run.
  public var totalSteps: Int
  /// The stages in their order.
  public var stages: [Stage]
  /// The growths in their order, one fewer than there are stages.
  public var growths: [Growth]
  /// Which stored layer each layer of the first stage runs, where some are tied; absent for each once.
  public var firstLayerOrder: [Int]?

  /// States a plan.
  public init(
    totalSteps: Int,
    stages: [Stage],
    growths: [Growth],
    firstLayerOrder: [Int]? = nil
  ) {
    self.firstLayerOrder = firstLayerOrder
    self.totalSteps = totalSteps
    self.stages = stages
    self.growths = growths
  }

  /// Which stored layer each layer of a stage runs, where some are tied.
  ///
  /// - Parameter stage: The stage, from 0.
  /// - Returns: The order; nil for each once.
  public func layerOrder(inStage stage: Int) -> [Int]? {
    stage == 0 ? firstLayerOrder : growths[stage - 1].layerOrder
  }
}
