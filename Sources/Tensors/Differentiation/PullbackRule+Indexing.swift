import Arrays
import StableHLO

extension PullbackRule {
  /// A slice's cotangent is added where the slice came from.
  ///
  /// A gather moves a start that is out of range and a scatter drops it, so the starts are moved first.
  func gather(_ dimensions: GatherDimensions, _ sizes: [Int], _ g: Tensor) -> [Tensor?] {
    let indices = operands[1]
    let greatest = lastStarts(dimensions, sizes)
    let starts = indices.clamped(from: zeros(indices.type), to: greatest)
    return [zeros(operands[0].type).scatterAdd(g, at: starts, dimensions), nil]
  }

  /// An update's cotangent is the slice it was added to, and zero where it was dropped.
  func scatterAdd(_ dimensions: GatherDimensions, _ g: Tensor) -> [Tensor?] {
    let (indices, updates) = (operands[1], operands[2])
    guard needed[2] else { return [g, nil, nil] }
    var offsets = dimensions.offsetAxes[...]
    let sizes = (0..<operands[0].rank).map { axis in
      dimensions.collapsedSliceAxes.contains(axis) ? 1 : updates.shape[offsets.removeFirst()]
    }
    let picked = g.gather(at: indices, dimensions, sliceSizes: sizes)
    let inside = (indices .>= zeros(indices.type)) .& (indices .<= lastStarts(dimensions, sizes))
    let isVector = dimensions.indexVectorAxis < indices.rank
    let fits = isVector ? inside.reduced(.all, axes: [dimensions.indexVectorAxis]) : inside
    let batchAxes = (0..<updates.rank).filter { !dimensions.offsetAxes.contains($0) }
    let own = Tensor.select(
      fits.broadcast(to: updates.shape, axes: batchAxes),
      picked,
      otherwise: zeros(updates.type)
    )
    return [g, nil, own]
  }

  /// For each entry of the indices, the last start from which a slice fits.
  private func lastStarts(_ dimensions: GatherDimensions, _ sizes: [Int]) -> Tensor {
    let indices = operands[1]
    let limits = dimensions.startIndexMap.map { operands[0].shape[$0] - sizes[$0] }
    let scalars = limits.map { scalar(Double($0), like: indices) }
    guard dimensions.indexVectorAxis < indices.rank else {
      return scalars[0].broadcast(to: indices.shape)
    }
    let vector = Tensor.concatenate(scalars.map { $0.reshaped(to: [1]) }, alongAxis: 0)
    return vector.broadcast(to: indices.shape, axes: [dimensions.indexVectorAxis])
  }
}
