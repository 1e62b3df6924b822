internal import CPJRT

extension Client {
  /// Compiles a program.
  ///
  /// - Parameters:
  ///   - stableHLO: A module with a public function `main`, as StableHLO text. An argument that carries
  ///     `tf.aliasing_output = i : i32` is donated to output `i`.
  ///   - options: How the program is spread over devices.
  /// - Returns: The program, loaded on the client's devices.
  /// - Throws: ``PJRTError/call(name:code:message:)`` with the compiler's message if the text does not
  ///   parse or does not compile.
  public func compile(
    stableHLO: String,
    options: CompileOptions = CompileOptions()
  ) throws(PJRTError) -> LoadedExecutable {
    try compile(code: Array(stableHLO.utf8), format: "mlir", options: options)
  }

  /// Compiles a program of the compiler's own representation.
  ///
  /// - Parameters:
  ///   - hlo: A module as XLA's message `HloModuleProto`.
  ///   - options: With ``CompileOptions/runsPasses`` off, the module is taken as the compiler left it.
  /// - Returns: The program, loaded on the client's devices.
  /// - Throws: ``PJRTError/call(name:code:message:)`` with the compiler's message.
  public func compile(
    hlo: [UInt8],
    options: CompileOptions = CompileOptions()
  ) throws(PJRTError) -> LoadedExecutable {
    try compile(code: hlo, format: "hlo", options: options)
  }

  private func compile(
    code: [UInt8],
    format: StaticString,
    options: CompileOptions
  ) throws(PJRTError) -> LoadedExecutable {
    let name: StaticString = "PJRT_Client_Compile"
    var arguments = pjrt_compile_args()
    arguments.struct_size = MemoryLayout<pjrt_compile_args>.size
    arguments.client = handle.pointer
    try options.lend(with: code, format: format) { (program, options) throws(PJRTError) in
      arguments.program = program
      arguments.options = options.baseAddress
      arguments.options_size = options.count
      try interface.call(name, interface.table.pointee.client_compile, &arguments)
    }
    let executable = try interface.promised(arguments.loaded_executable, by: name)
    return try LoadedExecutable(owning: executable, client: self)
  }

  /// Loads a program that ``LoadedExecutable/serialize()`` wrote, without compiling it again.
  ///
  /// - Parameter bytes: The serialised program. It fits the plugin build and the kind of processor that
  ///   wrote it, so a cache keeps both in its key.
  /// - Returns: The program, loaded on the client's devices.
  /// - Throws: ``PJRTError/call(name:code:message:)`` with XLA's message if the bytes are no such program.
  public func load(serialized bytes: [UInt8]) throws(PJRTError) -> LoadedExecutable {
    let name: StaticString = "PJRT_Executable_DeserializeAndLoad"
    var arguments = pjrt_load_args()
    arguments.struct_size = MemoryLayout<pjrt_load_args>.size
    arguments.client = handle.pointer
    try bytes.withUnsafeBufferPointer { (bytes) throws(PJRTError) in
      arguments.bytes = UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
      arguments.byte_count = bytes.count
      try interface.call(name, interface.table.pointee.executable_load, &arguments)
    }
    let executable = try interface.promised(arguments.loaded_executable, by: name)
    return try LoadedExecutable(owning: executable, client: self)
  }
}

extension CompileOptions {
  /// Lends a program and these options as the C structures that compilers read.
  ///
  /// - Parameters:
  ///   - code: The program.
  ///   - format: Its language.
  ///   - body: Gets both, which are gone when it returns.
  /// - Throws: What the body throws.
  func lend(
    with code: [UInt8],
    format: StaticString,
    _ body: (UnsafePointer<pjrt_program>, UnsafeBufferPointer<CChar>) throws(PJRTError) -> Void
  ) throws(PJRTError) {
    var code = code.map { CChar(bitPattern: $0) }
    let settings = serialized.map { CChar(bitPattern: $0) }
    try code.withUnsafeMutableBufferPointer { (code) throws(PJRTError) in
      try settings.withUnsafeBufferPointer { (settings) throws(PJRTError) in
        var program = pjrt_program()
        program.struct_size = MemoryLayout<pjrt_program>.size
        program.code = code.baseAddress
        program.code_size = code.count
        program.format = UnsafeRawPointer(format.utf8Start).assumingMemoryBound(to: CChar.self)
        program.format_size = format.utf8CodeUnitCount
        try withUnsafePointer(to: program) { (program) throws(PJRTError) in
          try body(program, settings)
        }
      }
    }
  }
}
