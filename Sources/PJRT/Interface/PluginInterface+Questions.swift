internal import CPJRT

// The questions that have the same form for many kinds of object.
extension PluginInterface {
  /// Asks for a text.
  func text(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_text_args>?) -> OpaquePointer?)?,
    of object: Handle
  ) throws(PJRTError) -> String {
    var arguments = pjrt_text_args()
    arguments.struct_size = MemoryLayout<pjrt_text_args>.size
    arguments.object = object.pointer
    try call(name, function, &arguments)
    return String(text: arguments.text, byteCount: arguments.text_size)
  }

  /// Asks for a truth value.
  func flag(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_flag_args>?) -> OpaquePointer?)?,
    of object: Handle
  ) throws(PJRTError) -> Bool {
    var arguments = pjrt_flag_args()
    arguments.struct_size = MemoryLayout<pjrt_flag_args>.size
    arguments.object = object.pointer
    try call(name, function, &arguments)
    return arguments.flag
  }

  /// Asks for a C `int`.
  func int(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_int_args>?) -> OpaquePointer?)?,
    of object: Handle
  ) throws(PJRTError) -> Int {
    var arguments = pjrt_int_args()
    arguments.struct_size = MemoryLayout<pjrt_int_args>.size
    arguments.object = object.pointer
    try call(name, function, &arguments)
    return Int(arguments.value)
  }

  /// Asks for a size.
  func size(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_size_args>?) -> OpaquePointer?)?,
    of object: Handle
  ) throws(PJRTError) -> Int {
    var arguments = pjrt_size_args()
    arguments.struct_size = MemoryLayout<pjrt_size_args>.size
    arguments.object = object.pointer
    try call(name, function, &arguments)
    return Int(bitPattern: UInt(arguments.value))
  }

  /// Asks for another object, which may be none.
  func related(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_related_args>?) -> OpaquePointer?)?,
    of object: Handle
  ) throws(PJRTError) -> Handle? {
    var arguments = pjrt_related_args()
    arguments.struct_size = MemoryLayout<pjrt_related_args>.size
    arguments.object = object.pointer
    try call(name, function, &arguments)
    return arguments.related.map(Handle.init)
  }

  /// Asks for objects that the asked one owns.
  func objects(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_objects_args>?) -> OpaquePointer?)?,
    of object: Handle
  ) throws(PJRTError) -> [Handle] {
    var arguments = pjrt_objects_args()
    arguments.struct_size = MemoryLayout<pjrt_objects_args>.size
    arguments.object = object.pointer
    try call(name, function, &arguments)
    let items = UnsafeBufferPointer(start: arguments.items, count: arguments.count)
    return items.compactMap { $0.map(Handle.init) }
  }

  /// What a call returned where the interface promises an object; its absence is the plugin's mistake.
  func promised(_ object: UnsafeMutableRawPointer?, by name: StaticString) throws(PJRTError)
    -> Handle
  {
    guard let object else {
      throw .call(name: "\(name)", code: .internalError, message: "the plugin returned no object")
    }
    return Handle(object)
  }
}
