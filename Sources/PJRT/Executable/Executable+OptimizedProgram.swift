internal import CPJRT

extension Executable {
  /// The program as the compiler left it.
  ///
  /// - Returns: XLA's message `HloModuleProto`.
  /// - Throws: ``PJRTError``, also when the plugin gives the program in another format.
  public func optimizedProgram() throws(PJRTError) -> [UInt8] {
    let name: StaticString = "PJRT_Executable_OptimizedProgram"
    var program = pjrt_program()
    program.struct_size = MemoryLayout<pjrt_program>.size
    try ask(name, for: &program)
    var code = [CChar](repeating: 0, count: program.code_size)
    try code.withUnsafeMutableBufferPointer { (code) throws(PJRTError) in
      program.code = code.baseAddress
      try ask(name, for: &program)
    }
    let format = String(text: program.format, byteCount: program.format_size)
    let bytes = code.map { UInt8(bitPattern: $0) }
    switch format {
    case "hlo": return bytes
    case "hlo_with_config":
      guard let module = Self.module(in: bytes) else {
        throw .call(name: "\(name)", code: .internalError, message: "holds no module")
      }
      return module
    default:
      throw .call(name: "\(name)", code: .unimplemented, message: "gives the program as \(format)")
    }
  }

  private func ask(_ name: StaticString, for program: inout pjrt_program) throws(PJRTError) {
    try withUnsafeMutablePointer(to: &program) { (program) throws(PJRTError) in
      var arguments = pjrt_optimized_program_args()
      arguments.struct_size = MemoryLayout<pjrt_optimized_program_args>.size
      arguments.object = handle.pointer
      arguments.program = program
      try interface.call(
        name,
        interface.table.pointee.executable_optimized_program,
        &arguments
      )
    }
  }

  /// The module in a message of a module (field 1) and its configuration.
  private static func module(in bytes: [UInt8]) -> [UInt8]? {
    guard bytes.first == 1 << 3 | 2 else { return nil }
    var (length, shift, place) = (0, 0, 1)
    while place < bytes.count, shift < 56 {
      length |= Int(bytes[place] & 0x7F) << shift
      place += 1
      guard bytes[place - 1] & 0x80 != 0 else {
        return length <= bytes.count - place ? Array(bytes[place..<place + length]) : nil
      }
      shift += 7
    }
    return nil
  }
}
