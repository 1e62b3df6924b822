/// The upper half of a binary32: its sign and exponent, and seven bits of its fraction.
///
/// It is a storage format; arithmetic is done in ``value``.
public struct BFloat16: Hashable, Sendable, BitwiseCopyable {
  /// The upper 16 bits of the binary32.
  public var bitPattern: UInt16

  /// Takes bits as they are.
  public init(bitPattern: UInt16) {
    self.bitPattern = bitPattern
  }

  /// The nearest number, ties to even; NaN stays NaN.
  public init(_ value: Float) {
    guard !value.isNaN else {
      self.init(bitPattern: 0x7FC0)
      return
    }
    let bits = value.bitPattern
    self.init(bitPattern: UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16))
  }

  /// The number, exactly.
  public var value: Float { Float(bitPattern: UInt32(bitPattern) << 16) }
}

extension BFloat16: HostScalar {
  /// `bfloat16`.
  public static var elementType: ElementType { .bfloat16 }
}
