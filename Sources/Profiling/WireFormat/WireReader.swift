/// One field of a message in the wire format of protocol buffers.
struct WireField {
  /// The field's number in its message.
  let number: Int
  /// What the field holds.
  let value: Value

  enum Value: Equatable {
    case varint(UInt64)
    case fixed64(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed32(UInt32)
  }
}

/// Bytes that are no message.
struct WireFormatError: Error, Hashable, CustomStringConvertible {
  /// Where in the bytes.
  let offset: Int
  /// What is wrong there.
  let rule: String

  var description: String { "a compiled program: byte \(offset): \(rule)" }
}

/// Reads the fields of a message one after the other.
///
/// Source: the protocol buffers documentation, "Encoding".
struct WireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    rest = bytes
  }

  /// All fields of a message, in order.
  static func fields(_ bytes: ArraySlice<UInt8>) throws(WireFormatError) -> [WireField] {
    var reader = WireReader(bytes)
    var fields: [WireField] = []
    while let field = try reader.next() { fields.append(field) }
    return fields
  }

  /// The next field; nil at the end.
  mutating func next() throws(WireFormatError) -> WireField? {
    guard !rest.isEmpty else { return nil }
    let start = rest.startIndex
    let tag = try varint()
    guard let number = Int(exactly: tag >> 3), number > 0, number < 1 << 29 else {
      throw WireFormatError(offset: start, rule: "needs a field number from 1 to 536870911")
    }
    switch tag & 7 {
    case 0: return WireField(number: number, value: .varint(try varint()))
    case 1: return WireField(number: number, value: .fixed64(try fixed(8)))
    case 2: return WireField(number: number, value: .bytes(try lengthAndBytes()))
    case 5:
      return WireField(number: number, value: .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
    default:
      throw WireFormatError(offset: start, rule: "needs a wire type of 0, 1, 2 or 5")
    }
  }

  /// The numbers in a packed field.
  static func packed(_ bytes: ArraySlice<UInt8>) throws(WireFormatError) -> [UInt64] {
    var reader = WireReader(bytes)
    var numbers: [UInt64] = []
    while !reader.rest.isEmpty { numbers.append(try reader.varint()) }
    return numbers
  }

  /// Seven bits a byte, lowest first; the top bit says that more follow.
  private mutating func varint() throws(WireFormatError) -> UInt64 {
    let start = rest.startIndex
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else {
        throw WireFormatError(offset: start, rule: "a number is cut off")
      }
      let bits = UInt64(byte & 0x7F)
      guard shift < 63 || bits <= 1 else { break }
      value |= bits << shift
      if byte & 0x80 == 0 { return value }
    }
    throw WireFormatError(offset: start, rule: "a number has more than 64 bits")
  }

  private mutating func fixed(_ count: Int) throws(WireFormatError) -> UInt64 {
    guard rest.count >= count else {
      throw WireFormatError(offset: rest.startIndex, rule: "a number is cut off")
    }
    defer { rest.removeFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func lengthAndBytes() throws(WireFormatError) -> ArraySlice<UInt8> {
    let start = rest.startIndex
    let length = try varint()
    guard length <= UInt64(rest.count) else {
      throw WireFormatError(
        offset: start,
        rule: "a length of \(length) goes beyond the \(rest.count) bytes that are left"
      )
    }
    defer { rest.removeFirst(Int(length)) }
    return rest.prefix(Int(length))
  }
}
