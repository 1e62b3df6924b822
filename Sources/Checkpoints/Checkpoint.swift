import Arrays
import Foundation

/// A whole training state in memory.
public struct Checkpoint: Hashable, Sendable {
  /// How many training steps have been done.
  public var step: Int
  /// The parameters.
  public var model: [NamedArray]
  /// The optimizer's slots.
  public var optimizer: [NamedArray]
  /// Everything else, as JSON this module does not look into.
  public var state: Data

  /// Creates a checkpoint.
  ///
  /// - Parameters:
  ///   - step: How many training steps have been done.
  ///   - model: The parameters.
  ///   - optimizer: The optimizer's slots.
  ///   - state: Everything else, as JSON.
  public init(step: Int, model: [NamedArray], optimizer: [NamedArray], state: Data) {
    self.step = step
    self.model = model
    self.optimizer = optimizer
    self.state = state
  }
}
