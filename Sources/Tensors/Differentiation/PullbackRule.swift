import Arrays
import StableHLO

/// How cotangents flow back through one node: from its results to its operands.
struct PullbackRule {
  let node: Node
  let results: [Tensor]
  /// What flows to each result; nil where nothing does.
  let cotangents: [Tensor?]
  /// For each operand, whether anyone wants to know.
  let needed: [Bool]

  var operands: [Tensor] { node.operands }
  var site: SourceSite { node.site }
  /// The single result.
  var output: Tensor { results[0] }

  /// What flows to each operand; nil where nothing does.
  func operandCotangents() -> [Tensor?] {
    switch node.kind {
    case .operation(let operation):
      if case .sort(let axis, _) = operation { return sort(axis: axis) }
      if case .optimizationBarrier = operation { return barrier() }
      guard let cotangent = cotangents[0] else { return operands.map { _ in nil } }
      return pullback(operation, cotangent)
    case .customCall(let target, let gradient):
      guard let gradient else {
        return undifferentiable("customCall \(target.name)", "give it a gradient")
      }
      let given = zip(cotangents, results).map { $0 ?? zeros($1.type) }
      return checked(gradient(operands, results, given), target)
    case .whileLoop:
      return undifferentiable("whileLoop", "use scan, whose number of iterations is known")
    case .sharded(let sharding, let constrainsGradient):
      return [
        constrainsGradient ? cotangents[0]?.constrained(to: sharding) : cotangents[0]
      ]
    case .unstack:
      let flowing = zip(cotangents, results).map { $0 ?? zeros($1.type) }
      return [flowing.isEmpty ? zeros(operands[0].type) : .stack(flowing)]
    case .knownGradients(let count):
      guard let cotangent = cotangents[0] else { return operands.map { _ in nil } }
      let gradients = operands[(count + 1)...].map { gradient in
        gradient * cotangent.converted(to: gradient.elementType)
      }
      return [nil] + gradients + gradients.map { _ in nil }
    case .detached, .parameter, .invalid:
      return operands.map { _ in nil }
    case .scan, .stacked:
      preconditionFailure("scans are handled by the sweep")
    }
  }

  func zeros(_ type: TensorType) -> Tensor {
    Tensor(repeating: 0, type: type, site: site)
  }

  func scalar(_ value: Double, like tensor: Tensor) -> Tensor {
    Tensor(repeating: value, type: TensorType(tensor.elementType, .scalar), site: site)
  }

  /// A mistake in place of every cotangent that is wanted.
  func undifferentiable(_ operation: String, _ advice: String) -> [Tensor?] {
    let error = TraceError.notDifferentiable(operation: operation, advice: advice, site: site)
    return zip(operands, needed).map { operand, isNeeded in
      isNeeded ? .invalid(error, like: operand.type, site: site) : nil
    }
  }

  /// What a user's gradient gave back, if it is one cotangent an operand, of its type.
  private func checked(_ flowing: [Tensor?], _ target: CustomCallTarget) -> [Tensor?] {
    let fits =
      flowing.count == operands.count
      && zip(flowing, operands).allSatisfy { cotangent, operand in
        cotangent.map { $0.error != nil || $0.type == operand.type } ?? true
      }
    if fits { return flowing }
    let found = flowing.compactMap { $0 }
    let mistake = Tensor.mistaken(
      "gradient of customCall \(target.name)",
      "needs to give back one cotangent an operand, of its type, or nil",
      found,
      site: site
    )
    return zip(operands, needed).map { $1 ? mistake : nil }
  }

  private func pullback(_ operation: Operation, _ g: Tensor) -> [Tensor?] {
    switch operation {
    case .constant, .iota: []
    case .unary(let function): [unary(function, g)]
    case .binary(let function): binary(function, g)
    case .compare: [nil, nil]
    case .select: select(g)
    case .clamp: clamp(g)
    case .convert:
      [operands[0].elementType.isFloatingPoint ? g.converted(to: operands[0].elementType) : nil]
    case .bitcast: undifferentiable("bitcast", "convert by value instead")
    case .broadcast(_, let axes): [broadcast(axes, g)]
    case .reshape: [g.reshaped(to: operands[0].shape.dimensions)]
    case .transpose(let permutation): [g.transposed(permutation.inverse)]
    case .slice(let starts, _, let strides): [slice(starts, strides, g)]
    case .dynamicSlice: dynamicSlice(g)
    case .dynamicUpdateSlice: dynamicUpdateSlice(g)
    case .concatenate(let axis): concatenate(axis, g)
    case .pad(let low, let high, let interior): pad(low, high, interior, g)
    case .reverse(let axes): [g.reversed(alongAxes: axes)]
    case .gather(let dimensions, let sizes): gather(dimensions, sizes, g)
    case .scatterAdd(let dimensions): scatterAdd(dimensions, g)
    case .reduce(let reducer, let axes): reduce(reducer, axes, g)
    case .dot(let dimensions): dot(dimensions, g)
    case .convolution(let window): convolution(window, g)
    case .sort, .optimizationBarrier, .shardingConstraint, .customCall:
      preconditionFailure("handled by operandCotangents")
    }
  }
}

extension [Int] {
  /// The permutation that undoes this one.
  var inverse: [Int] {
    var inverse = [Int](repeating: 0, count: count)
    for (place, value) in enumerated() { inverse[value] = place }
    return inverse
  }
}
