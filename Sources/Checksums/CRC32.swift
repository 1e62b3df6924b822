import CZlib

/// The CRC-32 of gzip and PNG over bytes, continued from an earlier sum.
package func checksum(of bytes: UnsafeRawBufferPointer, after sum: UInt32 = 0) -> UInt32 {
  // zlib takes its lengths as `size_t` in this variant, so no length needs cutting.
  UInt32(
    truncatingIfNeeded: crc32_z(
      UInt(sum),
      bytes.bindMemory(to: UInt8.self).baseAddress,
      bytes.count
    )
  )
}

/// The CRC-32 of an array's bytes, continued from an earlier sum.
package func checksum(of bytes: [UInt8], after sum: UInt32 = 0) -> UInt32 {
  bytes.withUnsafeBytes { checksum(of: $0, after: sum) }
}

/// The CRC-32 of two runs of bytes one behind the other, from the sums of each.
///
/// - Parameters:
///   - first: The sum of the first bytes.
///   - second: The sum of those behind them.
///   - byteCount: How many these are.
/// - Returns: The sum of all.
package func checksum(joining first: UInt32, _ second: UInt32, byteCount: Int) -> UInt32 {
  UInt32(truncatingIfNeeded: crc32_combine(UInt(first), UInt(second), off_t(byteCount)))
}
