/// A keyed sum by SHA-256: whoever gives the right one for a message has the key.
///
/// Source: RFC 2104; test values in RFC 4231.
package enum HMAC {
  /// The code of a message.
  ///
  /// - Parameters:
  ///   - message: The bytes.
  ///   - key: What both sides know.
  /// - Returns: 32 bytes.
  package static func code(of message: [UInt8], key: [UInt8]) -> [UInt8] {
    let short = key.count > 64 ? SHA256.digest(of: key) : key
    let block = short + [UInt8](repeating: 0, count: 64 - short.count)
    let inner = SHA256.digest(of: block.map { $0 ^ 0x36 } + message)
    return SHA256.digest(of: block.map { $0 ^ 0x5C } + inner)
  }

  /// Whether two codes are equal, in a time that does not tell where they differ.
  package static func areEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    first.count == second.count && zip(first, second).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
