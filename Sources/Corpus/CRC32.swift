import CZlib

/// The CRC-32 of gzip and PNG over bytes, continued from an earlier sum.
func checksum(of bytes: UnsafeRawBufferPointer, after sum: UInt32 = 0) -> UInt32 {
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
func checksum(of bytes: [UInt8], after sum: UInt32 = 0) -> UInt32 {
  bytes.withUnsafeBytes { checksum(of: $0, after: sum) }
}
