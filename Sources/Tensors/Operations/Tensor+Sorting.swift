import Arrays
import StableHLO

extension Tensor {
  /// The elements in order along an axis, with the place each came from; equal ones keep their order.
  ///
  /// NaN compares as neither smaller nor larger, so its place among numbers is open.
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
    guard (0..<rank).contains(axis) else {
      let mistake = Tensor.mistaken("sort", "there is no axis \(axis)", [self], site: site)
      return (mistake, mistake)
    }
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
    guard rank > 0, 0...shape[-1] ~= count else {
      let site = SourceSite(fileID: fileID, line: line)
      let rule = "the last axis does not have \(count) elements"
      let mistake = Tensor.mistaken("largest", rule, [self], site: site)
      return (mistake, mistake)
    }
    let sorted = sorted(descending: true, fileID: fileID, line: line)
    return (
      sorted.values.sliced(0..<count, alongAxis: -1, fileID: fileID, line: line),
      sorted.indices.sliced(0..<count, alongAxis: -1, fileID: fileID, line: line)
    )
  }
}
