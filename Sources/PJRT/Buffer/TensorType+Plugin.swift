internal import Arrays
internal import CPJRT

extension PluginInterface {
  /// Asks a buffer for its element type and its shape.
  func type(ofBuffer handle: Handle) throws(PJRTError) -> TensorType {
    let code = try int("PJRT_Buffer_ElementType", table.pointee.buffer_element_type, of: handle)
    var arguments = pjrt_dimensions_args()
    arguments.struct_size = MemoryLayout<pjrt_dimensions_args>.size
    arguments.object = handle.pointer
    try call("PJRT_Buffer_Dimensions", table.pointee.buffer_dimensions, &arguments)
    let dimensions = UnsafeBufferPointer(start: arguments.dimensions, count: arguments.rank)
    guard let elementType = ElementType(pjrtCode: code) else {
      throw .unsupportedElementType(code: code, context: "a buffer")
    }
    return TensorType(elementType, Shape(dimensions.map(Int.init)))
  }

  /// Asks an executable for the types of its outputs on one device.
  func outputTypes(ofExecutable handle: Handle, name: String) throws(PJRTError) -> [TensorType] {
    var types = pjrt_output_types_args()
    types.struct_size = MemoryLayout<pjrt_output_types_args>.size
    types.object = handle.pointer
    try call(
      "PJRT_Executable_OutputElementTypes",
      table.pointee.executable_output_types,
      &types
    )

    var shapes = pjrt_output_dimensions_args()
    shapes.struct_size = MemoryLayout<pjrt_output_dimensions_args>.size
    shapes.object = handle.pointer
    try call(
      "PJRT_Executable_OutputDimensions",
      table.pointee.executable_output_dimensions,
      &shapes
    )
    guard types.count == shapes.count else {
      throw .call(
        name: "PJRT_Executable_OutputDimensions",
        code: .internalError,
        message: "\(types.count) element types but \(shapes.count) shapes"
      )
    }

    let codes = UnsafeBufferPointer(start: types.element_types, count: types.count)
    let ranks = UnsafeBufferPointer(start: shapes.ranks, count: shapes.count)
    var rest = UnsafeBufferPointer(start: shapes.dimensions, count: ranks.reduce(0, +))[...]
    var outputs: [TensorType] = []
    outputs.reserveCapacity(codes.count)
    for (code, rank) in zip(codes, ranks) {
      guard let elementType = ElementType(pjrtCode: Int(code)) else {
        throw .unsupportedElementType(
          code: Int(code),
          context: "output \(outputs.count) of \(name)"
        )
      }
      outputs.append(TensorType(elementType, Shape(rest.prefix(rank).map(Int.init))))
      rest = rest.dropFirst(rank)
    }
    return outputs
  }
}
