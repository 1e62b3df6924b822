import Arrays
import Tensors

/// A rule by which parameters are updated: what it remembers of each, and what it makes of it.
///
/// ``Optimizer`` says by which rule each parameter is updated, and how fast. Most rules take a step of the rate's length:
/// they are a ``SteppingRule``. Rules are equal where they compute the same.
public protocol UpdateRule: Hashable, Sendable {
  /// What is remembered of each parameter, in a tensor each.
  var memories: [Memory] { get }

  /// Whether parameters stand still, so that nobody needs their gradients.
  var holds: Bool { get }

  /// Whether ``factors(updates:)`` goes by the number of updates, which is then counted.
  var countsUpdates: Bool { get }

  /// What depends on the number of updates alone; made once for all parameters that share a count.
  ///
  /// - Parameter updates: The number with the present update, a scalar or one a layer, of the parameters'
  ///   element type.
  /// - Returns: Tensors of that shape.
  func factors(updates: Tensor) -> [Tensor]

  /// A parameter after an update.
  ///
  /// - Parameters:
  ///   - values: The parameter before.
  ///   - gradient: The gradient by the parameter, clipped if it is to be.
  ///   - memory: What is remembered, in the order of ``memories``.
  ///   - factors: What ``factors(updates:)`` returned for the parameter's count; empty where nothing is counted.
  ///   - pace: How fast it goes.
  ///   - parameter: What the parameter is.
  /// - Returns: The parameter, and what is remembered now.
  func updated(
    _ values: Tensor,
    gradient: Tensor,
    memory: [Tensor],
    factors: [Tensor],
    pace: UpdatePace,
    of parameter: OptimizedParameter
  ) -> (values: Tensor, memory: [Tensor])

  /// The floating-point operations of a step beyond a few for each element; 0 where there are none.
  func operations(of parameter: OptimizedParameter) -> Double
}

extension UpdateRule {
  /// Parameters move.
  public var holds: Bool { false }

  /// Nothing is counted.
  public var countsUpdates: Bool { false }

  /// Nothing depends on the number of updates.
  public func factors(updates: Tensor) -> [Tensor] { [] }

  /// A few for each element.
  public func operations(of parameter: OptimizedParameter) -> Double { 0 }
}

/// How fast a parameter is updated.
public struct UpdatePace {
  /// The learning rate: a number, or one a layer.
  public let rate: Tensor
  /// The share of the parameter, times its learning rate, that is taken off.
  public let weightDecay: Double

  /// Takes values off by a step.
  ///
  /// - Parameters:
  ///   - step: What is taken off at a rate of 1, besides the decay.
  ///   - values: The values.
  /// - Returns: The values afterwards.
  func applied(_ step: Tensor, to values: Tensor) -> Tensor {
    let rate = spread(rate, like: values)
    let decayed = weightDecay > 0 ? values * (1 - rate * weightDecay) : values
    return decayed - rate * step
  }
}

/// One thing that a rule remembers of each parameter.
public struct Memory: Hashable, Sendable {
  /// The name, such as `firstMoment`.
  public let name: String
  /// What it holds.
  public let content: Content
  /// Its extents beside those of a parameter.
  public let form: Form
  /// What it holds before the first update.
  public let start: Start

  /// The extents of what is remembered.
  public enum Form: Hashable, Sendable {
    /// Those of the parameter.
    case asParameter
    /// Of matrices `[..., in, out]`: `[..., in, rank]`.
    case inputFactor(rank: Int)
    /// Of matrices `[..., in, out]`: `[..., rank, out]`.
    case outputFactor(rank: Int)

    /// The type for a parameter.
    func type(_ parameter: TensorType) -> TensorType {
      var extents = parameter.shape.dimensions
      switch self {
      case .asParameter: break
      case .inputFactor(let rank): extents[extents.count - 1] = rank
      case .outputFactor(let rank): extents[extents.count - 2] = rank
      }
      return TensorType(parameter.elementType, Shape(extents))
    }
  }

  /// What is remembered before the first update.
  public enum Start: Hashable, Sendable {
    /// Zeros.
    case zero
    /// Normal numbers of variance 1 over the inputs of the parameter, drawn by whoever keeps the state.
    case normalByInputs
  }

  /// What a tensor of an optimizer's state holds, which says how it follows when parameters are copied or scaled.
  public enum Content: Hashable, Sendable {
    /// It scales as gradients do.
    case gradient
    /// It scales as squares of gradients do.
    case squaredGradient
    /// It counts updates.
    case count
    /// It is a factor of the parameter itself; growth does not know what becomes of it.
    case factor
  }

  /// Names a thing to remember.
  public init(
    _ name: String,
    _ content: Content,
    form: Form = .asParameter,
    start: Start = .zero
  ) {
    (self.name, self.content, self.form, self.start) = (name, content, form, start)
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
