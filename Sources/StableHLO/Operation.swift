import Arrays

/// A primitive operation with everything that decides its result but the operands.
///
/// This is the whole core: all other operations are composed of these. Loops are not here, since
/// their bodies are blocks of instructions; see ``Instruction``.
public enum Operation: Hashable, Sendable {
  /// No operand: the given elements.
  case constant(HostArray)
  /// No operand: each element is its index along one axis.
  case iota(TensorType, axis: Int)
  /// One operand.
  case unary(UnaryFunction)
  /// Two operands of one type.
  case binary(BinaryFunction)
  /// Two operands of one type; the result is `bool`.
  case compare(ComparisonDirection)
  /// A `bool` tensor, then the values where it is true and where it is false.
  case select
  /// The least value, the operand, the greatest value; all of one type.
  case clamp
  /// One operand, to another element type by value.
  case convert(ElementType)
  /// One operand, to an element type of the same size by bits.
  case bitcast(ElementType)
  /// One operand; `axes` says where each of its axes goes in the new shape.
  case broadcast(Shape, axes: [Int])
  /// One operand; same elements in the same order.
  case reshape(Shape)
  /// One operand; axis `i` of the result is axis `permutation[i]` of the operand.
  case transpose(permutation: [Int])
  /// One operand; elements `starts..<limits` by `strides` along each axis.
  case slice(starts: [Int], limits: [Int], strides: [Int])
  /// The operand, then one integer scalar an axis; starts are moved so that the slice fits.
  case dynamicSlice(sizes: [Int])
  /// The operand, the update, then one integer scalar an axis; starts are moved so that it fits.
  case dynamicUpdateSlice
  /// One or more operands, joined along an axis.
  case concatenate(axis: Int)
  /// The operand and a scalar to fill with; `interior` goes between neighbours, and negative edges drop.
  case pad(low: [Int], high: [Int], interior: [Int])
  /// One operand, back to front along some axes.
  case reverse(axes: [Int])
  /// The operand and the indices.
  case gather(GatherDimensions, sliceSizes: [Int])
  /// The operand, the indices and the updates, which are added where they fall.
  case scatterAdd(GatherDimensions)
  /// One operand, reduced over some axes.
  case reduce(Reducer, axes: [Int])
  /// Two operands.
  case dot(DotDimensions)
  /// The input and the kernel.
  case convolution(ConvolutionWindow)
  /// One or more operands of one shape, all ordered by the first along an axis; stable.
  case sort(axis: Int, descending: Bool)
  /// Any operands, unchanged; the compiler moves nothing across.
  case optimizationBarrier
  /// One operand, unchanged, which lies on the devices that share the program in a given way.
  case shardingConstraint(TensorSharding)
  /// Any operands, to a function registered with the plugin.
  case customCall(CustomCallTarget)
}

/// The name, attributes and results of a custom call.
public struct CustomCallTarget: Hashable, Sendable {
  /// The name under which the handler is registered.
  public var name: String
  /// Attributes by name; their values are MLIR attribute text such as `3.0 : f32`.
  public var attributes: [String: String]
  /// The types of the results.
  public var resultTypes: [TensorType]
  /// For results that are operands updated in their memory, the operands' places.
  public var updatedOperands: [Int: Int]
  /// What a call of XLA's own is told, in place of attributes; nil for a function that was registered with the plugin.
  public var opaque: OpaqueConfiguration?

  /// Whether each of several devices that share the program calls it by itself.
  ///
  /// It then gets the device's rows of all operands, those of axis 0, and returns those of all results. XLA's partitioner cannot
  /// cut a call whose insides it does not know.
  public var isPerDevice: Bool

  /// Describes a custom call.
  public init(
    name: String,
    attributes: [String: String] = [:],
    resultTypes: [TensorType],
    updatedOperands: [Int: Int] = [:],
    opaque: OpaqueConfiguration? = nil,
    isPerDevice: Bool = false
  ) {
    (self.opaque, self.isPerDevice) = (opaque, isPerDevice)
    self.name = name
    self.attributes = attributes
    self.resultTypes = resultTypes
    self.updatedOperands = updatedOperands
  }
}

/// What a custom call is told by XLA's older convention, version 2 of its interface.
///
/// It is a text that only the callee reads, and how its results lie in memory. Operands lie in the order of their axes.
public struct OpaqueConfiguration: Hashable, Sendable {
  /// The text, such as JSON.
  public var text: String
  /// The axes of each result, the one whose neighbours lie side by side first.
  public var resultLayouts: [[Int]]

  /// Describes a configuration.
  public init(text: String, resultLayouts: [[Int]]) {
    (self.text, self.resultLayouts) = (text, resultLayouts)
  }
}

extension Operation {
  /// The short name used in messages, such as `dot`.
  public var name: String {
    switch self {
    case .constant: "constant"
    case .iota: "iota"
    case .unary(let function): "\(function)"
    case .binary(let function): "\(function)"
    case .compare: "compare"
    case .select: "select"
    case .clamp: "clamp"
    case .convert: "convert"
    case .bitcast: "bitcast"
    case .broadcast: "broadcast"
    case .reshape: "reshape"
    case .transpose: "transpose"
    case .slice: "slice"
    case .dynamicSlice: "dynamicSlice"
    case .dynamicUpdateSlice: "dynamicUpdateSlice"
    case .concatenate: "concatenate"
    case .pad: "pad"
    case .reverse: "reverse"
    case .gather: "gather"
    case .scatterAdd: "scatterAdd"
    case .reduce(let reducer, _): "reduce \(reducer)"
    case .dot: "dot"
    case .convolution: "convolution"
    case .sort: "sort"
    case .optimizationBarrier: "optimizationBarrier"
    case .shardingConstraint: "shardingConstraint"
    case .customCall(let target): "customCall \(target.name)"
    }
  }
}
