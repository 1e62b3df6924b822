import Tensors

/// Gradient descent with a memory of its direction, the heavy ball of Polyak 1964, as in PyTorch's `SGD`.
///
/// Whoever rotates the parameters gets rotated updates, which rules that scale each element by itself do not give.
public struct Momentum: SteppingRule {
  /// How much of the running sum of gradients each step keeps.
  public let momentum: Double

  /// Makes the rule.
  public init(_ momentum: Double = 0.9) {
    self.momentum = momentum
  }

  /// The running sum of gradients.
  public var memories: [Memory] { [Memory("velocity", .gradient)] }

  /// The sum itself.
  public func step(
    _ gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    of parameter: OptimizedParameter
  ) -> (step: Tensor, memory: [Tensor]) {
    let sum = memory[0] * momentum + gradient
    return (sum, [sum])
  }
}
