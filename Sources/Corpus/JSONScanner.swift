/// Reads JSON (RFC 8259) byte by byte, for records of which little is wanted.
///
/// It takes what other programs write for numbers that JSON has no word for (`NaN`, `Infinity`, `-Infinity`),
/// since nobody asks for them here, and keeps apart strings with half a surrogate pair, which JSON allows and
/// no text can hold. There is no recursion, so no depth to overflow.
struct JSONScanner {
  /// Why bytes are no JSON, and where.
  struct Problem: Error {
    var offset: Int
    var reason: String
  }

  /// A string, with U+FFFD for halves of surrogate pairs.
  struct Text {
    var text = ""
    /// Where the first such half is.
    var halfSurrogate: Int?
  }

  /// A value as far as a record is concerned.
  enum Value {
    case string(Text)
    case null
    /// What it is, in words.
    case other(String)

    var isNull: Bool { if case .null = self { true } else { false } }

    var kind: String {
      switch self {
      case .string: "a string"
      case .null: "null"
      case .other(let kind): kind
      }
    }
  }

  private let bytes: ArraySlice<UInt8>
  private var offset: Int
  /// What a message calls the end of the bytes.
  private let end: String

  /// Creates a scanner of valid UTF-8.
  ///
  /// - Parameters:
  ///   - bytes: A line.
  ///   - end: What a message calls the end of the bytes.
  init(
    _ bytes: ArraySlice<UInt8>,
    end: String = "the end of the line; `jq -c .` writes records in one line each"
  ) {
    self.bytes = bytes
    self.end = end
    offset = bytes.startIndex
  }

  /// The number of the character at an offset, counted from 1.
  func column(of offset: Int) -> Int {
    // Bytes 10xxxxxx continue a character.
    1 + bytes[..<offset].count { $0 & 0xC0 != 0x80 }
  }

  /// Reads an object that is all there is.
  ///
  /// - Parameter value: Moves past a value, given its name; nil for a name that no text can hold.
  /// - Throws: A problem, or what `value` throws.
  mutating func object(
    _ value: (inout JSONScanner, String?) throws(Problem) -> Void
  ) throws(Problem) {
    guard accept("{") else {
      throw peek() == UInt8(ascii: "[")
        ? problem("needs an object, one a line; got a list, whose elements `jq -c '.[]'` writes so")
        : missing("an object")
    }
    if !accept("}") {
      repeat {
        let name = try self.name()
        try value(&self, name.halfSurrogate == nil ? name.text : nil)
      } while accept(",")
      guard accept("}") else { throw missing("\",\" or \"}\"") }
    }
    guard peek() == nil else { throw missing("the end of the line behind the object") }
  }

  /// Where the next value begins.
  mutating func valueOffset() -> Int {
    _ = peek()
    return offset
  }

  /// Reads a value.
  mutating func value() throws(Problem) -> Value {
    let first = peek()
    if first == UInt8(ascii: "\"") { return .string(try string()) }
    try skipValue()
    return switch first.map(Unicode.Scalar.init) {
    case "n": .null
    case "t", "f": .other("true or false")
    case "{": .other("an object")
    case "[": .other("a list")
    default: .other("a number")
    }
  }

  /// Moves past a value, however deep it is.
  mutating func skipValue() throws(Problem) {
    // What ends each list and object that is open, the innermost last.
    var ends: [Unicode.Scalar] = []
    value: while true {
      if accept("[") {
        if !accept("]") {
          ends.append("]")
          continue value
        }
      } else if accept("{") {
        if !accept("}") {
          ends.append("}")
          _ = try name()
          continue value
        }
      } else if peek() == UInt8(ascii: "\"") {
        _ = try string()
      } else {
        try skipWord()
      }
      while let end = ends.last {
        if accept(",") {
          if end == "}" { _ = try name() }
          continue value
        }
        guard accept(end) else { throw missing("\",\" or \"\(end)\"") }
        ends.removeLast()
      }
      return
    }
  }

  /// Reads a name and the colon behind it.
  private mutating func name() throws(Problem) -> Text {
    guard peek() == UInt8(ascii: "\"") else { throw missing("a name in quotation marks") }
    let name = try string()
    guard accept(":") else { throw missing("\":\"") }
    return name
  }

  /// Moves past a number, a truth value or null.
  private mutating func skipWord() throws(Problem) {
    for word in ["null", "true", "false", "NaN", "Infinity", "-Infinity"] {
      if bytes[offset...].starts(with: word.utf8) {
        offset += word.utf8.count
        return
      }
    }
    let start = offset
    _ = take("-")
    guard take("0") || takeDigits() else {
      throw offset == start ? missing("a value") : missing("a digit")
    }
    if take(".") { guard takeDigits() else { throw missing("a digit") } }
    if take("e") || take("E") {
      _ = take("+") || take("-")
      guard takeDigits() else { throw missing("a digit") }
    }
  }

  /// Reads a string with its escapes.
  private mutating func string() throws(Problem) -> Text {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    var halfSurrogate: Int?
    var taken = offset
    while offset < bytes.endIndex {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        text += bytes[taken..<offset]
        offset += 1
        return Text(text: String(decoding: text, as: UTF8.self), halfSurrogate: halfSurrogate)
      case UInt8(ascii: "\\"):
        text += bytes[taken..<offset]
        let place = offset
        if let character = try escape() {
          text += Character(character).utf8
        } else {
          text += "\u{FFFD}".utf8
          halfSurrogate = halfSurrogate ?? place
        }
        taken = offset
      case ..<0x20:
        throw problem("needs an escape in a string for a control character; got \(found)")
      default:
        offset += 1
      }
    }
    offset = start
    throw problem("the string that begins here does not end in this line")
  }

  /// Reads one escape, a pair of surrogates as one; nil for half of a pair.
  private mutating func escape() throws(Problem) -> Unicode.Scalar? {
    let start = offset
    offset += 1
    let letter = offset < bytes.endIndex ? Unicode.Scalar(bytes[offset]) : " "
    offset += 1
    switch letter {
    case "\"", "\\", "/": return letter
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u": break
    default:
      offset = start
      throw problem("JSON has no such escape")
    }
    guard let high = takeUnit() else {
      offset = start
      throw problem("needs four hexadecimal digits behind \\u")
    }
    if let scalar = Unicode.Scalar(high) { return scalar }
    let behind = offset
    if high < 0xDC00, take("\\"), take("u"), let low = takeUnit(),
      (0xDC00...0xDFFF).contains(low)
    {
      return Unicode.Scalar(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    }
    // What comes next is an escape of its own.
    offset = behind
    return nil
  }

  /// Reads four hexadecimal digits.
  private mutating func takeUnit() -> UInt32? {
    guard bytes.endIndex - offset >= 4 else { return nil }
    var value: UInt32 = 0
    for byte in bytes[offset..<offset + 4] {
      guard byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        return nil
      }
      value = value << 4 | UInt32(digit)
    }
    offset += 4
    return value
  }

  private mutating func takeDigits() -> Bool {
    let start = offset
    while offset < bytes.endIndex, (0x30...0x39).contains(bytes[offset]) { offset += 1 }
    return offset > start
  }

  /// Moves past a byte if it is the next one.
  private mutating func take(_ mark: Unicode.Scalar) -> Bool {
    guard offset < bytes.endIndex, bytes[offset] == UInt8(ascii: mark) else { return false }
    offset += 1
    return true
  }

  /// Moves past a mark if it is next but for white space.
  private mutating func accept(_ mark: Unicode.Scalar) -> Bool {
    _ = peek()
    return take(mark)
  }

  /// The next byte that is not white space, without moving past it.
  private mutating func peek() -> UInt8? {
    while offset < bytes.endIndex, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) { offset += 1 }
    return offset < bytes.endIndex ? bytes[offset] : nil
  }

  private func problem(_ reason: String) -> Problem { Problem(offset: offset, reason: reason) }

  private func missing(_ expected: String) -> Problem {
    problem("needs \(expected); got \(found)")
  }

  /// What stands at the offset, in words.
  private var found: String {
    guard offset < bytes.endIndex else {
      return end
    }
    let rest = String(decoding: bytes[offset...].prefix(4), as: UTF8.self)
    return rest.unicodeScalars.first.map { "\"\($0)\"" } ?? "nothing"
  }
}

extension JSONScanner {
  /// Reads a value with all that is in it.
  ///
  /// - Parameter depth: How many lists and objects may be open.
  /// - Returns: The value.
  /// - Throws: A problem.
  mutating func tree(depth: Int = 100) throws(Problem) -> JSONTree {
    guard depth > 0 else { throw problem("is nested too deeply") }
    if accept("[") {
      var elements: [JSONTree] = []
      if accept("]") { return .list(elements) }
      repeat { elements.append(try tree(depth: depth - 1)) } while accept(",")
      guard accept("]") else { throw missing("\",\" or \"]\"") }
      return .list(elements)
    }
    if accept("{") {
      var members: [JSONTree.Member] = []
      if accept("}") { return .object(members) }
      repeat {
        members.append(JSONTree.Member(name: try whole(name()), value: try tree(depth: depth - 1)))
      } while accept(",")
      guard accept("}") else { throw missing("\",\" or \"}\"") }
      return .object(members)
    }
    if peek() == UInt8(ascii: "\"") { return .text(try whole(string())) }
    let start = offset
    try skipWord()
    switch String(decoding: bytes[start..<offset], as: UTF8.self) {
    case "null": return .null
    case "true": return .truth(true)
    case "false": return .truth(false)
    case let number: return .number(number)
    }
  }

  /// Checks that nothing follows.
  mutating func finish() throws(Problem) {
    guard peek() == nil else { throw missing("the end behind the value") }
  }

  private func whole(_ text: Text) throws(Problem) -> String {
    guard let half = text.halfSurrogate else { return text.text }
    throw Problem(offset: half, reason: "half of a surrogate pair is no text")
  }
}
