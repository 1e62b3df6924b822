import Arrays

/// The one place for shape rules: from an operation and its operands' types to its results' types.
///
/// Whoever prints, differentiates or evaluates an operation gets the types from here and infers
/// nothing again.
struct ShapeInference {
  let operation: Operation
  let operands: [TensorType]

  func error(_ rule: String) -> ShapeError {
    ShapeError(operation: operation.name, rule: rule, operands: operands)
  }

  func require(_ condition: Bool, _ rule: @autoclosure () -> String) throws(ShapeError) {
    guard condition else { throw error(rule()) }
  }

  func requireOperands(_ count: Int) throws(ShapeError) {
    try require(operands.count == count, "takes \(count) operands, not \(operands.count)")
  }

  func requireAxes(_ axes: [Int], rank: Int, _ role: String) throws(ShapeError) {
    try require(
      axes.allSatisfy { 0 <= $0 && $0 < rank },
      "\(role) \(axes) are not all among the \(rank) axes"
    )
    try require(Set(axes).count == axes.count, "\(role) \(axes) name an axis twice")
  }
}

extension Operation {
  /// The types of the results for operands of the given types.
  ///
  /// - Parameter operands: The operands' types, in order.
  /// - Returns: One type a result.
  /// - Throws: ``ShapeError`` when the operation cannot take these operands.
  public func resultTypes(operands: [TensorType]) throws(ShapeError) -> [TensorType] {
    let rule = ShapeInference(operation: self, operands: operands)
    switch self {
    case .constant(let array):
      try rule.requireOperands(0)
      return [array.type]
    case .iota(let type, let axis):
      try rule.requireOperands(0)
      try rule.requireAxes([axis], rank: type.shape.rank, "axes")
      try rule.require(type.elementType != .bool, "a bool holds no index")
      return [type]
    case .unary(let function): return [try rule.unary(function)]
    case .binary(let function): return [try rule.binary(function)]
    case .compare: return [try rule.compare()]
    case .select: return [try rule.select()]
    case .clamp: return [try rule.clamp()]
    case .convert(let elementType):
      try rule.requireOperands(1)
      return [TensorType(elementType, operands[0].shape)]
    case .bitcast(let elementType): return [try rule.bitcast(elementType)]
    case .broadcast(let shape, let axes): return [try rule.broadcast(shape, axes)]
    case .reshape(let shape): return [try rule.reshape(shape)]
    case .transpose(let permutation): return [try rule.transpose(permutation)]
    case .slice(let starts, let limits, let strides):
      return [try rule.slice(starts, limits, strides)]
    case .dynamicSlice(let sizes): return [try rule.dynamicSlice(sizes)]
    case .dynamicUpdateSlice: return [try rule.dynamicUpdateSlice()]
    case .concatenate(let axis): return [try rule.concatenate(axis)]
    case .pad(let low, let high, let interior): return [try rule.pad(low, high, interior)]
    case .reverse(let axes):
      try rule.requireOperands(1)
      try rule.requireAxes(axes, rank: operands[0].shape.rank, "axes")
      return operands
    case .gather(let dimensions, let sliceSizes):
      return [try rule.gather(dimensions, sliceSizes)]
    case .scatterAdd(let dimensions): return [try rule.scatterAdd(dimensions)]
    case .reduce(let reducer, let axes): return [try rule.reduce(reducer, axes)]
    case .dot(let dimensions): return [try rule.dot(dimensions)]
    case .convolution(let window): return [try rule.convolution(window)]
    case .sort(let axis, _): return try rule.sort(axis)
    case .optimizationBarrier: return operands
    case .shardingConstraint(let sharding):
      try rule.requireOperands(1)
      if case .split(let axis) = sharding {
        try rule.requireAxes([axis], rank: operands[0].shape.rank, "axes")
      }
      return operands
    case .customCall(let target): return target.resultTypes
    }
  }
}
