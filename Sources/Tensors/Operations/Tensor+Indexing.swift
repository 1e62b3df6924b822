import Arrays
import StableHLO

extension Tensor {
  /// A slice of fixed sizes whose start is computed.
  ///
  /// - Parameters:
  ///   - starts: One integer scalar an axis; moved so that the slice fits.
  ///   - sizes: The extents of the slice.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  public func dynamicSlice(
    at starts: [Tensor],
    sizes: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    return Tensor.apply(.dynamicSlice(sizes: sizes), [self] + starts, site: site)[0]
  }

  /// The tensor with a part replaced whose start is computed.
  ///
  /// - Parameters:
  ///   - update: The new part.
  ///   - starts: One integer scalar an axis; moved so that the part fits.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  public func updatingSlice(
    with update: Tensor,
    at starts: [Tensor],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let site = SourceSite(fileID: fileID, line: line)
    return Tensor.apply(.dynamicUpdateSlice, [self, update] + starts, site: site)[0]
  }

  /// Rows picked along the first axis: an embedding look-up.
  ///
  /// - Parameters:
  ///   - indices: Integers of any shape; one out of range is moved to the nearest row.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: `[indices..., rest of this shape]`.
  public func gatheringRows(
    at indices: Tensor,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let sizes = [1] + shape.dimensions.dropFirst()
    return gather(
      at: indices,
      .rows(operandRank: rank, indexRank: indices.rank),
      sliceSizes: sizes,
      fileID: fileID,
      line: line
    )
  }

  /// The tensor with rows added along the first axis, where the indices say.
  ///
  /// - Parameters:
  ///   - updates: `[indices..., rest of this shape]`.
  ///   - indices: Integers; updates of one row add up, and one out of range is dropped.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  public func addingRows(
    _ updates: Tensor,
    at indices: Tensor,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    scatterAdd(
      updates,
      at: indices,
      .rows(operandRank: rank, indexRank: indices.rank),
      fileID: fileID,
      line: line
    )
  }

  /// Slices picked by index vectors, in full generality.
  public func gather(
    at indices: Tensor,
    _ dimensions: GatherDimensions,
    sliceSizes: [Int],
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(
      .gather(dimensions, sliceSizes: sliceSizes),
      self,
      indices,
      site: SourceSite(fileID: fileID, line: line)
    )
  }

  /// Slices added where index vectors say, in full generality.
  public func scatterAdd(
    _ updates: Tensor,
    at indices: Tensor,
    _ dimensions: GatherDimensions,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(
      .scatterAdd(dimensions),
      self,
      indices,
      updates,
      site: SourceSite(fileID: fileID, line: line)
    )
  }
}

extension GatherDimensions {
  /// Whole rows along the first axis, with plain numbers as indices.
  static func rows(operandRank: Int, indexRank: Int) -> GatherDimensions {
    GatherDimensions(
      offsetAxes: Array(indexRank..<indexRank + max(operandRank - 1, 0)),
      collapsedSliceAxes: [0],
      startIndexMap: [0],
      indexVectorAxis: indexRank
    )
  }
}
