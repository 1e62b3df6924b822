/// Text that a command was given as bytes.
enum InputText {
  /// The text of bytes.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - source: What messages call them.
  /// - Returns: The text.
  /// - Throws: ``CommandError/inputNotUTF8(source:byteOffset:)``.
  static func of(_ bytes: [UInt8], from source: String) throws(CommandError) -> String {
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .valid(let scalar) = parser.parseScalar(from: &iterator) { offset += scalar.count }
    throw .inputNotUTF8(source: source, byteOffset: offset)
  }
}
