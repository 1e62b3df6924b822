import Arrays
import StableHLO

extension Tensor {
  /// The same elements in the same order under another shape.
  ///
  /// - Parameters:
  ///   - extents: The new extents; one may be -1 and is then worked out.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: The given extents.
  public func reshaped(
    to extents: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    let known = extents.filter { $0 != -1 }
    guard known.allSatisfy({ $0 >= 0 }), known.count >= extents.count - 1 else {
      let rule = "\(extents) needs extents from 0 up, and -1 once at most"
      return .mistaken("reshape", rule, [self], site: site)
    }
    let size = known.reduce(1, *)
    let complete = extents.map { $0 == -1 ? (size == 0 ? 0 : shape.elementCount / size) : $0 }
    if complete == shape.dimensions { return self }
    return .apply(.reshape(Shape(complete)), self, site: site)
  }

  /// The axes in another order.
  ///
  /// - Parameters:
  ///   - permutation: For each axis of the result, the axis of this tensor.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: This shape's extents in that order.
  public func transposed(
    _ permutation: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    if permutation == Array(0..<rank) { return self }
    return .apply(
      .transpose(permutation: permutation.map(axis)),
      self,
      site: SourceSite(fileID: fileID, line: line)
    )
  }

  /// Two axes exchanged.
  public func swappingAxes(
    _ first: Int,
    _ second: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    var permutation = Array(0..<rank)
    guard permutation.indices.contains(axis(first)), permutation.indices.contains(axis(second))
    else { return transposed([first, second], fileID: fileID, line: line) }
    permutation.swapAt(axis(first), axis(second))
    return transposed(permutation, fileID: fileID, line: line)
  }

  /// The tensor repeated along new leading axes and along axes of extent 1, up to a shape.
  public func broadcast(
    to shape: Shape,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    stretched(to: shape, site: SourceSite(fileID: fileID, line: line))
  }

  func stretched(to target: Shape, site: SourceSite) -> Tensor {
    if target == shape { return self }
    let offset = target.rank - rank
    return .apply(
      .broadcast(target, axes: (0..<rank).map { $0 + offset }),
      self,
      site: site
    )
  }

  /// The tensor repeated along the axes of a shape that `axes` does not name.
  ///
  /// - Parameters:
  ///   - shape: The shape of the result.
  ///   - axes: For each axis of this tensor, its axis in the result.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: A tensor of that shape.
  public func broadcast(
    to shape: Shape,
    axes: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(.broadcast(shape, axes: axes), self, site: SourceSite(fileID: fileID, line: line))
  }

  /// The tensor with a new axis of extent 1.
  public func insertingAxis(
    at position: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    var extents = shape.dimensions
    let position = position < 0 ? position + rank + 1 : position
    guard (0...rank).contains(position) else {
      let site = SourceSite(fileID: fileID, line: line)
      let rule = "there is no place \(position) among \(rank) axes"
      return .mistaken("insertingAxis", rule, [self], site: site)
    }
    extents.insert(1, at: position)
    return reshaped(to: extents, fileID: fileID, line: line)
  }

  /// The elements in a range along one axis.
  public func sliced(
    _ range: Range<Int>,
    alongAxis axis: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    var starts = [Int](repeating: 0, count: rank)
    var limits = shape.dimensions
    let axis = self.axis(axis)
    guard limits.indices.contains(axis) else {
      let site = SourceSite(fileID: fileID, line: line)
      return .mistaken("slice", "there is no axis \(axis)", [self], site: site)
    }
    starts[axis] = range.lowerBound
    limits[axis] = range.upperBound
    return slice(
      from: starts,
      to: limits,
      strides: [Int](repeating: 1, count: rank),
      fileID: fileID,
      line: line
    )
  }

  /// The elements `starts..<limits` by `strides` along each axis.
  public func slice(
    from starts: [Int],
    to limits: [Int],
    strides: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(
      .slice(starts: starts, limits: limits, strides: strides),
      self,
      site: SourceSite(fileID: fileID, line: line)
    )
  }

  /// The tensor cut into equal parts along an axis, whose extent is a multiple of their number.
  public func split(
    into count: Int,
    alongAxis axis: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> [Tensor] {
    let axis = self.axis(axis)
    guard (0..<rank).contains(axis), count > 0, shape[axis].isMultiple(of: count) else {
      let rule = "axis \(axis) cannot be cut into \(count) equal parts"
      let site = SourceSite(fileID: fileID, line: line)
      return [.mistaken("split", rule, [self], site: site)].spread(over: count)
    }
    let extent = shape[axis] / count
    return (0..<count).map {
      sliced($0 * extent..<($0 + 1) * extent, alongAxis: axis, fileID: fileID, line: line)
    }
  }

  /// Several tensors joined along an axis.
  public static func concatenate(
    _ tensors: [Tensor],
    alongAxis axis: Int,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    let axis = tensors.first?.axis(axis) ?? axis
    return apply(.concatenate(axis: axis), tensors, site: site)[0]
  }

  /// The tensor with a value around it and between its elements.
  ///
  /// - Parameters:
  ///   - value: What to fill with; a scalar.
  ///   - low: Elements before the first along each axis; negative drops.
  ///   - high: Elements after the last along each axis; negative drops.
  ///   - interior: Elements between neighbours along each axis; none by default.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: Along each axis, the extent grown by what is added.
  public func padded(
    with value: Tensor,
    low: [Int],
    high: [Int],
    interior: [Int]? = nil,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(
      .pad(low: low, high: high, interior: interior ?? [Int](repeating: 0, count: rank)),
      self,
      value,
      site: SourceSite(fileID: fileID, line: line)
    )
  }

  /// The elements back to front along some axes.
  public func reversed(
    alongAxes axes: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(
      .reverse(axes: axes.map(axis)),
      self,
      site: SourceSite(fileID: fileID, line: line)
    )
  }
}
