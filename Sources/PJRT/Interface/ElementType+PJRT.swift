internal import Arrays

// Both numberings name the same types. PJRT's is the order of its enumeration of buffer types; that of
// custom calls follows XLA's `PrimitiveType`.
extension ElementType {
  /// The number PJRT gives the type.
  var pjrtCode: Int32 {
    switch self {
    case .bool: 1
    case .int32: 4
    case .int64: 5
    case .uint8: 6
    case .uint32: 8
    case .uint64: 9
    case .float32: 11
    case .float64: 12
    case .bfloat16: 13
    }
  }

  /// The type PJRT gives a number; nil for one without a counterpart.
  init?(pjrtCode code: Int) {
    guard let type = Self.allCases.first(where: { Int($0.pjrtCode) == code }) else { return nil }
    self = type
  }

  /// The number the custom-call interface gives the type.
  var customCallCode: Int32 {
    switch self {
    case .bool: 1
    case .int32: 4
    case .int64: 5
    case .uint8: 6
    case .uint32: 8
    case .uint64: 9
    case .float32: 11
    case .float64: 12
    case .bfloat16: 16
    }
  }

  /// The type the custom-call interface gives a number; nil for one without a counterpart.
  init?(customCallCode code: Int32) {
    switch code {
    case 1: self = .bool
    case 4: self = .int32
    case 5: self = .int64
    case 6: self = .uint8
    case 8: self = .uint32
    case 9: self = .uint64
    case 11: self = .float32
    case 12: self = .float64
    case 16: self = .bfloat16
    default: return nil
    }
  }
}
