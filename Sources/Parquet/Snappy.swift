/// Decompresses a block in Snappy's format (`format_description.txt` of that project).
///
/// The whole format: a length, then pieces that are either bytes as they are or copies of what came before.
enum Snappy {
  /// The bytes that were compressed.
  ///
  /// - Parameters:
  ///   - block: The block.
  ///   - byteCount: How many bytes come out.
  /// - Returns: So many bytes.
  /// - Throws: `Damage`.
  static func decompress(_ block: ArraySlice<UInt8>, byteCount: Int) throws(Damage) -> [UInt8] {
    var input = ByteCursor(block)
    let stated = try input.variableCount()
    guard stated == byteCount else {
      throw Damage("a Snappy block states \(stated) bytes where \(byteCount) belong")
    }
    var output: [UInt8] = []
    output.reserveCapacity(byteCount)
    while input.left > 0 {
      let tag = try input.byte()
      let size = Int(tag >> 2)
      let (length, distance): (Int, Int)
      switch tag & 3 {
      case 0:
        let count = size < 60 ? size : Int(try input.littleEndian(byteCount: size - 59))
        guard count < byteCount - output.count else {
          throw Damage("a Snappy block holds too much")
        }
        output += try input.take(count + 1)
        continue
      case 1:
        length = size & 7 + 4
        distance = (size >> 3) << 8 | Int(try input.byte())
      case 2:
        length = size + 1
        distance = Int(try input.littleEndian(byteCount: 2))
      default:
        length = size + 1
        distance = Int(try input.littleEndian(byteCount: 4))
      }
      guard distance > 0, distance <= output.count, length <= byteCount - output.count else {
        throw Damage("a Snappy block refers to what is not there")
      }
      // Byte by byte where the copy overlaps itself, which repeats a pattern.
      let start = output.count - distance
      if length <= distance {
        output.append(contentsOf: output[start..<start + length])
      } else {
        for index in start..<start + length { output.append(output[index]) }
      }
    }
    guard output.count == byteCount else {
      throw Damage("a Snappy block holds \(output.count) bytes and states \(byteCount)")
    }
    return output
  }
}
