import Arrays
import StableHLO

extension Lowering {
  mutating func lower(
    _ region: WhileRegion,
    operands: [TypedValue],
    into builder: inout BlockBuilder
  ) throws(TraceError) -> [TypedValue] {
    let bound = region.state + region.captures
    let condition = try block(parameters: bound, results: [region.condition])
    let body = try block(parameters: bound, results: region.body + region.captures)
    let results = operands.map { newValue($0.type) }
    builder.instructions.append(
      .whileLoop(condition: condition, body: body, state: operands, results: results)
    )
    return Array(results.prefix(region.state.count))
  }

  /// Emits a scan as a while-loop over a counter.
  ///
  /// The state is the counter, the carry, the stacked inputs, the captures, and one array for each
  /// stacked output, which an iteration fills at its own place.
  ///
  /// - Parameter kept: Values inside the body to be stacked as further outputs.
  /// - Returns: The last carry, the stacked outputs and the stacked kept values.
  mutating func lower(
    _ region: ScanRegion,
    keeping kept: [Tensor],
    operands: [TypedValue],
    into builder: inout BlockBuilder
  ) throws(TraceError) -> [TypedValue] {
    let produced = region.outputs + kept
    var state = [constant(0, into: &builder)] + operands
    for output in produced {
      state.append(zeros(output.type.stacked(region.length), into: &builder))
    }
    let condition = scanCondition(length: region.length, state: state.map(\.type))
    let body = try scanBody(region, produced: produced, state: state.map(\.type))
    let results = state.map { newValue($0.type) }
    builder.instructions.append(
      .whileLoop(condition: condition, body: body, state: state, results: results)
    )
    return Array(results[1..<1 + region.carry.count]) + results[(1 + operands.count)...]
  }

  private mutating func scanCondition(length: Int, state: [TensorType]) -> Block {
    let parameters = state.map { newValue($0) }
    var builder = BlockBuilder()
    let limit = constant(length, into: &builder)
    let goesOn = emit(
      .compare(.less),
      [parameters[0], limit],
      [TensorType(.bool, .scalar)],
      into: &builder
    )
    return Block(parameters: parameters, instructions: builder.instructions, results: goesOn)
  }

  private mutating func scanBody(
    _ region: ScanRegion,
    produced: [Tensor],
    state: [TensorType]
  ) throws(TraceError) -> Block {
    let parameters = state.map { newValue($0) }
    let counter = parameters[0]
    let carry = parameters[1...].prefix(region.carry.count)
    let inputs = parameters[carry.endIndex...].prefix(region.slices.count)
    let captures = parameters[inputs.endIndex...].prefix(region.captures.count)
    let stacks = parameters[captures.endIndex...]

    var builder = BlockBuilder()
    let place = scanPlace(region, counter: counter, into: &builder)
    for (tensor, value) in zip(region.carry, carry) { builder.values[tensor.key] = value }
    for (tensor, value) in zip(region.captures, captures) { builder.values[tensor.key] = value }
    for (tensor, input) in zip(region.slices, inputs) {
      builder.values[tensor.key] = slice(of: input, at: place, into: &builder)
    }
    let results = try lower(region.nextCarry + produced, into: &builder)
    let newStacks = zip(stacks, results.dropFirst(region.carry.count)).map { stack, value in
      store(value, in: stack, at: place, into: &builder)
    }
    let next = emit(
      .binary(.add),
      [counter, constant(1, into: &builder)],
      [counter.type],
      into: &builder
    )
    return Block(
      parameters: parameters,
      instructions: builder.instructions,
      results: next + results.prefix(region.carry.count) + inputs + captures + newStacks
    )
  }

  /// The place along the leading axis that an iteration works on.
  private mutating func scanPlace(
    _ region: ScanRegion,
    counter: TypedValue,
    into builder: inout BlockBuilder
  ) -> TypedValue {
    guard region.isReversed else { return counter }
    let last = constant(region.length - 1, into: &builder)
    return emit(.binary(.subtract), [last, counter], [counter.type], into: &builder)[0]
  }

  private mutating func slice(
    of input: TypedValue,
    at place: TypedValue,
    into builder: inout BlockBuilder
  ) -> TypedValue {
    let extents = Array(input.type.shape.dimensions.dropFirst())
    let row = TensorType(input.type.elementType, Shape([1] + extents))
    let zeros = extents.map { _ in constant(0, into: &builder) }
    let sliced = emit(
      .dynamicSlice(sizes: row.shape.dimensions),
      [input, place] + zeros,
      [row],
      into: &builder
    )
    let type = TensorType(row.elementType, Shape(extents))
    return emit(.reshape(type.shape), sliced, [type], into: &builder)[0]
  }

  private mutating func store(
    _ value: TypedValue,
    in stack: TypedValue,
    at place: TypedValue,
    into builder: inout BlockBuilder
  ) -> TypedValue {
    let row = value.type.stacked(1)
    let reshaped = emit(.reshape(row.shape), [value], [row], into: &builder)
    let zeros = value.type.shape.dimensions.map { _ in constant(0, into: &builder) }
    return emit(
      .dynamicUpdateSlice,
      [stack] + reshaped + [place] + zeros,
      [stack.type],
      into: &builder
    )[0]
  }

  private mutating func constant(_ value: Int, into builder: inout BlockBuilder) -> TypedValue {
    let array = HostArray(scalar: Int32(value))
    return emit(.constant(array), [], [array.type], into: &builder)[0]
  }

  private mutating func zeros(
    _ type: TensorType,
    into builder: inout BlockBuilder
  ) -> TypedValue {
    let zero = HostArray(zeros: TensorType(type.elementType, .scalar))
    let scalar = emit(.constant(zero), [], [zero.type], into: &builder)
    return emit(.broadcast(type.shape, axes: []), scalar, [type], into: &builder)[0]
  }
}
