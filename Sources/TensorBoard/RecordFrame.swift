/// A record of a TFRecord file: its length and its bytes, each with a checksum behind it.
///
/// Source: TensorFlow, `tensorflow/core/lib/io/record_writer.h`.
enum RecordFrame {
  /// The record of some bytes.
  static func framed(_ data: [UInt8]) -> [UInt8] {
    let length = bytes(UInt64(data.count))
    return length + bytes(maskedChecksum(length)) + data + bytes(maskedChecksum(data))
  }

  /// The checksum, turned and shifted, so that one of bytes that hold checksums is no weak one.
  static func maskedChecksum(_ data: [UInt8]) -> UInt32 {
    let sum = checksum(data)
    return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
  }

  /// CRC-32C, by Castagnoli's polynomial.
  ///
  /// Source: RFC 3720, section 12.1 and appendix B.4.
  static func checksum(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(~UInt32(0)) { sum, byte in
      table[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
    }
  }

  private static let table: [UInt32] = (0..<256).map { byte in
    var sum = UInt32(byte)
    for _ in 0..<8 {
      let half: UInt32 = sum >> 1
      sum = sum & 1 == 1 ? half ^ 0x82F6_3B78 : half
    }
    return sum
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
