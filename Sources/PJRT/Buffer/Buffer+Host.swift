public import Arrays
internal import CPJRT

extension Buffer {
  /// Copies the contents to the host, waiting until they are computed.
  ///
  /// - Throws: What went wrong in the computation, or that the buffer was donated.
  public func copyToHost() throws(PJRTError) -> HostArray {
    var failure: PJRTError?
    let bytes = [UInt8](unsafeUninitializedCapacity: type.byteCount) { memory, count in
      let memory = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(memory)[..<type.byteCount]
      )
      do throws(PJRTError) {
        try copy(into: memory)
        count = type.byteCount
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return HostArray(bytes: bytes, type: type)
  }

  /// Copies the contents into memory of the caller, waiting until they are computed.
  ///
  /// - Parameter memory: Exactly `type.byteCount` bytes; they get row-major little-endian elements.
  /// - Throws: ``PJRTError/byteCountMismatch(type:needed:given:)`` if the memory has another size, or
  ///   what went wrong in the computation.
  public func copy(into memory: UnsafeMutableRawBufferPointer) throws(PJRTError) {
    guard memory.count == type.byteCount else {
      throw .byteCountMismatch(
        type: type.description,
        needed: type.byteCount,
        given: memory.count
      )
    }
    // The plugin takes a missing address for a question about the size, so nothing is asked of it when
    // there is nothing to copy.
    guard let destination = memory.baseAddress, memory.count > 0 else {
      return try waitUntilReady()
    }
    let interface = client.interface
    var arguments = pjrt_to_host_args()
    arguments.struct_size = MemoryLayout<pjrt_to_host_args>.size
    arguments.buffer = handle.pointer
    arguments.destination = destination
    arguments.destination_size = memory.count
    try interface.call(
      "PJRT_Buffer_ToHostBuffer",
      interface.table.pointee.buffer_to_host,
      &arguments
    )
    try interface.wait(for: arguments.event)
  }
}
