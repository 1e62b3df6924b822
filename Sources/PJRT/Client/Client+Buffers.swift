public import Arrays
internal import CPJRT

extension Client {
  /// Copies an array to a device.
  ///
  /// - Parameters:
  ///   - array: The elements; they are copied before this returns.
  ///   - device: Where to; by default the first device.
  /// - Returns: The array on the device.
  /// - Throws: What the plugin reports, such as memory that is used up.
  public func buffer(from array: HostArray, on device: Device? = nil) throws(PJRTError) -> Buffer {
    try array.bytes.withUnsafeBufferPointer { (bytes) throws(PJRTError) -> Buffer in
      try buffer(copying: UnsafeRawBufferPointer(bytes), type: array.type, on: device)
    }
  }

  /// Copies memory to a device.
  ///
  /// - Parameters:
  ///   - bytes: Row-major little-endian elements; they are copied before this returns.
  ///   - type: What the bytes mean.
  ///   - device: Where to; by default the first device.
  /// - Returns: The array on the device.
  /// - Throws: ``PJRTError/byteCountMismatch(type:needed:given:)`` if the type takes another number of
  ///   bytes, or what the plugin reports.
  public func buffer(
    copying bytes: UnsafeRawBufferPointer,
    type: TensorType,
    on device: Device? = nil
  ) throws(PJRTError) -> Buffer {
    guard bytes.count == type.byteCount else {
      throw .byteCountMismatch(
        type: type.description,
        needed: type.byteCount,
        given: bytes.count
      )
    }
    let rank = type.shape.rank
    return try withUnsafeTemporaryAllocation(of: Int64.self, capacity: max(1, rank)) {
      (dimensions) throws(PJRTError) -> Buffer in
      for axis in 0..<rank {
        dimensions[axis] = Int64(type.shape.dimensions[axis])
      }
      var arguments = pjrt_buffer_from_host_args()
      arguments.struct_size = MemoryLayout<pjrt_buffer_from_host_args>.size
      arguments.client = handle.pointer
      // An empty array may have no address, and the plugin wants one; it reads nothing from it.
      arguments.data = bytes.baseAddress ?? UnsafeRawPointer(dimensions.baseAddress)
      arguments.element_type = type.elementType.pjrtCode
      arguments.dimensions = UnsafePointer(dimensions.baseAddress)
      arguments.rank = rank
      arguments.host_buffer_semantics = Int32(pjrt_host_buffer_immutable_only_during_call)
      arguments.device = (device ?? devices[0]).handle.pointer
      let name: StaticString = "PJRT_Client_BufferFromHostBuffer"
      try interface.call(name, interface.table.pointee.client_buffer_from_host, &arguments)
      let buffer = Buffer(
        owning: try interface.promised(arguments.buffer, by: name),
        type: type,
        client: self
      )
      try interface.wait(for: arguments.done_with_host_buffer)
      return buffer
    }
  }
}
