/// Numbers of a fixed count of bits, packed from the lowest bit of the first byte on.
private struct BitReader {
  private let bytes: ArraySlice<UInt8>
  private let width: Int
  private var bit = 0

  /// A reader of bytes that hold so many numbers at least.
  init(_ bytes: ArraySlice<UInt8>, width: Int, count: Int) throws(Damage) {
    guard (count * width + 7) / 8 <= bytes.count else { throw Damage("ends within packed numbers") }
    self.bytes = bytes
    self.width = width
  }

  mutating func next() -> UInt64 {
    var value: UInt64 = 0
    var got = 0
    while got < width {
      let byte = UInt64(bytes[bytes.startIndex + bit >> 3]) >> UInt64(bit & 7)
      let count = min(8 - bit & 7, width - got)
      value |= (byte & (1 << UInt64(count) - 1)) << UInt64(got)
      got += count
      bit += count
    }
    return value
  }
}

extension ByteCursor {
  /// Numbers as runs of equal ones and packed groups of eight: levels, and places in a dictionary.
  ///
  /// Parquet's `Encodings.md`, "RLE".
  ///
  /// - Parameters:
  ///   - bitWidth: The bits of a number, 0 to 32.
  ///   - count: How many numbers there are.
  /// - Returns: The numbers.
  /// - Throws: `Damage`.
  mutating func runs(bitWidth: Int, count: Int) throws(Damage) -> [Int] {
    guard (0...32).contains(bitWidth) else { throw Damage("packs numbers in \(bitWidth) bits") }
    var values: [Int] = []
    values.reserveCapacity(count)
    if bitWidth == 0 { return Array(repeating: 0, count: count) }
    while values.count < count {
      let header = try variableCount()
      let missing = count - values.count
      if header & 1 == 0 {
        let value = Int(try littleEndian(byteCount: (bitWidth + 7) / 8))
        values += repeatElement(value, count: min(header >> 1, missing))
      } else {
        // The last group may be cut off behind the last number that there is.
        let number = min(header >> 1 * 8, missing)
        let packed = try take(min(header >> 1 * bitWidth, left))
        var reader = try BitReader(packed, width: bitWidth, count: number)
        for _ in 0..<number { values.append(Int(reader.next())) }
      }
      guard header > 1 else { throw Damage("holds an empty run of numbers") }
    }
    return values
  }

  /// Numbers of 32 bits as packed differences: the lengths of texts.
  ///
  /// Parquet's `Encodings.md`, "Delta encoding".
  ///
  /// - Parameter count: How many numbers there have to be.
  /// - Returns: The numbers.
  /// - Throws: `Damage`.
  mutating func differences(count: Int) throws(Damage) -> [Int] {
    let blockSize = try variableCount()
    let partCount = try variableCount()
    let stated = try variableCount()
    var value = try zigzag()
    guard stated == count else { throw Damage("holds \(stated) lengths for \(count) values") }
    guard partCount > 0, blockSize > 0, blockSize.isMultiple(of: partCount),
      (blockSize / partCount).isMultiple(of: 8)
    else { throw Damage("packs lengths in blocks of \(blockSize) in \(partCount) parts") }
    guard count > 0 else { return [] }
    let partSize = blockSize / partCount
    var values = [try Self.length(value)]
    values.reserveCapacity(count)
    while values.count < count {
      let least = try zigzag()
      let widths = try take(partCount)
      for width in widths where values.count < count {
        guard width <= 64 else { throw Damage("packs numbers in \(width) bits") }
        let number = min(partSize, count - values.count)
        let packed = try take(min(partSize / 8 * Int(width), left))
        var reader = try BitReader(packed, width: Int(width), count: number)
        for _ in 0..<number {
          value = value &+ least &+ Int64(bitPattern: reader.next())
          values.append(try Self.length(value))
        }
      }
    }
    return values
  }

  private static func length(_ value: Int64) throws(Damage) -> Int {
    // Writers count in 32 bits, which wrap.
    let length = Int32(truncatingIfNeeded: value)
    guard length >= 0 else { throw Damage("holds a text of \(length) bytes") }
    return Int(length)
  }
}
