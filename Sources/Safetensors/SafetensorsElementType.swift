import Arrays

/// An element type of the safetensors format, also those that ``ElementType`` has no case for.
///
/// The cases are in the order the reference implementation sorts tensors by when it writes, which keeps
/// wide elements in front and every tensor aligned to its own element.
enum SafetensorsElementType: String, CaseIterable, Comparable {
  case bool = "BOOL"
  case f4 = "F4"
  case f6e2m3 = "F6_E2M3"
  case f6e3m2 = "F6_E3M2"
  case u8 = "U8"
  case i8 = "I8"
  case f8e5m2 = "F8_E5M2"
  case f8e4m3 = "F8_E4M3"
  case f8e8m0 = "F8_E8M0"
  case f8e4m3fnuz = "F8_E4M3FNUZ"
  case f8e5m2fnuz = "F8_E5M2FNUZ"
  case i16 = "I16"
  case u16 = "U16"
  case f16 = "F16"
  case bf16 = "BF16"
  case i32 = "I32"
  case u32 = "U32"
  case f32 = "F32"
  case c64 = "C64"
  case f64 = "F64"
  case i64 = "I64"
  case u64 = "U64"

  /// Bits one element takes.
  var bitCount: Int {
    switch self {
    case .f4: 4
    case .f6e2m3, .f6e3m2: 6
    case .bool, .u8, .i8, .f8e5m2, .f8e4m3, .f8e8m0, .f8e4m3fnuz, .f8e5m2fnuz: 8
    case .i16, .u16, .f16, .bf16: 16
    case .i32, .u32, .f32: 32
    case .c64, .f64, .i64, .u64: 64
    }
  }

  /// The same type in this project, or nil where it has none.
  var elementType: ElementType? {
    switch self {
    case .bool: .bool
    case .u8: .uint8
    case .bf16: .bfloat16
    case .i32: .int32
    case .u32: .uint32
    case .f32: .float32
    case .f64: .float64
    case .i64: .int64
    case .u64: .uint64
    default: nil
    }
  }

  /// The format's type for one of ours.
  init(_ elementType: ElementType) {
    self =
      switch elementType {
      case .bool: .bool
      case .uint8: .u8
      case .bfloat16: .bf16
      case .int32: .i32
      case .uint32: .u32
      case .float32: .f32
      case .float64: .f64
      case .int64: .i64
      case .uint64: .u64
      }
  }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}
