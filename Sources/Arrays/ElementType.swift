/// The type of one element of a tensor.
///
/// The raw value is the name StableHLO's text uses (StableHLO specification, "Types").
public enum ElementType: String, Hashable, Sendable, Codable, CaseIterable {
  /// IEEE 754 binary32.
  case float32 = "f32"
  /// IEEE 754 binary64, for the laboratories and for gradient checks.
  case float64 = "f64"
  /// The upper half of a binary32, for accelerators.
  case bfloat16 = "bf16"
  /// Signed 32-bit integer.
  case int32 = "i32"
  /// Signed 64-bit integer.
  case int64 = "i64"
  /// Unsigned 8-bit integer.
  case uint8 = "ui8"
  /// Unsigned 32-bit integer, the word of counter-based random bits.
  case uint32 = "ui32"
  /// Unsigned 64-bit integer.
  case uint64 = "ui64"
  /// A truth value; one byte in memory.
  case bool = "i1"

  /// Bytes one element takes in a dense array.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8: 1
    case .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Whether the type is a floating-point type, so that gradients can flow through it.
  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float64, .bfloat16: true
    default: false
    }
  }

  /// Whether the type is an integer type; `bool` is not.
  public var isInteger: Bool {
    switch self {
    case .int32, .int64, .uint8, .uint32, .uint64: true
    default: false
    }
  }

  /// Whether the type is an unsigned integer type.
  public var isUnsigned: Bool {
    switch self {
    case .uint8, .uint32, .uint64: true
    default: false
    }
  }
}

extension ElementType: CustomStringConvertible {
  /// The field's usual name, such as `float32`.
  public var description: String {
    switch self {
    case .float32: "float32"
    case .float64: "float64"
    case .bfloat16: "bfloat16"
    case .int32: "int32"
    case .int64: "int64"
    case .uint8: "uint8"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .bool: "bool"
    }
  }
}
