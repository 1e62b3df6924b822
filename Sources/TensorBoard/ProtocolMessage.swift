/// A protocol buffer message that is being put together, field by field.
///
/// Source: Protocol Buffers, "Encoding".
struct ProtocolMessage {
  private(set) var bytes: [UInt8] = []

  /// Adds a whole number of variable length.
  mutating func add(_ field: Int, number: Int) {
    addVariable(UInt64(field) << 3)
    addVariable(UInt64(bitPattern: Int64(number)))
  }

  /// Adds a number of eight bytes.
  mutating func add(_ field: Int, double: Double) {
    addVariable(UInt64(field) << 3 | 1)
    append(double.bitPattern)
  }

  /// Adds a number of four bytes.
  mutating func add(_ field: Int, float: Float) {
    addVariable(UInt64(field) << 3 | 5)
    append(float.bitPattern)
  }

  /// Adds numbers of eight bytes, packed.
  mutating func add(_ field: Int, doubles: [Double]) {
    var packed = ProtocolMessage()
    for number in doubles { packed.append(number.bitPattern) }
    add(field, bytes: packed.bytes)
  }

  /// Adds a text.
  mutating func add(_ field: Int, text: String) { add(field, bytes: Array(text.utf8)) }

  /// Adds bytes.
  mutating func add(_ field: Int, bytes: [UInt8]) {
    addVariable(UInt64(field) << 3 | 2)
    addVariable(UInt64(bytes.count))
    self.bytes += bytes
  }

  /// Adds another message.
  mutating func add(_ field: Int, _ body: (inout ProtocolMessage) -> Void) {
    var message = ProtocolMessage()
    body(&message)
    add(field, bytes: message.bytes)
  }

  private mutating func addVariable(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }
}
