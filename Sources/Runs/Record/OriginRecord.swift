/// The saved model that a run began with.
public struct OriginRecord: Codable, Hashable, Sendable {
  /// The checkpoint's folder, as it was named.
  public var checkpoint: String
  /// The optimiser steps that the checkpoint's model had been trained for.
  public var step: Int
  /// What became of the optimiser's state: `keep` or `reset`.
  public var optimizer: String

  /// States an origin.
  public init(checkpoint: String, step: Int, optimizer: String) {
    self.checkpoint = checkpoint
    self.step = step
    self.optimizer = optimizer
  }
}
