import Arrays

extension ShapeInference {
  func broadcast(_ shape: Shape, _ axes: [Int]) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    let operand = operands[0].shape
    try require(axes.count == operand.rank, "needs one axis an operand axis, not \(axes)")
    try requireAxes(axes, rank: shape.rank, "axes")
    for (axis, target) in axes.enumerated() {
      try require(
        operand[axis] == 1 || operand[axis] == shape[target],
        "axis \(axis) of extent \(operand[axis]) does not stretch to \(shape[target]) in \(shape)"
      )
    }
    return TensorType(operands[0].elementType, shape)
  }

  func reshape(_ shape: Shape) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    try require(
      shape.elementCount == operands[0].shape.elementCount,
      "\(shape) has \(shape.elementCount) elements, not \(operands[0].shape.elementCount)"
    )
    return TensorType(operands[0].elementType, shape)
  }

  func transpose(_ permutation: [Int]) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    let shape = operands[0].shape
    try require(permutation.count == shape.rank, "\(permutation) does not order \(shape.rank) axes")
    try requireAxes(permutation, rank: shape.rank, "axes")
    return TensorType(operands[0].elementType, Shape(permutation.map { shape[$0] }))
  }

  func slice(_ starts: [Int], _ limits: [Int], _ strides: [Int]) throws(ShapeError) -> TensorType {
    try requireOperands(1)
    let shape = operands[0].shape
    try require(
      starts.count == shape.rank && limits.count == shape.rank && strides.count == shape.rank,
      "needs a start, a limit and a stride for each of \(shape.rank) axes"
    )
    var extents: [Int] = []
    for axis in 0..<shape.rank {
      let (start, limit, stride) = (starts[axis], limits[axis], strides[axis])
      try require(stride > 0, "the stride \(stride) of axis \(axis) is not positive")
      try require(
        0 <= start && start <= limit && limit <= shape[axis],
        "\(start)..<\(limit) is not inside axis \(axis) of extent \(shape[axis])"
      )
      extents.append((limit - start + stride - 1) / stride)
    }
    return TensorType(operands[0].elementType, Shape(extents))
  }

  func dynamicSlice(_ sizes: [Int]) throws(ShapeError) -> TensorType {
    try require(!operands.isEmpty, "needs an operand")
    let shape = operands[0].shape
    try require(sizes.count == shape.rank, "needs \(shape.rank) sizes, not \(sizes)")
    try requireIndexScalars(from: 1, count: shape.rank)
    for axis in 0..<shape.rank {
      try require(
        0 <= sizes[axis] && sizes[axis] <= shape[axis],
        "size \(sizes[axis]) does not fit axis \(axis) of extent \(shape[axis])"
      )
    }
    return TensorType(operands[0].elementType, Shape(sizes))
  }

  func dynamicUpdateSlice() throws(ShapeError) -> TensorType {
    try require(operands.count >= 2, "needs an operand and an update")
    let (target, update) = (operands[0], operands[1])
    try require(target.elementType == update.elementType, "the element types differ")
    try require(target.shape.rank == update.shape.rank, "the ranks differ")
    for axis in 0..<target.shape.rank {
      try require(update.shape[axis] <= target.shape[axis], "the update is larger on axis \(axis)")
    }
    try requireIndexScalars(from: 2, count: target.shape.rank)
    return target
  }

  func concatenate(_ axis: Int) throws(ShapeError) -> TensorType {
    try require(!operands.isEmpty, "needs an operand")
    let first = operands[0]
    try requireAxes([axis], rank: first.shape.rank, "axes")
    var extent = 0
    for operand in operands {
      try require(operand.elementType == first.elementType, "the element types differ")
      try require(operand.shape.rank == first.shape.rank, "the ranks differ")
      for other in 0..<first.shape.rank where other != axis {
        try require(
          operand.shape[other] == first.shape[other],
          "the extents of axis \(other) differ"
        )
      }
      extent += operand.shape[axis]
    }
    var extents = first.shape.dimensions
    extents[axis] = extent
    return TensorType(first.elementType, Shape(extents))
  }

  func pad(_ low: [Int], _ high: [Int], _ interior: [Int]) throws(ShapeError) -> TensorType {
    try requireOperands(2)
    let shape = operands[0].shape
    try require(
      low.count == shape.rank && high.count == shape.rank && interior.count == shape.rank,
      "needs padding for each of \(shape.rank) axes"
    )
    try require(
      operands[1] == TensorType(operands[0].elementType, .scalar),
      "the value to fill with is not a scalar of the operand's type"
    )
    var extents: [Int] = []
    for axis in 0..<shape.rank {
      try require(interior[axis] >= 0, "the interior padding of axis \(axis) is negative")
      let spread = shape[axis] == 0 ? 0 : (shape[axis] - 1) * (interior[axis] + 1) + 1
      let extent = low[axis] + spread + high[axis]
      try require(extent >= 0, "axis \(axis) would have the extent \(extent)")
      extents.append(extent)
    }
    return TensorType(operands[0].elementType, Shape(extents))
  }

  private func requireIndexScalars(from first: Int, count: Int) throws(ShapeError) {
    let indices = operands.dropFirst(first)
    try require(
      indices.count == count
        && indices.allSatisfy { $0.shape == .scalar && $0.elementType.isInteger },
      "needs \(count) integer scalars for the start"
    )
  }
}
