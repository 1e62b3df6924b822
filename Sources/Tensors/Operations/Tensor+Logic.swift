import Arrays
import StableHLO

// Comparisons have a leading point, as in Swift's SIMD types, since they give a tensor and not a Bool.

extension Tensor {
  /// Where the elements are equal.
  public static func .== (left: Tensor, right: Tensor) -> Tensor { compare(.equal, left, right) }
  /// Where the elements differ.
  public static func .!= (left: Tensor, right: Tensor) -> Tensor { compare(.notEqual, left, right) }
  /// Where the left element is smaller.
  public static func .< (left: Tensor, right: Tensor) -> Tensor { compare(.less, left, right) }
  /// Where the left element is not larger.
  public static func .<= (left: Tensor, right: Tensor) -> Tensor {
    compare(.lessOrEqual, left, right)
  }
  /// Where the left element is larger.
  public static func .> (left: Tensor, right: Tensor) -> Tensor { compare(.greater, left, right) }
  /// Where the left element is not smaller.
  public static func .>= (left: Tensor, right: Tensor) -> Tensor {
    compare(.greaterOrEqual, left, right)
  }
  /// Where both are true, or the bits both have.
  public static func .& (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.and), left, right, site: left.nearbySite)
  }
  /// Where either is true, or the bits either has.
  public static func .| (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.or), left, right, site: left.nearbySite)
  }
  /// Where one but not the other is true, or the bits in which they differ.
  public static func .^ (left: Tensor, right: Tensor) -> Tensor {
    combine(.binary(.xor), left, right, site: left.nearbySite)
  }
  /// Where the operand is false, or its bits complemented.
  public static prefix func .! (operand: Tensor) -> Tensor {
    apply(.unary(.not), operand, site: operand.nearbySite)
  }

  private static func compare(
    _ direction: ComparisonDirection,
    _ left: Tensor,
    _ right: Tensor
  ) -> Tensor {
    combine(.compare(direction), left, right, site: left.nearbySite)
  }

  /// The bits moved up by as many places as the other tensor says.
  public func shiftedLeft(by places: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor
  {
    .combine(.binary(.shiftLeft), self, places, site: SourceSite(fileID: fileID, line: line))
  }

  /// The bits moved down by as many places as the other tensor says, filled with zeros.
  public func shiftedRight(by places: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor
  {
    .combine(
      .binary(.shiftRightLogical),
      self,
      places,
      site: SourceSite(fileID: fileID, line: line)
    )
  }

  /// One tensor's elements where a condition holds, another's where it does not.
  ///
  /// - Parameters:
  ///   - condition: `bool`; stretched to the common shape like the other two.
  ///   - chosen: The values where it is true.
  ///   - otherwise: The values where it is false, of the same element type.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: The common shape, in the choices' element type.
  public static func select(
    _ condition: Tensor,
    _ chosen: Tensor,
    otherwise: Tensor,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    let shape =
      broadcastShape(chosen.shape, otherwise.shape).flatMap { broadcastShape($0, condition.shape) }
      ?? chosen.shape
    return apply(
      .select,
      condition.stretched(to: shape, site: site),
      chosen.stretched(to: shape, site: site),
      otherwise.stretched(to: shape, site: site),
      site: site
    )
  }
}
