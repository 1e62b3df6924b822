import Arrays

/// How the numbers of a tensor lie in a GGUF file; the raw value is the file's.
///
/// Source: ggml, `ggml.h`, `ggml_type`, and `ggml-quants.c` for `Q8_0`.
enum GGUFType: UInt32 {
  case float32 = 0
  case float16 = 1
  case q8 = 8
  case bfloat16 = 30

  init(_ elements: ExportedElements) {
    switch elements {
    case .float32: self = .float32
    case .float16: self = .float16
    case .bfloat16: self = .bfloat16
    case .q8: self = .q8
    }
  }

  /// What `general.file_type` says of a file whose matrices have the type.
  var fileType: Int {
    switch self {
    case .float32: 0
    case .float16: 1
    case .q8: 7
    case .bfloat16: 32
    }
  }

  /// The numbers that are written together.
  var blockSize: Int { self == .q8 ? 32 : 1 }

  /// The bytes of so many numbers, whole blocks.
  func byteCount(of count: Int) -> Int {
    switch self {
    case .float32: 4 * count
    case .float16, .bfloat16: 2 * count
    case .q8: count / 32 * 34
    }
  }

  /// Numbers as the file holds them, each rounded to the nearest.
  func bytes(of values: [Float]) -> [UInt8] {
    switch self {
    case .float32: HostArray(values).bytes
    case .bfloat16: HostArray(values.map { BFloat16($0) }).bytes
    case .float16: values.flatMap { Self.littleEndian(HalfPrecision.bits(of: $0)) }
    case .q8: Self.quantized(values)
    }
  }

  /// Blocks of 32: a scale in half precision, then whole numbers from -127 to 127.
  private static func quantized(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count / 32 * 34)
    for start in stride(from: 0, to: values.count, by: 32) {
      let block = values[start..<start + 32]
      let scale = (block.map(\.magnitude).max() ?? 0) / 127
      bytes += littleEndian(HalfPrecision.bits(of: scale))
      let inverse = scale == 0 ? 0 : 1 / scale
      bytes += block.map {
        UInt8(bitPattern: Int8(($0 * inverse).rounded(.toNearestOrAwayFromZero)))
      }
    }
    return bytes
  }

  private static func littleEndian(_ bits: UInt16) -> [UInt8] {
    [UInt8(truncatingIfNeeded: bits), UInt8(truncatingIfNeeded: bits >> 8)]
  }
}

/// IEEE 754 binary16, as bits; Swift's own type is not there on every platform.
enum HalfPrecision {
  /// The nearest number, ties to even; what is too large becomes infinite.
  static func bits(of value: Float) -> UInt16 {
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    if value.isNaN { return sign | 0x7E00 }
    let magnitude = value.magnitude
    // Halfway between the largest number and the next power of two.
    if magnitude >= 65_520 { return sign | 0x7C00 }
    // Below the smallest normal number all share one exponent: adding and taking away a power of two rounds there.
    if magnitude < 0x1p-14 { return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven)) }
    let bits = magnitude.bitPattern
    let rounded = bits &+ 0xFFF &+ (bits >> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded >> 13) &- (112 << 10))
  }
}
