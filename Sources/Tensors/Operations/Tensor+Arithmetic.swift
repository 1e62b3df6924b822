import Arrays
import StableHLO

// Operators cannot ask for the caller's line, so a mistake names the line of the left operand.

extension Tensor {
  /// Where this tensor was made, as the nearest known place to an operator's mistake.
  var nearbySite: SourceSite {
    SourceSite(fileID: node.site.fileID, line: node.site.line, isExact: false)
  }

  /// Applies a function of two tensors after stretching both to a common shape.
  static func combine(
    _ operation: Operation,
    _ left: Tensor,
    _ right: Tensor,
    site: SourceSite
  ) -> Tensor {
    if left.shape == right.shape { return apply(operation, left, right, site: site) }
    guard let shape = broadcastShape(left.shape, right.shape) else {
      if let error = left.error ?? right.error {
        return invalid(error, like: left.type, site: site)
      }
      let error = ShapeError(
        operation: operation.name,
        rule: "the shapes do not stretch to a common one",
        operands: [left.type, right.type]
      )
      return invalid(.shape(error, site: site), like: left.type, site: site)
    }
    return apply(
      operation,
      left.stretched(to: shape, site: site),
      right.stretched(to: shape, site: site),
      site: site
    )
  }

  /// The shape two shapes stretch to: axes are matched from the last, and 1 stretches to any extent.
  static func broadcastShape(_ left: Shape, _ right: Shape) -> Shape? {
    var extents: [Int] = []
    for back in 1...max(left.rank, right.rank, 1) {
      let l = back <= left.rank ? left[-back] : 1
      let r = back <= right.rank ? right[-back] : 1
      guard l == r || l == 1 || r == 1 else { return nil }
      if back <= max(left.rank, right.rank) { extents.append(l == 1 ? r : l) }
    }
    return Shape(extents.reversed())
  }

  func constant(_ value: Double) -> Tensor {
    Tensor(repeating: value, type: TensorType(elementType, .scalar), site: nearbySite)
  }

  /// The elementwise sum; shapes stretch to a common one.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.add), left, right, site: left.nearbySite)
  }

  /// The elementwise difference; shapes stretch to a common one.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.subtract), left, right, site: left.nearbySite)
  }

  /// The elementwise product; shapes stretch to a common one.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.multiply), left, right, site: left.nearbySite)
  }

  /// The elementwise quotient; shapes stretch to a common one.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.divide), left, right, site: left.nearbySite)
  }

  /// The remainder of division rounded towards zero; shapes stretch to a common one.
  public static func % (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.remainder), left, right, site: left.nearbySite)
  }

  /// The elementwise negative.
  public static prefix func - (operand: Tensor) -> Tensor {
    apply(.unary(.negate), operand, site: operand.nearbySite)
  }

  /// Adds a number to every element.
  public static func + (left: Tensor, right: Double) -> Tensor { left + left.constant(right) }
  /// Adds a number to every element.
  public static func + (left: Double, right: Tensor) -> Tensor { right.constant(left) + right }
  /// Subtracts a number from every element.
  public static func - (left: Tensor, right: Double) -> Tensor { left - left.constant(right) }
  /// Subtracts every element from a number.
  public static func - (left: Double, right: Tensor) -> Tensor { right.constant(left) - right }
  /// Multiplies every element by a number.
  public static func * (left: Tensor, right: Double) -> Tensor { left * left.constant(right) }
  /// Multiplies every element by a number.
  public static func * (left: Double, right: Tensor) -> Tensor { right.constant(left) * right }
  /// Divides every element by a number.
  public static func / (left: Tensor, right: Double) -> Tensor { left / left.constant(right) }
  /// Divides a number by every element.
  public static func / (left: Double, right: Tensor) -> Tensor { right.constant(left) / right }
}

extension Tensor {
  /// The elements raised to the powers of another tensor.
  public func power(_ exponent: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor {
    .combine(.binary(.power), self, exponent, site: SourceSite(fileID: fileID, line: line))
  }

  /// The elements raised to a power.
  public func power(_ exponent: Double, fileID: String = #fileID, line: Int = #line) -> Tensor {
    power(constant(exponent), fileID: fileID, line: line)
  }

  /// The elementwise larger of two tensors.
  public func maximum(_ other: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor {
    .combine(.binary(.maximum), self, other, site: SourceSite(fileID: fileID, line: line))
  }

  /// The elementwise smaller of two tensors.
  public func minimum(_ other: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor {
    .combine(.binary(.minimum), self, other, site: SourceSite(fileID: fileID, line: line))
  }

  /// The elements moved into a range.
  public func clamped(
    from least: Tensor,
    to greatest: Tensor,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    return .apply(
      .clamp,
      least.stretched(to: shape, site: site),
      self,
      greatest.stretched(to: shape, site: site),
      site: site
    )
  }

  /// The elements moved into a range.
  public func clamped(
    to range: ClosedRange<Double>,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    clamped(
      from: constant(range.lowerBound),
      to: constant(range.upperBound),
      fileID: fileID,
      line: line
    )
  }
}
