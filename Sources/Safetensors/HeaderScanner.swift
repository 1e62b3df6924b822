/// Reads the JSON of a safetensors header strictly, byte by byte.
///
/// A general JSON reader would keep one of two equal names and round large numbers, so both mistakes
/// would pass unseen. The bytes are known to be UTF-8. There is no recursion, so no depth to overflow.
struct HeaderScanner {
  /// A number as written, and its value if it is a whole one from 0 to `Int.max`.
  struct Number {
    var text: String
    var count: Int?
  }

  let path: String
  let bytes: [UInt8]
  private(set) var offset = 0

  /// Creates a scanner.
  ///
  /// - Parameters:
  ///   - bytes: The header, valid UTF-8.
  ///   - path: The file's, for messages.
  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
  }

  /// The error for a header that does not go on as the format asks.
  ///
  /// - Parameters:
  ///   - expected: What should come.
  ///   - offset: Where in the header; the place reached where none is given.
  /// - Returns: An error with the offset in the file.
  func malformed(_ expected: String, at offset: Int? = nil) -> SafetensorsError {
    .malformedHeader(path: path, offset: 8 + (offset ?? self.offset), expected: expected)
  }

  /// The next byte that is not white space, without moving past it.
  mutating func peek() -> UInt8? {
    while offset < bytes.count, isSpace(bytes[offset]) { offset += 1 }
    return offset < bytes.count ? bytes[offset] : nil
  }

  /// Moves past one punctuation mark.
  mutating func expect(_ mark: Unicode.Scalar) throws(SafetensorsError) {
    guard let next = peek(), next == UInt8(ascii: mark) else {
      throw malformed("'\(mark)'")
    }
    offset += 1
  }

  /// Moves past a punctuation mark if it is next.
  mutating func accept(_ mark: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  /// Reads `{ "key": value, ... }`, the values by the closure.
  mutating func object(
    _ value: (inout HeaderScanner, _ key: String) throws(SafetensorsError) -> Void
  ) throws(SafetensorsError) {
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try value(&self, key)
    } while accept(",")
    try expect("}")
  }

  /// Reads `[1, 2, ...]`.
  mutating func numbers() throws(SafetensorsError) -> [Number] {
    try expect("[")
    if accept("]") { return [] }
    var numbers: [Number] = []
    repeat { numbers.append(try number()) } while accept(",")
    try expect("]")
    return numbers
  }

  /// Reads a JSON number.
  private mutating func number() throws(SafetensorsError) -> Number {
    let first = peek()
    let start = offset
    guard let first, isDigit(first) || first == UInt8(ascii: "-") else {
      throw malformed("a number")
    }
    while offset < bytes.count, isPartOfNumber(bytes[offset]) { offset += 1 }
    let digits = bytes[start..<offset]
    let text = String(decoding: digits, as: UTF8.self)
    guard digits.allSatisfy(isDigit) else { return Number(text: text, count: nil) }
    guard digits.count == 1 || first != UInt8(ascii: "0") else {
      throw malformed("a number without leading zeros", at: start)
    }
    return Number(text: text, count: Int(text))
  }

  /// Reads a JSON string with its escapes.
  mutating func string() throws(SafetensorsError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        text.append(contentsOf: try escape().utf8)
      case ..<0x20:
        throw malformed("no control character in a string")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw malformed("the end of a string")
  }

  /// Reads one escape, a pair of surrogates as one.
  private mutating func escape() throws(SafetensorsError) -> String {
    let start = offset
    offset += 1
    guard offset < bytes.count else { throw malformed("an escape", at: start) }
    let letter = Unicode.Scalar(bytes[offset])
    offset += 1
    switch letter {
    case "\"", "\\", "/": return String(letter)
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default: throw malformed("a JSON escape", at: start)
    }
    let unit = try hexadecimal(start)
    if let scalar = Unicode.Scalar(unit) { return String(scalar) }
    let isPair =
      unit < 0xDC00 && offset + 1 < bytes.count && bytes[offset] == UInt8(ascii: "\\")
      && bytes[offset + 1] == UInt8(ascii: "u")
    guard isPair else { throw malformed("a pair of surrogates", at: start) }
    offset += 2
    let low = try hexadecimal(start)
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
    else { throw malformed("a pair of surrogates", at: start) }
    return String(scalar)
  }

  /// Reads four hexadecimal digits.
  private mutating func hexadecimal(_ start: Int) throws(SafetensorsError) -> UInt32 {
    guard offset + 4 <= bytes.count else {
      throw malformed("four hexadecimal digits", at: start)
    }
    var value: UInt32 = 0
    for byte in bytes[offset..<offset + 4] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw malformed("four hexadecimal digits", at: start)
      }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func isPartOfNumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || "+-.eE".utf8.contains(byte)
  }
}
