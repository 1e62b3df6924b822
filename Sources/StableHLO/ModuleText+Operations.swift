import Arrays

extension TextWriter {
  mutating func write(_ operation: Operation, operands: [TypedValue], results: [TypedValue]) {
    switch operation {
    case .reduce(let reducer, let axes):
      writeReduction(reducer, axes: axes, operand: operands[0], result: results[0])
    case .sort(let axis, let descending):
      writeSort(axis: axis, descending: descending, operands: operands, results: results)
    case .scatterAdd(let dimensions):
      writeScatter(dimensions, operands: operands, results: results)
    case .customCall(let target) where target.isPerDevice && deviceCount > 1:
      writePerDevice(target, operands: operands, results: results)
    default:
      line("\(bound(results)) = \(expression(operation, operands: operands, results: results))")
    }
  }

  /// The right-hand side of every operation without a region.
  private func expression(
    _ operation: Operation,
    operands: [TypedValue],
    results: [TypedValue]
  ) -> String {
    let names = names(operands)
    let resultText = types(results)
    let signature = "(\(types(operands))) -> \(resultText)"
    switch operation {
    case .constant(let array):
      return "stablehlo.constant \(array.denseText) : \(resultText)"
    case .iota(_, let axis):
      return "stablehlo.iota dim = \(axis) : \(resultText)"
    case .unary(.isFinite):
      return "stablehlo.is_finite \(names) : \(signature)"
    case .unary(.errorFunction):
      return "chlo.erf \(names) : \(types(operands)) -> \(resultText)"
    case .unary(let function):
      return "\(function.rawValue) \(names) : \(resultText)"
    case .binary(let function):
      return "\(function.rawValue) \(names) : \(resultText)"
    case .compare(let direction):
      return "stablehlo.compare \(direction.rawValue), \(names) : \(signature)"
    case .select:
      return "stablehlo.select \(names) : \(operands[0].type.text), \(resultText)"
    case .clamp:
      return "stablehlo.clamp \(names) : \(resultText)"
    case .convert:
      return "stablehlo.convert \(names) : \(signature)"
    case .bitcast:
      return "stablehlo.bitcast_convert \(names) : \(signature)"
    case .broadcast(_, let axes):
      return "stablehlo.broadcast_in_dim \(names), dims = \(axes) : \(signature)"
    case .reshape:
      return "stablehlo.reshape \(names) : \(signature)"
    case .transpose(let permutation):
      return "stablehlo.transpose \(names), dims = \(permutation) : \(signature)"
    case .slice(let starts, let limits, let strides):
      let ranges = starts.indices.map { "\(starts[$0]):\(limits[$0]):\(strides[$0])" }
      return "stablehlo.slice \(names) [\(ranges.joined(separator: ", "))] : \(signature)"
    case .dynamicSlice(let sizes):
      return "stablehlo.dynamic_slice \(names), sizes = \(sizes) : \(signature)"
    case .dynamicUpdateSlice:
      return "stablehlo.dynamic_update_slice \(names) : \(signature)"
    case .concatenate(let axis):
      return "stablehlo.concatenate \(names), dim = \(axis) : \(signature)"
    case .pad(let low, let high, let interior):
      return "stablehlo.pad \(names), low = \(low), high = \(high), interior = \(interior)"
        + " : \(signature)"
    case .reverse(let axes):
      return "stablehlo.reverse \(names), dims = \(axes) : \(resultText)"
    case .gather(let dimensions, let sliceSizes):
      return "\"stablehlo.gather\"(\(names)) <{dimension_numbers = #stablehlo.gather<"
        + "offset_dims = \(dimensions.offsetAxes), "
        + "collapsed_slice_dims = \(dimensions.collapsedSliceAxes), "
        + "start_index_map = \(dimensions.startIndexMap), "
        + "index_vector_dim = \(dimensions.indexVectorAxis)>, indices_are_sorted = false, "
        + "slice_sizes = \(arrayAttribute(sliceSizes))}> : \(signature)"
    case .dot(let dimensions):
      let batch =
        dimensions.leftBatch.isEmpty
        ? "" : ", batching_dims = \(dimensions.leftBatch) x \(dimensions.rightBatch)"
      return "stablehlo.dot_general \(names)\(batch), contracting_dims = "
        + "\(dimensions.leftContracting) x \(dimensions.rightContracting) : \(signature)"
    case .convolution(let window):
      return convolution(window, names: names, signature: signature)
    case .optimizationBarrier:
      return "stablehlo.optimization_barrier \(names) : \(resultText)"
    case .shardingConstraint(let sharding):
      let text = sharding.text(rank: results[0].type.shape.rank, deviceCount: deviceCount)
      return
        "stablehlo.custom_call @Sharding(\(names)) {mhlo.sharding = \"\(text)\"} : \(signature)"
    case .customCall(let target):
      return customCall(target, names, operands.map(\.type), results.map(\.type))
    case .reduce, .sort, .scatterAdd:
      preconditionFailure("operations of several lines are written by functions of their own")
    }
  }

  private func convolution(
    _ window: ConvolutionWindow,
    names: String,
    signature: String
  ) -> String {
    let axes = (0..<window.rank).map(String.init).joined(separator: ", ")
    let spatial = window.rank == 0 ? "" : "\(axes), "
    let padding = (0..<window.rank).map { "[\(window.lowPadding[$0]), \(window.highPadding[$0])]" }
    return "stablehlo.convolution(\(names)) dim_numbers = [b, \(spatial)f]x[\(spatial)i, o]->"
      + "[b, \(spatial)f], window = {stride = \(window.strides), "
      + "pad = [\(padding.joined(separator: ", "))], lhs_dilate = \(window.inputDilation), "
      + "rhs_dilate = \(window.kernelDilation)} "
      + "{batch_group_count = 1 : i64, feature_group_count = 1 : i64} : \(signature)"
  }

  private func customCall(
    _ target: CustomCallTarget,
    _ names: String,
    _ operands: [TensorType],
    _ results: [TensorType]
  ) -> String {
    func text(_ types: [TensorType]) -> String { types.map(\.text).joined(separator: ", ") }
    let resultText = results.count == 1 ? text(results) : "(\(text(results)))"
    let signature = "(\(text(operands))) -> \(resultText)"
    if let opaque = target.opaque {
      let operandLayouts = operands.map { Array((0..<$0.shape.rank).reversed()) }
      return "stablehlo.custom_call @\(target.name)(\(names)) {api_version = 2 : i32, "
        + "backend_config = \"\(opaque.text.replacing("\"", with: "\\22"))\", "
        + "operand_layouts = \(layouts(operandLayouts)), "
        + "result_layouts = \(layouts(opaque.resultLayouts))} : \(signature)"
    }
    let attributes = target.attributes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
    let aliases = target.updatedOperands.sorted { $0.key < $1.key }.map { result, operand in
      "#stablehlo.output_operand_alias<output_tuple_indices = [\(result)], "
        + "operand_index = \(operand), operand_tuple_indices = []>"
    }
    let aliasText =
      aliases.isEmpty ? "" : ", output_operand_aliases = [\(aliases.joined(separator: ", "))]"
    return "stablehlo.custom_call @\(target.name)(\(names)) {api_version = 4 : i32, "
      + "backend_config = {\(attributes.joined(separator: ", "))}\(aliasText)} : \(signature)"
  }

  private func layouts(_ layouts: [[Int]]) -> String {
    let texts = layouts.map { axes in
      let values = axes.count == 1 ? "\(axes[0])" : "\(axes)"
      return "dense<\(axes.isEmpty ? "" : values)> : tensor<\(axes.count)xindex>"
    }
    return "[\(texts.joined(separator: ", "))]"
  }

  private func arrayAttribute(_ values: [Int]) -> String {
    values.isEmpty
      ? "array<i64>" : "array<i64: \(values.map(String.init).joined(separator: ", "))>"
  }
}

extension TextWriter {
  /// A call that each device makes on its rows: the partitioner is told where the whole becomes what a device holds, and where that
  /// becomes a whole again.
  private mutating func writePerDevice(
    _ target: CustomCallTarget,
    operands: [TypedValue],
    results: [TypedValue]
  ) {
    let number = results[0].id.number
    func rows(_ type: TensorType) -> String {
      TensorSharding.split(axis: 0).text(rank: type.shape.rank, deviceCount: deviceCount)
    }
    func part(_ type: TensorType) -> TensorType {
      let shape = TensorSharding.split(axis: 0).partShape(of: type.shape, deviceCount: deviceCount)
      guard let shape else { preconditionFailure("\(target.name) is called on rows of devices") }
      return TensorType(type.elementType, shape)
    }
    func call(_ name: String, _ sharding: String, _ operand: String, _ types: [TensorType])
      -> String
    {
      "stablehlo.custom_call @\(name)(\(operand)) {mhlo.sharding = \"\(sharding)\"} : "
        + "(\(types[0].text)) -> \(types[types.count - 1].text)"
    }
    for (index, operand) in operands.enumerated() {
      let (type, suffix) = (operand.type, "\(number)_\(index)")
      line("%rows\(suffix) = \(call("Sharding", rows(type), "\(operand.id)", [type]))")
      line(
        "%part\(suffix) = "
          + call("SPMDFullToShardShape", "{manual}", "%rows\(suffix)", [type, part(type)])
      )
    }
    let parts = operands.indices.map { "%part\(number)_\($0)" }.joined(separator: ", ")
    let called = results.indices.map { "%called\(number)_\($0)" }
    let expression = customCall(
      target,
      parts,
      operands.map { part($0.type) },
      results.map { part($0.type) }
    )
    line("\(called.joined(separator: ", ")) = \(expression)")
    for (index, result) in results.enumerated() {
      let (type, kept) = (result.type, "%kept\(number)_\(index)")
      line("\(kept) = \(call("Sharding", "{manual}", called[index], [part(type)]))")
      line(
        "\(result.id) = "
          + call("SPMDShardToFullShape", rows(type), kept, [part(type), type])
      )
    }
  }

  /// A constant for the neutral element, then the reduction that starts from it.
  private mutating func writeReduction(
    _ reducer: Reducer,
    axes: [Int],
    operand: TypedValue,
    result: TypedValue
  ) {
    let scalar = TensorType(operand.type.elementType, .scalar).text
    let neutral = "%neutral\(result.id.number)"
    line(
      "\(neutral) = stablehlo.constant "
        + "dense<\(reducer.neutralText(operand.type.elementType))> : \(scalar)"
    )
    line(
      "\(result.id) = stablehlo.reduce(\(operand.id) init: \(neutral)) applies "
        + "\(reducer.rawValue) across dimensions = \(axes) : "
        + "(\(operand.type.text), \(scalar)) -> \(result.type.text)"
    )
  }

  /// A stable sort by the first operand.
  private mutating func writeSort(
    axis: Int,
    descending: Bool,
    operands: [TypedValue],
    results: [TypedValue]
  ) {
    let scalars = operands.map { TensorType($0.type.elementType, .scalar).text }
    let parameters = scalars.enumerated().flatMap { index, type in
      ["%left\(index): \(type)", "%right\(index): \(type)"]
    }
    line(
      "\(bound(results)) = \"stablehlo.sort\"(\(names(operands))) <{dimension = \(axis) : i64, is_stable = true}> ({"
    )
    line("^bb0(\(parameters.joined(separator: ", "))):")
    indented { writer in
      writer.line(
        "%before = stablehlo.compare \(descending ? "GT" : "LT"), %left0, %right0 : "
          + "(\(scalars[0]), \(scalars[0])) -> tensor<i1>"
      )
      writer.line("stablehlo.return %before : tensor<i1>")
    }
    let resultText = results.count == 1 ? types(results) : "(\(types(results)))"
    line("}) : (\(types(operands))) -> \(resultText)")
  }

  private mutating func writeScatter(
    _ dimensions: GatherDimensions,
    operands: [TypedValue],
    results: [TypedValue]
  ) {
    let scalar = TensorType(results[0].type.elementType, .scalar).text
    line(
      "\(bound(results)) = \"stablehlo.scatter\"(\(names(operands))) <{"
        + "scatter_dimension_numbers = #stablehlo.scatter<"
        + "update_window_dims = \(dimensions.offsetAxes), "
        + "inserted_window_dims = \(dimensions.collapsedSliceAxes), "
        + "scatter_dims_to_operand_dims = \(dimensions.startIndexMap), "
        + "index_vector_dim = \(dimensions.indexVectorAxis)>, indices_are_sorted = false, "
        + "unique_indices = false}> ({"
    )
    line("^bb0(%old: \(scalar), %new: \(scalar)):")
    indented { writer in
      writer.line("%sum = stablehlo.add %old, %new : \(scalar)")
      writer.line("stablehlo.return %sum : \(scalar)")
    }
    line("}) : (\(types(operands))) -> \(types(results))")
  }
}
