import Arrays
import StableHLO

extension Tensor {
  /// Combines the elements along some axes.
  ///
  /// - Parameters:
  ///   - reducer: How.
  ///   - axes: The axes that disappear; all when nil.
  ///   - keepingAxes: Whether they stay with extent 1.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  public func reduced(
    _ reducer: Reducer,
    axes: [Int]? = nil,
    keepingAxes: Bool = false,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let axes = (axes ?? Array(0..<rank)).map(axis)
    let site = SourceSite(fileID: fileID, line: line)
    let reduced = Tensor.apply(.reduce(reducer, axes: axes.sorted()), self, site: site)
    guard keepingAxes, reduced.error == nil else { return reduced }
    let extents = shape.dimensions.enumerated().map { axes.contains($0.offset) ? 1 : $0.element }
    return reduced.reshaped(to: extents, fileID: fileID, line: line)
  }

  /// The sum along some axes.
  public func sum(
    axes: [Int]? = nil,
    keepingAxes: Bool = false,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    reduced(.sum, axes: axes, keepingAxes: keepingAxes, fileID: fileID, line: line)
  }

  /// The mean along some axes.
  public func mean(
    axes: [Int]? = nil,
    keepingAxes: Bool = false,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let sum = sum(axes: axes, keepingAxes: keepingAxes, fileID: fileID, line: line)
    return sum * (Double(sum.shape.elementCount) / Double(max(shape.elementCount, 1)))
  }

  /// The largest element along some axes.
  public func maximum(
    axes: [Int]? = nil,
    keepingAxes: Bool = false,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    reduced(.maximum, axes: axes, keepingAxes: keepingAxes, fileID: fileID, line: line)
  }

  /// The smallest element along some axes.
  public func minimum(
    axes: [Int]? = nil,
    keepingAxes: Bool = false,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    reduced(.minimum, axes: axes, keepingAxes: keepingAxes, fileID: fileID, line: line)
  }
}

extension Tensor {
  /// `exp xᵢ / Σ exp xⱼ` along an axis.
  ///
  /// The maximum is subtracted before `exp`, so finite inputs give finite outputs.
  public func softmax(
    alongAxis axis: Int = -1,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let peak = maximum(axes: [axis], keepingAxes: true, fileID: fileID, line: line)
    let weights = (self - peak.withoutGradient()).exponential()
    return weights / weights.sum(axes: [axis], keepingAxes: true)
  }

  /// `log Σ exp xⱼ` along an axis, which disappears.
  ///
  /// The maximum is subtracted before `exp`, so finite inputs give finite outputs.
  public func logarithmOfSumOfExponentials(
    alongAxis axis: Int = -1,
    fileID: String = #fileID,
    line: Int = #line
  ) -> Tensor {
    let peak = maximum(axes: [axis], keepingAxes: true, fileID: fileID, line: line)
      .withoutGradient()
    let sum = (self - peak).exponential().sum(axes: [axis], keepingAxes: true)
    let total = sum.logarithm() + peak
    return total.reshaped(to: sum.sum(axes: [axis]).shape.dimensions)
  }
}
