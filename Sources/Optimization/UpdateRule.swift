import Arrays
import Tensors

/// A rule by which parameters are updated: what it remembers of each, and the step that it takes.
///
/// A rule says where a parameter goes; ``Optimizer`` adds the learning rate and the weight decay, and says by which
/// rule each parameter is updated. Rules are equal where they compute the same.
public protocol UpdateRule: Hashable, Sendable {
  /// What is remembered of each parameter, in a tensor of the parameter's type each, zero at first.
  var memories: [Memory] { get }

  /// Whether ``factors(updates:)`` goes by the number of updates, which is then counted.
  var countsUpdates: Bool { get }

  /// What depends on the number of updates alone; made once for all parameters that share a count.
  ///
  /// - Parameter updates: The number with the present update, a scalar or one a layer, of the parameters'
  ///   element type.
  /// - Returns: Tensors of that shape.
  func factors(updates: Tensor) -> [Tensor]

  /// A step of one parameter.
  ///
  /// - Parameters:
  ///   - gradient: The gradient by the parameter, clipped if it is to be.
  ///   - memory: What is remembered, in the order of ``memories``.
  ///   - factors: What ``factors(updates:)`` returned for the parameter's count; empty where nothing is counted.
  ///   - parameter: What the parameter is.
  /// - Returns: What is taken off the parameter at a learning rate of 1, and what is remembered now.
  func step(
    _ gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    of parameter: OptimizedParameter
  ) -> (step: Tensor, memory: [Tensor])

  /// The floating-point operations of a step beyond a few for each element; 0 where there are none.
  func operations(of parameter: OptimizedParameter) -> Double
}

extension UpdateRule {
  /// Nothing is counted.
  public var countsUpdates: Bool { false }

  /// Nothing depends on the number of updates.
  public func factors(updates: Tensor) -> [Tensor] { [] }

  /// A few for each element.
  public func operations(of parameter: OptimizedParameter) -> Double { 0 }
}

/// One thing that a rule remembers of each parameter.
public struct Memory: Hashable, Sendable {
  /// The name, such as `firstMoment`.
  public let name: String
  /// What it holds.
  public let content: Content

  /// What a tensor of an optimizer's state holds, which says how it follows when parameters are copied or scaled.
  public enum Content: Hashable, Sendable {
    /// It scales as gradients do.
    case gradient
    /// It scales as squares of gradients do.
    case squaredGradient
    /// It counts updates.
    case count
  }

  /// Names a thing to remember.
  public init(_ name: String, _ content: Content) {
    (self.name, self.content) = (name, content)
  }
}

/// What an optimizer needs to know of a parameter.
public struct OptimizedParameter: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The element type and the shape.
  public let type: TensorType
  /// Whether the first axis runs over layers, which count their updates for themselves and may have learning
  /// rates of their own.
  public let isLayered: Bool
  /// The name of the count of updates that the parameter follows; parameters that came together share one.
  public let counter: String

  /// Describes a parameter.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - type: The element type and the shape.
  ///   - isLayered: Whether the first axis runs over layers.
  ///   - counter: The name of the count that it follows.
  public init(
    _ name: String,
    _ type: TensorType,
    isLayered: Bool = false,
    counter: String = "shared"
  ) {
    self.name = name
    self.type = type
    self.isLayered = isLayered
    self.counter = counter
  }

  /// The type of the count of updates: one number, or one a layer.
  var counterType: TensorType {
    TensorType(.int32, isLayered ? [type.shape.dimensions[0]] : .scalar)
  }
}

/// A number for each layer, repeated over that layer's elements; or one number for all.
func spread(_ numbers: Tensor, like tensor: Tensor) -> Tensor {
  numbers.rank == 0 ? numbers : numbers.broadcast(to: tensor.shape, axes: [0])
}
