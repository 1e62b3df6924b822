internal import CPJRT

/// A plugin's table of functions, and the one place where the outcome of a call is looked at.
struct PluginInterface {
  let table: UnsafePointer<pjrt_table>
  /// Where the plugin came from, for messages.
  let path: String

  /// The version whose layout `CPJRT` declares; older tables may be shorter.
  static let neededVersion = InterfaceVersion(major: 0, minor: 81)

  /// Accepts a table after checking its version and its length.
  init(checking table: UnsafePointer<pjrt_table>, path: String) throws(PJRTError) {
    let found = InterfaceVersion(
      major: Int(table.pointee.version.major),
      minor: Int(table.pointee.version.minor)
    )
    let needed = Self.neededVersion
    guard found.major == needed.major, found >= needed,
      table.pointee.struct_size >= MemoryLayout<pjrt_table>.size
    else {
      throw .unsupportedVersion(path: path, found: found, needed: needed)
    }
    self.table = table
    self.path = path
  }

  var version: InterfaceVersion {
    InterfaceVersion(
      major: Int(table.pointee.version.major),
      minor: Int(table.pointee.version.minor)
    )
  }

  /// Calls a function of the table and turns the error it may return into a Swift error.
  ///
  /// Every status that comes out of the plugin passes through here, and its error object is freed.
  func call<Arguments>(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<Arguments>?) -> OpaquePointer?)?,
    _ arguments: inout Arguments
  ) throws(PJRTError) {
    guard let function else { throw .missingFunction(name: "\(name)", path: path) }
    guard let error = function(&arguments) else { return }
    throw taking(error, from: name)
  }

  /// Calls a function that frees something and has no way to fail but a mistake of ours.
  func release(
    _ name: StaticString,
    _ function: ((UnsafeMutablePointer<pjrt_object_args>?) -> OpaquePointer?)?,
    _ object: Handle
  ) {
    var arguments = pjrt_object_args(object)
    do {
      try call(name, function, &arguments)
    } catch {
      preconditionFailure("an object of the plugin could not be freed: \(error)")
    }
  }

  /// Reads an error object and frees it.
  private func taking(_ error: OpaquePointer, from name: StaticString) -> PJRTError {
    let object = UnsafeMutableRawPointer(error)
    defer {
      var arguments = pjrt_object_args(Handle(object))
      table.pointee.error_destroy?(&arguments)
    }
    var message = pjrt_text_args()
    message.struct_size = MemoryLayout<pjrt_text_args>.size
    message.object = object
    table.pointee.error_message?(&message)

    var code = pjrt_int_args()
    code.struct_size = MemoryLayout<pjrt_int_args>.size
    code.object = object
    if let second = table.pointee.error_code?(&code) {
      // Asking for the code failed: the first error is the one worth telling, the second is freed.
      var arguments = pjrt_object_args(Handle(UnsafeMutableRawPointer(second)))
      table.pointee.error_destroy?(&arguments)
    }
    return .call(
      name: "\(name)",
      code: PJRTErrorCode(rawValue: Int(code.value)) ?? .unknown,
      message: String(text: message.text, byteCount: message.text_size)
    )
  }
}

// SAFETY: the plugin's table is constant for the life of the process (a plugin is never unloaded), and
// the interface documents its functions as callable from any thread.
extension PluginInterface: @unchecked Sendable {}

/// An object that lives in the plugin.
struct Handle {
  let pointer: UnsafeMutableRawPointer

  init(_ pointer: UnsafeMutableRawPointer) {
    self.pointer = pointer
  }
}

// SAFETY: a handle is only a name that is given back to the plugin, whose objects may be used from any
// thread; the classes that own one free it exactly once, in `deinit`.
extension Handle: @unchecked Sendable {}

extension pjrt_object_args {
  /// The arguments of a function that acts on one object.
  init(_ object: Handle) {
    self.init()
    struct_size = MemoryLayout<Self>.size
    self.object = object.pointer
  }
}

extension String {
  /// Copies a text that the plugin owns; bytes that are not UTF-8 are replaced.
  init(text: UnsafePointer<CChar>?, byteCount: Int) {
    self.init(
      decoding: UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : byteCount),
      as: UTF8.self
    )
  }
}
