/// What a tensor of a training state is to a growth.
public enum TensorRole: String, Hashable, Sendable, Codable, CaseIterable {
  /// A parameter with a leading layer axis, `[layers, ...]`.
  case layeredWeight = "layered-weight"
  /// A parameter of the whole network: embedding, final norm, head.
  case sharedWeight = "shared-weight"
  /// Optimizer state with a leading layer axis: a moment, or the step counts `[layers]`.
  case layeredOptimizerSlot = "layered-optimizer-slot"
  /// Optimizer state of a tensor of the whole network.
  case sharedOptimizerSlot = "shared-optimizer-slot"
}
