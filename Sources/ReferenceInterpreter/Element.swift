import Arrays

/// One element of a tensor: a real number in double precision, or an exact whole number.
enum Element: Hashable {
  case real(Double)
  case whole(Int128)
  case truth(Bool)

  /// The nearest element of a type: reals are rounded, whole numbers wrap around.
  func fitted(to type: ElementType) -> Element {
    switch (self, type) {
    case (.real(let x), .float32): .real(Double(Float(x)))
    case (.real(let x), .bfloat16): .real(Double(BFloat16(Float(x)).value))
    case (.whole(let n), .int32): .whole(Int128(Int32(truncatingIfNeeded: n)))
    case (.whole(let n), .int64): .whole(Int128(Int64(truncatingIfNeeded: n)))
    case (.whole(let n), .uint8): .whole(Int128(UInt8(truncatingIfNeeded: n)))
    case (.whole(let n), .uint32): .whole(Int128(UInt32(truncatingIfNeeded: n)))
    case (.whole(let n), .uint64): .whole(Int128(UInt64(truncatingIfNeeded: n)))
    default: self
    }
  }

  /// The element converted to another type by value.
  ///
  /// A real number loses its fraction, is moved into the range of the whole numbers, and becomes 0 if
  /// it is NaN; StableHLO leaves the last two open, and this is what XLA does.
  func converted(to type: ElementType) -> Element {
    let converted: Element =
      switch (self, type) {
      case (.real(let x), .bool): .truth(x != 0)
      case (.whole(let n), .bool): .truth(n != 0)
      case (.real(let x), _) where type.isInteger: .whole(type.nearestWhole(to: x))
      case (.whole(let n), _) where type.isFloatingPoint: .real(Double(n))
      case (.truth(let t), _) where type.isFloatingPoint: .real(t ? 1 : 0)
      case (.truth(let t), _) where type.isInteger: .whole(t ? 1 : 0)
      default: self
      }
    return converted.fitted(to: type)
  }

  /// The number, whatever its kind.
  var real: Double {
    switch self {
    case .real(let x): x
    case .whole(let n): Double(n)
    case .truth(let t): t ? 1 : 0
    }
  }

  /// The whole number of an index or a shift.
  var whole: Int128 {
    switch self {
    case .whole(let n): n
    case .truth(let t): t ? 1 : 0
    case .real(let x): preconditionFailure("\(x) is used as a whole number")
    }
  }

  /// The truth value.
  var isTrue: Bool { self == .truth(true) }
}

extension ElementType {
  /// The least and the greatest whole number of an integer type.
  var wholeRange: ClosedRange<Int128> {
    switch self {
    case .int32: Int128(Int32.min)...Int128(Int32.max)
    case .int64: Int128(Int64.min)...Int128(Int64.max)
    case .uint8: 0...Int128(UInt8.max)
    case .uint32: 0...Int128(UInt32.max)
    case .uint64: 0...Int128(UInt64.max)
    case .bool, .float32, .float64, .bfloat16: preconditionFailure("\(self) is no integer type")
    }
  }

  /// 0 as an element of the type.
  var zero: Element { Element.whole(0).converted(to: self) }
  /// 1 as an element of the type.
  var one: Element { Element.whole(1).converted(to: self) }

  fileprivate func nearestWhole(to x: Double) -> Int128 {
    if x.isNaN { return 0 }
    if x <= Double(wholeRange.lowerBound) { return wholeRange.lowerBound }
    if x >= Double(wholeRange.upperBound) { return wholeRange.upperBound }
    return Int128(x)
  }
}
