import Arrays
import Testing

/// How far a computed number may lie from the expected one.
struct Tolerance {
  let relative: Double
  /// Numbers smaller than this are held to the error that this one may have.
  let smallest: Double

  /// A bound relative to the larger of the expected number and `smallest`.
  init(relative: Double, smallest: Double = 1) {
    precondition(relative > 0 && smallest >= 0, "a tolerance is positive")
    self.relative = relative
    self.smallest = smallest
  }

  /// Rounding errors of an element type that add up over some operations.
  ///
  /// - Parameters:
  ///   - type: The type in which the numbers were computed.
  ///   - operations: How many roundings, or less exact functions, lie behind a number.
  init(_ type: ElementType, operations: Int = 16) {
    let unit =
      switch type {
      case .bfloat16: 0x1p-8
      case .float32: 0x1p-23
      default: 0x1p-52
      }
    self.init(relative: unit * Double(operations))
  }

  /// The difference in units of the bound; above 1 is too far.
  func excess(_ found: Double, _ expected: Double) -> Double {
    if found.isNaN && expected.isNaN || found == expected { return 0 }
    let bound = relative * max(smallest, expected.magnitude)
    let excess = (found - expected).magnitude / bound
    return excess.isNaN ? .infinity : excess
  }
}

extension HostArray {
  /// The elements in double precision.
  var reals: [Double] {
    switch elementType {
    case .float32: values(as: Float.self).map(Double.init)
    case .float64: values(as: Double.self)
    case .bfloat16: values(as: BFloat16.self).map { Double($0.value) }
    case .int32: values(as: Int32.self).map(Double.init)
    case .int64: values(as: Int64.self).map(Double.init)
    case .uint8: values(as: UInt8.self).map(Double.init)
    case .uint32: values(as: UInt32.self).map(Double.init)
    case .uint64: values(as: UInt64.self).map(Double.init)
    case .bool: values(as: Bool.self).map { $0 ? 1 : 0 }
    }
  }
}

/// Records the worst element if an array is not close to what is expected.
func expectClose(
  _ found: HostArray,
  _ expected: HostArray,
  _ tolerance: Tolerance? = nil,
  _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.type == expected.type else {
    Issue.record("\(label): \(found.type) is no \(expected.type)", sourceLocation: sourceLocation)
    return
  }
  if !found.elementType.isFloatingPoint {
    #expect(found == expected, "\(label)", sourceLocation: sourceLocation)
    return
  }
  let tolerance = tolerance ?? Tolerance(found.elementType)
  expectClose(
    found.reals,
    expected.reals,
    tolerance,
    "\(label) \(found.type)",
    sourceLocation: sourceLocation
  )
}

/// Records the worst number if a list is not close to what is expected.
func expectClose(
  _ found: [Double],
  _ expected: [Double],
  _ tolerance: Tolerance,
  _ label: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(label)", sourceLocation: sourceLocation)
  let excesses = zip(found, expected).map { tolerance.excess($0, $1) }
  guard let worst = excesses.indices.max(by: { excesses[$0] < excesses[$1] }), excesses[worst] > 1
  else { return }
  Issue.record(
    """
    \(label): element \(worst) is \(found[worst]), expected \(expected[worst]), \
    \(excesses[worst]) times the tolerance
    """,
    sourceLocation: sourceLocation
  )
}
