extension HostArray {
  /// Whether every element is a finite number; integers and truth values always are.
  public var isFinite: Bool {
    switch elementType {
    case .float32: hasNoFull(exponent: UInt32(0x7F80_0000))
    case .float64: hasNoFull(exponent: UInt64(0x7FF0_0000_0000_0000))
    case .bfloat16: hasNoFull(exponent: UInt16(0x7F80))
    case .int32, .int64, .uint8, .uint32, .uint64, .bool: true
    }
  }

  /// Whether no element has all the bits of an exponent set, which infinities and NaN have.
  ///
  /// The largest exponent is found by whole numbers, without a branch, so that the compiler makes vectors of it.
  private func hasNoFull<Bits: FixedWidthInteger & BitwiseCopyable>(
    exponent: Bits
  ) -> Bool {
    bytes.withUnsafeBytes { buffer in
      buffer.withMemoryRebound(to: Bits.self) { elements in
        elements.reduce(0) { max($0, $1 & exponent) } < exponent
      }
    }
  }
}
