import Arrays
import StableHLO

extension PullbackRule {
  func reduce(_ reducer: Reducer, _ axes: [Int], _ g: Tensor) -> [Tensor?] {
    let x = operands[0]
    let kept = (0..<x.rank).filter { !axes.contains($0) }
    let spread = { (tensor: Tensor) in tensor.broadcast(to: x.shape, axes: kept) }
    switch reducer {
    case .sum: return [spread(g)]
    case .maximum, .minimum:
      // Equal extremes share the cotangent.
      let mask = (x .== spread(output)).converted(to: x.elementType)
      return [mask * spread(g / mask.sum(axes: axes))]
    case .product:
      let order = kept + axes
      let rows = kept.map { x.shape[$0] } + [axes.reduce(1) { $0 * x.shape[$1] }]
      let others = productOfOthers(x.transposed(order).reshaped(to: rows))
      let moved = others.reshaped(to: order.map { x.shape[$0] }).transposed(order.inverse)
      return [spread(g) * moved]
    case .all, .any: return [nil]
    }
  }

  /// For each number along the last axis the product of all others.
  ///
  /// Numbers are multiplied pair by pair and never divided, so that zeros are numbers like all others, and
  /// the gradient of this is right there, too.
  private func productOfOthers(_ x: Tensor) -> Tensor {
    let count = x.shape[-1]
    let leading = x.shape.dimensions.dropLast()
    func ones(_ count: Int) -> Tensor {
      Tensor(repeating: 1, type: TensorType(x.elementType, Shape(leading + [count])), site: site)
    }
    guard count > 1 else { return ones(count) }
    let even = count.isMultiple(of: 2) ? x : .concatenate([x, ones(1)], alongAxis: -1)
    let pairs = even.reshaped(to: leading + [(count + 1) / 2, 2])
    let others = productOfOthers(pairs.reduced(.product, axes: [-1])).insertingAxis(at: -1)
    let product = (pairs.reversed(alongAxes: [pairs.rank - 1]) * others)
      .reshaped(to: even.shape.dimensions)
    return product.sliced(0..<count, alongAxis: -1)
  }

  func dot(_ axes: DotDimensions, _ g: Tensor) -> [Tensor?] {
    let (left, right) = (operands[0], operands[1])
    // Where sums are kept in another type, their cotangent is multiplied in the operands' type again.
    let g = g.converted(to: left.elementType)
    let batch = axes.leftBatch.count
    let leftFree = axes.leftFree(rank: left.rank)
    let rightFree = axes.rightFree(rank: right.rank)
    let gBatch = Array(0..<batch)
    let gLeft = Array(batch..<batch + leftFree.count)
    let gRight = Array(batch + leftFree.count..<g.rank)
    var flowing: [Tensor?] = [nil, nil]
    if needed[0] {
      // Result axes: batch, left free, then the right's contracting axes in the right's order.
      let product = g.dot(
        right,
        DotDimensions(
          leftBatch: gBatch,
          rightBatch: axes.rightBatch,
          leftContracting: gRight,
          rightContracting: rightFree
        )
      )
      let contracting = axes.leftContracting.orderedLike(axes.rightContracting)
      flowing[0] = product.transposed((axes.leftBatch + leftFree + contracting).inverse)
    }
    if needed[1] {
      let product = left.dot(
        g,
        DotDimensions(
          leftBatch: axes.leftBatch,
          rightBatch: gBatch,
          leftContracting: leftFree,
          rightContracting: gLeft
        )
      )
      let contracting = axes.rightContracting.orderedLike(axes.leftContracting)
      flowing[1] = product.transposed((axes.rightBatch + contracting + rightFree).inverse)
    }
    return flowing
  }

  /// The input's cotangent is a convolution with the flipped kernel, the kernel's one with the input.
  func convolution(_ window: ConvolutionWindow, _ g: Tensor) -> [Tensor?] {
    // An empty result is the window of no convolution.
    if g.shape.elementCount == 0 { return operands.map { zeros($0.type) } }
    return [
      needed[0] ? inputCotangent(window, g) : nil, needed[1] ? kernelCotangent(window, g) : nil,
    ]
  }

  private func inputCotangent(_ window: ConvolutionWindow, _ g: Tensor) -> Tensor {
    let (input, kernel) = (operands[0], operands[1])
    let spatial = Array(0..<window.rank)
    var transposed = ConvolutionWindow(rank: window.rank)
    transposed.strides = window.inputDilation
    transposed.inputDilation = window.strides
    transposed.kernelDilation = window.kernelDilation
    for axis in spatial {
      let reach = (kernel.shape[axis] - 1) * window.kernelDilation[axis]
      let dilatedInput = (input.shape[axis + 1] - 1) * window.inputDilation[axis] + 1
      let dilatedOutput = (g.shape[axis + 1] - 1) * window.strides[axis] + 1
      transposed.lowPadding[axis] = reach - window.lowPadding[axis]
      transposed.highPadding[axis] =
        dilatedInput + reach - dilatedOutput - transposed.lowPadding[axis]
    }
    let flipped = kernel.reversed(alongAxes: spatial)
      .swappingAxes(window.rank, window.rank + 1)
    return g.convolved(with: flipped, window: transposed)
  }

  private func kernelCotangent(_ window: ConvolutionWindow, _ g: Tensor) -> Tensor {
    let (input, kernel) = (operands[0], operands[1])
    let last = window.rank + 1
    var correlation = ConvolutionWindow(rank: window.rank)
    correlation.strides = window.kernelDilation
    correlation.inputDilation = window.inputDilation
    correlation.kernelDilation = window.strides
    for axis in 0..<window.rank {
      let dilatedInput = (input.shape[axis + 1] - 1) * window.inputDilation[axis] + 1
      let dilatedOutput = (g.shape[axis + 1] - 1) * window.strides[axis] + 1
      let reach = (kernel.shape[axis] - 1) * window.kernelDilation[axis]
      correlation.lowPadding[axis] = window.lowPadding[axis]
      correlation.highPadding[axis] =
        dilatedOutput + reach - dilatedInput - window.lowPadding[axis]
    }
    // Batch and features change places: the sum runs over the batch.
    let rows = input.swappingAxes(0, last)
    let weights = g.transposed(Array(1..<last) + [0, last])
    let product = rows.convolved(with: weights, window: correlation)
    return product.transposed(Array(1..<last) + [0, last])
  }
}

extension [Int] {
  /// These axes in the order in which their partners are sorted.
  fileprivate func orderedLike(_ partners: [Int]) -> [Int] {
    indices.sorted { partners[$0] < partners[$1] }.map { self[$0] }
  }
}
