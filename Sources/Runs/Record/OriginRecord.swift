/// The saved model that a run began with.
public struct OriginRecord: Codable, Hashable, Sendable {
  /// The checkpoint's folder, as it was named.
  public var checkpoint: String
  /// The optimiser steps that the checkpoint's model had been trained for.
  public var step: Int
  /// What became of the optimiser's state: `keep` or `reset`.
  public var optimizer: String
  /// The run whose steps this one goes on with, its folder as it was named; nil for a run that begins anew, at step 0.
  public var trunk: String?

  /// States an origin.
  public init(checkpoint: String, step: Int, optimizer: String, trunk: String? = nil) {
    self.trunk = trunk
    self.checkpoint = checkpoint
    self.step = step
    self.optimizer = optimizer
  }
}
