/// A picture as a PNG file: shades of grey, stored without compression.
public enum TestPicture {
  /// A picture.
  ///
  /// - Parameters:
  ///   - height: Its rows.
  ///   - width: Their length.
  ///   - shade: The shade at a row and a column.
  /// - Returns: The bytes of a file.
  public static func png(
    height: Int,
    width: Int,
    shade: (Int, Int) -> UInt8 = { UInt8(truncatingIfNeeded: 7 * $0 + 31 * $1) }
  ) -> [UInt8] {
    let rows: [UInt8] = (0..<height).flatMap { row in
      [UInt8(0)] + (0..<width).map { shade(row, $0) }
    }
    precondition(rows.count <= 0xFFFF, "one stored block holds no more")
    let count = UInt16(rows.count)
    let sums = rows.reduce(into: (UInt32(1), UInt32(0))) { sums, byte in
      sums.0 = (sums.0 + UInt32(byte)) % 65521
      sums.1 = (sums.1 + sums.0) % 65521
    }
    let stored: [UInt8] = [
      0x78, 0x01, 1, UInt8(count & 0xFF), UInt8(count >> 8), UInt8(~count & 0xFF),
      UInt8(~count >> 8),
    ]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", big(UInt32(width)) + big(UInt32(height)) + [8, 0, 0, 0, 0])
      + chunk("IDAT", stored + rows + big(sums.1 << 16 | sums.0)) + chunk("IEND", [])
  }

  private static func big(_ number: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private static func chunk(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
    let named = Array(name.utf8) + bytes
    let sum = named.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in
        sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1
      }
    }
    return big(UInt32(bytes.count)) + named + big(~sum)
  }
}
