import Tensors

/// A rule that says in which direction a parameter goes, and leaves to the learning rate how far.
public protocol SteppingRule: UpdateRule {
  /// A step of one parameter.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the parameter, clipped if it is to be.
  ///   - memory: What is remembered, in the order of ``UpdateRule/memories``.
  ///   - factors: What ``UpdateRule/factors(updates:)`` returned for the parameter's count; empty where nothing is
  ///     counted.
  ///   - parameter: What the parameter is.
  /// - Returns: What is taken off the parameter at a learning rate of 1, and what is remembered now.
  func step(
    _ gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    of parameter: OptimizedParameter
  ) -> (step: Tensor, memory: [Tensor])
}

extension SteppingRule {
  /// The parameter less the decay and less the step, both times the rate.
  public func updated(
    _ values: Tensor,
    gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    pace: UpdatePace,
    of parameter: OptimizedParameter
  ) -> (values: Tensor, memory: [Tensor]) {
    let (step, memory) = step(gradient, memory: memory, factors: factors, of: parameter)
    return (pace.applied(step, to: values), memory)
  }
}

/// Parameters that stand still.
public struct Held: UpdateRule {
  /// Makes the rule.
  public init() {}

  /// Nothing is remembered.
  public var memories: [Memory] { [] }

  /// All parameters stand still.
  public var holds: Bool { true }

  /// The parameter as it was.
  public func updated(
    _ values: Tensor,
    gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    pace: UpdatePace,
    of parameter: OptimizedParameter
  ) -> (values: Tensor, memory: [Tensor]) { (values, []) }
}
