/// Reads bytes from the first to the last; everything it is asked for is checked against the end.
struct ByteCursor {
  let bytes: ArraySlice<UInt8>
  /// The next byte's index in ``bytes``.
  private(set) var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var left: Int { bytes.endIndex - position }

  mutating func byte() throws(Damage) -> UInt8 {
    guard position < bytes.endIndex else { throw Damage("ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  /// The next bytes.
  mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
    guard count >= 0, count <= left else { throw Damage("ends too early") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// A little-endian number of up to 8 bytes.
  mutating func littleEndian(byteCount: Int) throws(Damage) -> UInt64 {
    try take(byteCount).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number of 32 bits that counts bytes or values.
  mutating func count() throws(Damage) -> Int {
    let count = Int32(truncatingIfNeeded: try littleEndian(byteCount: 4))
    guard count >= 0 else { throw Damage("counts \(count) of something") }
    return Int(count)
  }

  /// A number in groups of 7 bits, the lowest first.
  mutating func variableLength() throws(Damage) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try byte()
      guard shift < 63 || byte <= 1 else { break }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw Damage("holds a number of more than 64 bits")
  }

  /// A number in groups of 7 bits whose lowest bit is the sign.
  mutating func zigzag() throws(Damage) -> Int64 {
    let value = try variableLength()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  /// A variable-length number that counts something.
  mutating func variableCount() throws(Damage) -> Int {
    let value = try variableLength()
    guard let count = Int(exactly: value), count <= Int32.max else {
      throw Damage("counts \(value) of something")
    }
    return count
  }
}
