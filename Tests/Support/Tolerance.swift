import Arrays

/// How far computed numbers may lie from those of an oracle, as a share of the largest of them.
///
/// The largest is the scale, since a sum's rounding error goes with its largest terms and not with what
/// is left of them.
public struct Tolerance: Sendable {
  /// The share.
  public let share: Double

  /// A stated share, for errors that are not rounding.
  public init(share: Double) {
    precondition(share > 0, "a tolerance is positive")
    self.share = share
  }

  /// The rounding errors of an element type.
  ///
  /// - Parameters:
  ///   - type: The type in which the numbers were computed.
  ///   - roundings: How many roundings in a row, all the same way, the bound allows for.
  public init(_ type: ElementType, roundings: Int) {
    let unit =
      switch type {
      case .bfloat16: 0x1p-8
      case .float32: 0x1p-24
      default: 0x1p-53
      }
    self.init(share: unit * Double(roundings))
  }

  /// What is wrong with computed numbers, for `#expect(tolerance.mismatch(...) == nil)`.
  ///
  /// - Parameters:
  ///   - label: What the numbers are.
  ///   - found: The computed numbers.
  ///   - expected: The oracle's.
  /// - Returns: A sentence about the worst element, or nil if all are close.
  public func mismatch(_ label: String, _ found: [Double], _ expected: [Double]) -> String? {
    guard found.count == expected.count else {
      return "\(label): \(found.count) numbers instead of \(expected.count)"
    }
    let scale = expected.reduce(0) { max($0, $1.magnitude) }
    func excess(_ index: Int) -> Double {
      if found[index] == expected[index] { return 0 }
      let excess = (found[index] - expected[index]).magnitude / (share * scale)
      return excess.isNaN ? .infinity : excess
    }
    let worst = found.indices.map { ($0, excess($0)) }.max { $0.1 < $1.1 }
    guard let (index, excess) = worst, excess > 1 else { return nil }
    return "\(label): element \(index) is \(found[index]) instead of \(expected[index]), off by "
      + "\(excess) times the tolerance"
  }

  /// As the other one, for arrays, whose types need to agree as well.
  public func mismatch(_ label: String, _ found: HostArray, _ expected: HostArray) -> String? {
    guard found.type == expected.type else {
      return "\(label): \(found.type) instead of \(expected.type)"
    }
    return mismatch(label, found.doubles, expected.doubles)
  }
}

extension HostArray {
  /// The elements of a `float32` or `float64` array in double precision.
  public var doubles: [Double] {
    elementType == .float32 ? values(as: Float.self).map(Double.init) : values(as: Double.self)
  }
}
