import Arrays

extension ShapeInference {
  func reduce(_ reducer: Reducer, _ axes: [Int]) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    let operand = operands[0]
    try require(reducer.accepts(operand.elementType), "does not take \(operand.elementType)")
    try requireAxes(axes, rank: operand.shape.rank, "axes")
    let kept = (0..<operand.shape.rank).filter { !axes.contains($0) }
    return TensorType(operand.elementType, Shape(kept.map { operand.shape[$0] }))
  }

  func dot(_ axes: DotDimensions) throws(ShapeError) -> TensorType {
    try requireOperands(2)
    let (left, right) = (operands[0].shape, operands[1].shape)
    try require(operands[0].elementType == operands[1].elementType, "the element types differ")
    try require(operands[0].elementType != .bool, "does not take bool")
    try requireAxes(axes.leftBatch + axes.leftContracting, rank: left.rank, "the left axes")
    try requireAxes(axes.rightBatch + axes.rightContracting, rank: right.rank, "the right axes")
    try require(
      axes.leftBatch.count == axes.rightBatch.count
        && axes.leftContracting.count == axes.rightContracting.count,
      "the two sides name different numbers of axes"
    )
    for (l, r) in zip(
      axes.leftContracting + axes.leftBatch,
      axes.rightContracting + axes.rightBatch
    ) {
      try require(
        left[l] == right[r],
        "\(left[l]) (axis \(l) of the left) is not \(right[r]) (axis \(r) of the right)"
      )
    }
    let extents =
      axes.leftBatch.map { left[$0] } + axes.leftFree(rank: left.rank).map { left[$0] }
      + axes.rightFree(rank: right.rank).map { right[$0] }
    guard let resultType = axes.resultType else {
      return TensorType(operands[0].elementType, Shape(extents))
    }
    try require(
      resultType.isFloatingPoint && operands[0].elementType.isFloatingPoint,
      "sums of \(operands[0].elementType) cannot be kept in \(resultType)"
    )
    return TensorType(resultType, Shape(extents))
  }

  func convolution(_ window: ConvolutionWindow) throws(ShapeError) -> TensorType {
    try requireOperands(2)
    let (input, kernel) = (operands[0].shape, operands[1].shape)
    try require(operands[0].elementType == operands[1].elementType, "the element types differ")
    try require(
      input.rank == window.rank + 2 && kernel.rank == window.rank + 2,
      "a window of \(window.rank) axes needs input and kernel of rank \(window.rank + 2)"
    )
    try require(
      [window.lowPadding, window.highPadding, window.inputDilation, window.kernelDilation]
        .allSatisfy { $0.count == window.rank },
      "the window's settings name different numbers of axes"
    )
    try require(
      (window.strides + window.inputDilation + window.kernelDilation).allSatisfy { $0 > 0 },
      "strides and dilations need to be positive"
    )
    try require(
      kernel.dimensions.prefix(window.rank).allSatisfy { $0 > 0 },
      "the kernel's window is empty"
    )
    try require(
      input[-1] == kernel[-2],
      "\(input[-1]) input features are not the kernel's \(kernel[-2])"
    )
    let spatial = (0..<window.rank).map {
      window.outputExtent(axis: $0, input: input[$0 + 1], kernel: kernel[$0])
    }
    return TensorType(operands[0].elementType, Shape([input[0]] + spatial + [kernel[-1]]))
  }

  func sort(_ axis: Int) throws(ShapeError) -> [TensorType] {
    try require(!operands.isEmpty, "needs an operand")
    try requireAxes([axis], rank: operands[0].shape.rank, "axes")
    try require(operands.allSatisfy { $0.shape == operands[0].shape }, "the shapes differ")
    return operands
  }

  func gather(_ axes: GatherDimensions, _ sizes: [Int]) throws(ShapeError) -> TensorType {
    try requireOperands(2)
    let operand = operands[0].shape
    let indexShape = try indexBatchShape(axes, operandRank: operand.rank)
    try require(sizes.count == operand.rank, "needs \(operand.rank) slice sizes, not \(sizes)")
    for axis in 0..<operand.rank {
      try require(
        0 <= sizes[axis] && sizes[axis] <= operand[axis],
        "slice size \(sizes[axis]) does not fit axis \(axis) of extent \(operand[axis])"
      )
      try require(
        !axes.collapsedSliceAxes.contains(axis) || sizes[axis] == 1,
        "axis \(axis) is dropped but its slice size is \(sizes[axis])"
      )
    }
    let kept = (0..<operand.rank).filter { !axes.collapsedSliceAxes.contains($0) }
    try require(
      kept.count == axes.offsetAxes.count,
      "\(axes.offsetAxes.count) offset axes cannot hold \(kept.count) slice axes"
    )
    let rank = indexShape.count + kept.count
    try requireAxes(axes.offsetAxes, rank: rank, "the offset axes")
    var (offsets, batch) = (kept.map { sizes[$0] }[...], indexShape[...])
    let extents = (0..<rank).map { axis in
      axes.offsetAxes.contains(axis) ? offsets.removeFirst() : batch.removeFirst()
    }
    return TensorType(operands[0].elementType, Shape(extents))
  }

  func scatterAdd(_ axes: GatherDimensions) throws(ShapeError) -> TensorType {
    try requireOperands(3)
    let (operand, updates) = (operands[0], operands[2])
    try require(operand.elementType == updates.elementType, "the element types differ")
    try require(operand.elementType != .bool, "does not take bool")
    let indexShape = try indexBatchShape(axes, operandRank: operand.shape.rank)
    let kept = (0..<operand.shape.rank).filter { !axes.collapsedSliceAxes.contains($0) }
    try require(
      updates.shape.rank == indexShape.count + kept.count
        && axes.offsetAxes.count == kept.count,
      "updates of rank \(updates.shape.rank) do not match the indices and the slice"
    )
    try requireAxes(axes.offsetAxes, rank: updates.shape.rank, "the offset axes")
    let batchAxes = (0..<updates.shape.rank).filter { !axes.offsetAxes.contains($0) }
    try require(
      batchAxes.map { updates.shape[$0] } == indexShape,
      "the updates' batch axes are not the indices' \(indexShape)"
    )
    for (axis, offset) in zip(kept, axes.offsetAxes) {
      try require(
        updates.shape[offset] <= operand.shape[axis],
        "the updates are larger on axis \(axis)"
      )
    }
    return operand
  }

  /// The indices' extents without the axis that holds an index vector.
  private func indexBatchShape(
    _ axes: GatherDimensions,
    operandRank: Int
  ) throws(ShapeError) -> [Int] {
    let indices = operands[1]
    try require(indices.elementType.isInteger, "the indices are not integers")
    try require(
      0 <= axes.indexVectorAxis && axes.indexVectorAxis <= indices.shape.rank,
      "the indices have no axis \(axes.indexVectorAxis)"
    )
    let vectorLength =
      axes.indexVectorAxis == indices.shape.rank ? 1 : indices.shape[axes.indexVectorAxis]
    try require(
      axes.startIndexMap.count == vectorLength,
      "index vectors of \(vectorLength) entries do not match \(axes.startIndexMap)"
    )
    // XLA drops updates of a scatter that is not indexed at all.
    try require(!axes.startIndexMap.isEmpty, "needs an indexed axis")
    try requireAxes(axes.startIndexMap, rank: operandRank, "the indexed axes")
    try requireAxes(axes.collapsedSliceAxes, rank: operandRank, "the dropped axes")
    try require(
      axes.offsetAxes == axes.offsetAxes.sorted()
        && axes.collapsedSliceAxes == axes.collapsedSliceAxes.sorted(),
      "offset and dropped axes need to be in order"
    )
    return (0..<indices.shape.rank).filter { $0 != axes.indexVectorAxis }.map { indices.shape[$0] }
  }
}
