import Arrays
import StableHLO

extension PullbackRule {
  /// What was repeated is added up.
  func broadcast(_ axes: [Int], _ g: Tensor) -> Tensor {
    let shape = operands[0].shape
    let stretched = axes.indices.filter { shape[$0] == 1 && g.shape[axes[$0]] != 1 }
    let added = (0..<g.rank).filter { !axes.contains($0) }
    let summed = g.sum(axes: added + stretched.map { axes[$0] })
    // The remaining axes are in the result's order; the operand's may differ.
    let kept = axes.indices.filter { !stretched.contains($0) }
    let order = kept.sorted { axes[$0] < axes[$1] }
    return summed.transposed(kept.map { kept in order.firstIndex(of: kept) ?? 0 })
      .reshaped(to: shape.dimensions)
  }

  func slice(_ starts: [Int], _ strides: [Int], _ g: Tensor) -> Tensor {
    let shape = operands[0].shape
    let high = starts.indices.map { axis in
      let extent = g.shape[axis]
      let spread = extent == 0 ? 0 : (extent - 1) * strides[axis] + 1
      return shape[axis] - starts[axis] - spread
    }
    return g.padded(
      with: scalar(0, like: g),
      low: starts,
      high: high,
      interior: strides.map { $0 - 1 }
    )
  }

  func dynamicSlice(_ g: Tensor) -> [Tensor?] {
    let starts = Array(operands.dropFirst())
    return [zeros(operands[0].type).updatingSlice(with: g, at: starts)] + starts.map { _ in nil }
  }

  func dynamicUpdateSlice(_ g: Tensor) -> [Tensor?] {
    let starts = Array(operands.dropFirst(2))
    let update = operands[1]
    return [
      needed[0] ? g.updatingSlice(with: zeros(update.type), at: starts) : nil,
      needed[1] ? g.dynamicSlice(at: starts, sizes: update.shape.dimensions) : nil,
    ] + starts.map { _ in nil }
  }

  func concatenate(_ axis: Int, _ g: Tensor) -> [Tensor?] {
    var start = 0
    return operands.map { operand in
      defer { start += operand.shape[axis] }
      return g.sliced(start..<start + operand.shape[axis], alongAxis: axis)
    }
  }

  /// The operand's elements are found by undoing the padding; the rest fell on the value.
  func pad(_ low: [Int], _ high: [Int], _ interior: [Int], _ g: Tensor) -> [Tensor?] {
    let shape = operands[0].shape
    if shape.elementCount == 0 { return [zeros(operands[0].type), g.sum()] }
    let trimmed = g.padded(
      with: scalar(0, like: g),
      low: low.map { -$0 },
      high: high.map { -$0 }
    )
    let own = trimmed.slice(
      from: low.map { _ in 0 },
      to: trimmed.shape.dimensions,
      strides: interior.map { $0 + 1 }
    )
    return [own, needed[1] ? g.sum() - own.sum() : nil]
  }

  /// What flows back may not be computed before everything that flows to the results is.
  func barrier() -> [Tensor?] {
    let flowing = optimizationBarrier(cotangents.compactMap { $0 })
    var remaining = flowing[...]
    return cotangents.map { $0 == nil ? nil : remaining.removeFirst() }
  }

  /// Sorting the cotangent by the places the elements came from puts it back in their order.
  func sort(axis: Int) -> [Tensor?] {
    guard let places = results.last, places.elementType == .int32, results.count > 1 else {
      return undifferentiable("sort", "sort together with the indices")
    }
    return zip(cotangents, needed).map { cotangent, isNeeded in
      guard let cotangent, isNeeded else { return nil }
      return Tensor.apply(
        .sort(axis: axis, descending: false),
        [places, cotangent],
        site: site
      )[1]
    }
  }
}
