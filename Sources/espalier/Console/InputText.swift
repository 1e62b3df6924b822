import Files

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
    throw .inputNotUTF8(
      source: source,
      byteOffset: firstInvalidUTF8(in: bytes[...]) ?? bytes.count
    )
  }
}
