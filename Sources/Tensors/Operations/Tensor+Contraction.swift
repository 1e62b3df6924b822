import Arrays
import StableHLO

extension Tensor {
  /// A general dot product.
  ///
  /// - Parameters:
  ///   - other: The right operand, of the same element type.
  ///   - dimensions: Which axes run along and which are summed over.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: Batch axes, the left operand's free axes, the right operand's free axes.
  public func dot(
    _ other: Tensor,
    _ dimensions: DotDimensions,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(.dot(dimensions), self, other, site: SourceSite(fileID: fileID, line: line))
  }

  /// The matrix product of the last axis with the first axis of another tensor.
  ///
  /// - Parameters:
  ///   - other: `[k, ...]`, where this tensor is `[..., k]`.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: This shape without its last axis, then the other's without its first.
  public func dot(_ other: Tensor, fileID: String = #fileID, line: Int = #line) -> Tensor {
    dot(
      other,
      DotDimensions(leftContracting: [rank - 1], rightContracting: [0]),
      fileID: fileID,
      line: line
    )
  }

  /// A product for each element of the first axes of both tensors, summed over an axis of each.
  ///
  /// - Parameters:
  ///   - other: The right operand, of the same element type and with the same first axes.
  ///   - axis: The axis of this tensor that is summed over.
  ///   - otherAxis: The axis of the other tensor that goes with it.
  ///   - batchAxisCount: How many first axes run along in both.
  ///   - resultType: The element type of the sums; nil for the operands'.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: The first axes, this tensor's other axes, the other tensor's other axes.
  public func dot(
    _ other: Tensor,
    summing axis: Int,
    with otherAxis: Int,
    batchAxisCount: Int = 1,
    resultType: ElementType? = nil,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    dot(
      other,
      DotDimensions(
        leftBatch: Array(0..<batchAxisCount),
        rightBatch: Array(0..<batchAxisCount),
        leftContracting: [axis],
        rightContracting: [otherAxis],
        resultType: resultType
      ),
      fileID: fileID,
      line: line
    )
  }

  /// A convolution, without flipping the kernel.
  ///
  /// - Parameters:
  ///   - kernel: `[spatial..., inputFeatures, outputFeatures]`, where this tensor is
  ///     `[batch, spatial..., inputFeatures]`.
  ///   - window: Strides, padding and dilation; plain steps of one when nil.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Returns: `[batch, spatial..., outputFeatures]`.
  public func convolved(
    with kernel: Tensor,
    window: ConvolutionWindow? = nil,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    .apply(
      .convolution(window ?? ConvolutionWindow(rank: max(rank - 2, 0))),
      self,
      kernel,
      site: SourceSite(fileID: fileID, line: line)
    )
  }
}
