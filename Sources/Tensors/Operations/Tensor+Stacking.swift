import Arrays
import StableHLO

extension Tensor {
  /// The slices along the leading axis, without that axis.
  ///
  /// The gradient joins what flows to the slices once, where slicing one by one would add up as many
  /// padded tensors as there are slices.
  ///
  /// - Parameters:
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: As many tensors as the leading axis is long.
  public func unstacked(fileID: String = #fileID, line: Int = #line) -> [Tensor] {
    let site = SourceSite(fileID: fileID, line: line)
    return Tensor.make(.unstack, [self], site: site) { types throws(ShapeError) in
      guard types[0].shape.rank > 0 else {
        throw ShapeError(operation: "unstack", rule: "a scalar has no slices", operands: types)
      }
      let slice = TensorType(
        types[0].elementType, Shape(Array(types[0].shape.dimensions.dropFirst())))
      return [TensorType](repeating: slice, count: types[0].shape[0])
    }
  }

  /// Tensors of one type joined along a new leading axis.
  ///
  /// - Parameters:
  ///   - tensors: At least one.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: `[tensors.count, ...]`.
  public static func stack(
    _ tensors: [Tensor], fileID: String = #fileID, line: Int = #line
  ) -> Tensor {
    let rows = tensors.map { $0.insertingAxis(at: 0, fileID: fileID, line: line) }
    return concatenate(rows, alongAxis: 0, fileID: fileID, line: line)
  }
}
