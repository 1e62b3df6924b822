import Arrays
import StableHLO

extension Tensor {
  /// The elements in order along an axis, with the place each came from; equal ones keep their order.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - descending: Whether the largest comes first.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: The ordered elements, and `int32` indices along the axis.
  public func sorted(
    alongAxis axis: Int = -1,
    descending: Bool = false,
    fileID: String = #fileID,
    line: Int = #line
  ) -> (values: Tensor, indices: Tensor) {
    let site = SourceSite(fileID: fileID, line: line)
    let axis = self.axis(axis)
    let places = Tensor.apply(.iota(TensorType(.int32, shape), axis: axis), site: site)
    let sorted = Tensor.apply(
      .sort(axis: axis, descending: descending),
      [self, places],
      site: site
    )
    return (sorted[0], sorted.count > 1 ? sorted[1] : sorted[0])
  }

  /// The largest elements along the last axis, largest first, with their indices.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: `[..., count]` values, and `int32` indices of the same shape.
  public func largest(
    _ count: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> (values: Tensor, indices: Tensor) {
    let sorted = sorted(descending: true, fileID: fileID, line: line)
    return (
      sorted.values.sliced(0..<count, alongAxis: -1, fileID: fileID, line: line),
      sorted.indices.sliced(0..<count, alongAxis: -1, fileID: fileID, line: line)
    )
  }
}
