/// Writes a message in the wire format of protocol buffers.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func number(_ field: Int, _ value: Int) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func numbers(_ field: Int, _ values: [Int]) {
    var packed = WireWriter()
    for value in values { packed.varint(UInt64(bitPattern: Int64(value))) }
    message(field, packed.bytes[...])
  }

  mutating func text(_ field: Int, _ text: String) {
    message(field, Array(text.utf8)[...])
  }

  mutating func message(_ field: Int, _ content: ArraySlice<UInt8>) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(content.count))
    bytes += content
  }

  /// A field as it was read.
  mutating func copy(_ field: WireField) {
    let tag = UInt64(field.number) << 3
    switch field.value {
    case .varint(let value):
      varint(tag)
      varint(value)
    case .fixed64(let value):
      varint(tag | 1)
      fixed(value, count: 8)
    case .bytes(let content):
      message(field.number, content)
    case .fixed32(let value):
      varint(tag | 5)
      fixed(UInt64(value), count: 4)
    }
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func fixed(_ value: UInt64, count: Int) {
    for index in 0..<count { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }
}
