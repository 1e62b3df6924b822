internal import CPJRT

extension Executable {
  /// Writes the compiled program, so that ``Client/load(serialized:)`` can take it up without compiling.
  ///
  /// - Returns: Bytes that fit the plugin build and the kind of processor that wrote them.
  public func serialize() throws(PJRTError) -> [UInt8] {
    var arguments = pjrt_serialize_args()
    arguments.struct_size = MemoryLayout<pjrt_serialize_args>.size
    arguments.object = handle.pointer
    try interface.call(
      "PJRT_Executable_Serialize",
      interface.table.pointee.executable_serialize,
      &arguments
    )
    defer { arguments.release?(arguments.backing) }
    return Array(UnsafeRawBufferPointer(start: arguments.bytes, count: arguments.byte_count))
  }
}
