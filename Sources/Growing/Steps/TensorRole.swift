/// What a tensor of a training state is to a growth.
public enum TensorRole: String, Hashable, Sendable, Codable, CaseIterable {
  /// A parameter with a leading layer axis, `[layers, ...]`, of no other kind below.
  case layeredWeight = "layered-weight"
  /// A parameter `[layers, ...]` whose product is added to the residual stream; zero, the part adds
  /// nothing.
  case layeredOutput = "layered-output"
  /// The gains of a norm in every layer, `[layers, width]`.
  case layeredGain = "layered-gain"
  /// The gains of a norm over each head in every layer, `[layers, head size]`.
  case layeredHeadGain = "layered-head-gain"
  /// A bias of what a layer reads by, `[layers, ...]`.
  case layeredBias = "layered-bias"
  /// A bias that is added to the residual stream in every layer, `[layers, width]`.
  case layeredOutputBias = "layered-output-bias"
  /// The output gates of every layer, `[layers, 2]`, a column a ``Sublayer``.
  case layeredGate = "layered-gate"
  /// A parameter of the whole network: embedding, final norm, head.
  case sharedWeight = "shared-weight"
  /// Optimizer state with a leading layer axis: a moment, or the step counts `[layers]`.
  case layeredOptimizerSlot = "layered-optimizer-slot"
  /// Optimizer state of a tensor of the whole network.
  case sharedOptimizerSlot = "shared-optimizer-slot"

  /// Whether the tensor is the optimizer's and no parameter.
  public var isOptimizerSlot: Bool {
    self == .layeredOptimizerSlot || self == .sharedOptimizerSlot
  }

  /// Whether the tensor is a parameter with a leading layer axis.
  public var isLayeredWeight: Bool {
    switch self {
    case .layeredWeight, .layeredOutput, .layeredGain, .layeredHeadGain, .layeredBias,
      .layeredOutputBias, .layeredGate:
      true
    case .sharedWeight, .layeredOptimizerSlot, .sharedOptimizerSlot: false
    }
  }
}
