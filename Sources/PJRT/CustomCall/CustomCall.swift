internal import CPJRT

/// A function of ours that a compiled program calls: `stablehlo.custom_call @name(...)` with
/// `api_version = 4`, its attributes in `backend_config`.
///
/// ```swift
/// let scale = CustomCall(name: "example.scale") { frame in
///   CustomCallFrame.handle(frame) { call in
///     guard let input = call.input(0)?.values(as: Float.self),
///       let output = call.output(0)?.mutableValues(as: Float.self),
///       let factor = call.attribute("factor", as: Float.self), input.count == output.count
///     else { return .failure("example.scale: needs one float32 array in and out, and a factor") }
///     for index in input.indices { output[index] = factor * input[index] }
///     return .success
///   }
/// }
/// try client.register(customCall: scale)
/// ```
public struct CustomCall: Sendable {
  /// A function that XLA can call: it gets a frame and returns an error object or none.
  ///
  /// It captures nothing, runs on XLA's threads, possibly on several at once, and hands both values through
  /// ``CustomCallFrame/handle(_:body:)``.
  public typealias Handler =
    @convention(c) (_ frame: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?

  /// The name programs call it by.
  public let name: String
  /// The kind of device it runs on, in XLA's words: `Host` for the CPU.
  public let platform: String
  /// The function.
  public let handler: Handler

  /// Describes a custom call.
  public init(name: String, platform: String = "Host", handler: @escaping Handler) {
    self.name = name
    self.platform = platform
    self.handler = handler
  }
}

extension Client {
  /// Makes a function of ours callable from programs that are compiled afterwards.
  ///
  /// The plugin keeps one list for the whole process, so the other clients of the same plugin see the
  /// function too.
  ///
  /// - Throws: ``PJRTError/missingExtension(name:path:)`` if the plugin has no custom calls, or what XLA
  ///   reports, such as a name that is taken.
  public func register(customCall: CustomCall) throws(PJRTError) {
    guard let extensionTable = interface.customCallExtension() else {
      throw .missingExtension(name: PluginExtension.customCalls.description, path: plugin.path)
    }
    var arguments = pjrt_register_handler_args()
    arguments.struct_size = MemoryLayout<pjrt_register_handler_args>.size
    arguments.handler = unsafeBitCast(customCall.handler, to: UnsafeMutableRawPointer.self)
    let target = customCall.name.utf8.map { CChar(bitPattern: $0) }
    let platform = customCall.platform.utf8.map { CChar(bitPattern: $0) }
    try target.withUnsafeBufferPointer { (target) throws(PJRTError) in
      try platform.withUnsafeBufferPointer { (platform) throws(PJRTError) in
        arguments.target = target.baseAddress
        arguments.target_size = target.count
        arguments.platform = platform.baseAddress
        arguments.platform_size = platform.count
        try interface.call(
          "PJRT_FFI_Register_Handler",
          extensionTable.pointee.register_handler,
          &arguments
        )
      }
    }
  }
}
