import Arrays
import StableHLO

/// Turns a traced graph into instructions in static single assignment form.
///
/// Each body becomes a block of its own that sees only its parameters: what it uses from outside is
/// handed to it as loop-invariant state.
struct Lowering {
  private var nextNumber = 0
  /// Where the operation stands that is being emitted.
  private var site: SourceSite?
  /// Where the operation stands that gives a value.
  private(set) var sites: [ValueID: SourceSite] = [:]

  /// The block that computes the results from the parameters.
  mutating func block(
    parameters: [Tensor],
    results: [Tensor]
  ) throws(TraceError) -> Block {
    let values = parameters.map { newValue($0.type) }
    var builder = BlockBuilder()
    for (tensor, value) in zip(parameters, values) { builder.values[tensor.key] = value }
    let returned = try lower(results, into: &builder)
    return Block(parameters: values, instructions: builder.instructions, results: returned)
  }

  mutating func newValue(_ type: TensorType) -> TypedValue {
    defer { nextNumber += 1 }
    return TypedValue(ValueID(nextNumber), type)
  }

  /// Emits one operation; its operands are known to fit.
  mutating func emit(
    _ operation: Operation,
    _ operands: [TypedValue],
    _ types: [TensorType],
    into builder: inout BlockBuilder
  ) -> [TypedValue] {
    let results = types.map { newValue($0) }
    for result in results { sites[result.id] = site }
    builder.instructions.append(.operation(operation, operands: operands, results: results))
    return results
  }
}

/// A block while it is built.
struct BlockBuilder {
  var instructions: [Instruction] = []
  var values: [Tensor.Key: TypedValue] = [:]

  func value(of tensor: Tensor) -> TypedValue {
    guard let value = values[tensor.key] else {
      preconditionFailure("operands are emitted before their uses")
    }
    return value
  }
}

extension Lowering {
  /// Emits all that the tensors need and is not bound yet, and returns their values.
  mutating func lower(
    _ tensors: [Tensor],
    into builder: inout BlockBuilder
  ) throws(TraceError) -> [TypedValue] {
    let order = try evaluationOrder(of: tensors, bound: builder.values)
    var stacked: [ObjectIdentifier: [Tensor]] = [:]
    for tensor in order {
      if case .stacked = tensor.node.kind {
        stacked[ObjectIdentifier(tensor.node.operands[0].node), default: []].append(tensor)
      }
    }
    for tensor in order where builder.values[tensor.key] == nil {
      try lower(
        tensor,
        stacked: stacked[ObjectIdentifier(tensor.node)] ?? [],
        into: &builder
      )
    }
    return tensors.map { builder.value(of: $0) }
  }

  /// The unbound tensors that the given ones depend on, operands before uses.
  private func evaluationOrder(
    of tensors: [Tensor],
    bound: [Tensor.Key: TypedValue]
  ) throws(TraceError) -> [Tensor] {
    var order: [Tensor] = []
    var seen: Set<Tensor.Key> = []
    var pending: [(tensor: Tensor, operandsDone: Bool)] = tensors.reversed().map { ($0, false) }
    while let (tensor, operandsDone) = pending.popLast() {
      if bound[tensor.key] != nil { continue }
      if operandsDone {
        order.append(tensor)
        continue
      }
      guard seen.insert(tensor.key).inserted else { continue }
      switch tensor.node.kind {
      case .invalid(let error): throw error
      case .parameter: throw .outOfScope(tensor.type, site: tensor.node.site)
      default: break
      }
      pending.append((tensor, true))
      pending.append(contentsOf: tensor.node.operands.reversed().map { ($0, false) })
    }
    return order
  }

  private mutating func unstack(
    _ operand: TypedValue,
    into builder: inout BlockBuilder
  ) -> [TypedValue] {
    let extents = Array(operand.type.shape.dimensions.dropFirst())
    let row = TensorType(operand.type.elementType, Shape([1] + extents))
    let type = TensorType(operand.type.elementType, Shape(extents))
    return (0..<operand.type.shape[0]).flatMap { index in
      let slice = Operation.slice(
        starts: [index] + extents.map { _ in 0 },
        limits: [index + 1] + extents,
        strides: row.shape.dimensions.map { _ in 1 }
      )
      let sliced = emit(slice, [operand], [row], into: &builder)
      return emit(.reshape(type.shape), sliced, [type], into: &builder)
    }
  }

  private mutating func lower(
    _ tensor: Tensor,
    stacked: [Tensor],
    into builder: inout BlockBuilder
  ) throws(TraceError) {
    let node = tensor.node
    site = node.site
    let operands = node.operands.map { builder.value(of: $0) }
    let results: [TypedValue]
    switch node.kind {
    case .parameter, .invalid:
      preconditionFailure("the evaluation order holds neither parameters nor mistakes")
    case .operation(let operation):
      results = emit(operation, operands, node.types, into: &builder)
    case .customCall(let target, _):
      results = emit(.customCall(target), operands, node.types, into: &builder)
    case .detached:
      results = operands
    case .sharded(let sharding, _):
      results = emit(.shardingConstraint(sharding), operands, node.types, into: &builder)
    case .knownGradients:
      results = [operands[0]]
    case .unstack:
      results = unstack(operands[0], into: &builder)
    case .whileLoop(let region):
      results = try lower(region, operands: operands, into: &builder)
    case .scan(let region):
      // Two gradients of one scan ask for the same values, which are kept once.
      var places: [Tensor.Key: Int] = [:]
      var kept: [Tensor] = []
      for inner in stacked.compactMap(\.stackedInner) where places[inner.key] == nil {
        places[inner.key] = node.types.count + kept.count
        kept.append(inner)
      }
      let all = try lower(region, keeping: kept, operands: operands, into: &builder)
      results = Array(all.prefix(node.types.count))
      for tensor in stacked {
        if let inner = tensor.stackedInner, let place = places[inner.key] {
          builder.values[tensor.key] = all[place]
        }
      }
    case .stacked:
      preconditionFailure("a stacked value is bound together with its scan")
    }
    for (index, value) in results.enumerated() {
      builder.values[Tensor.Key(node: ObjectIdentifier(node), index: index)] = value
    }
  }
}

extension Tensor {
  /// For a stacked value, what is stacked.
  fileprivate var stackedInner: Tensor? {
    if case .stacked(let inner) = node.kind { inner } else { nil }
  }
}
