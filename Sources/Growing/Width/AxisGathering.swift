/// One axis of a tensor that grows: where its elements come from and what they are multiplied by.
struct AxisPlan {
  /// How many elements there were.
  let oldSize: Int
  /// For each new element the old one, or nil for a fresh one.
  let sources: [Int?]
  /// What each element is multiplied by.
  let factors: [Double]
  /// Whether each element is fresh, or a second or later copy.
  let isNew: [Bool]
  /// Whether fresh elements take drawn values; otherwise they are zero.
  let takesDrawn: Bool
  /// Whether the axis is one whose copies may come from the next layer.
  let isWritten: Bool

  /// Whether any element takes a drawn value.
  var drawsFresh: Bool { takesDrawn && sources.contains(nil) }

  init(_ axis: TensorAxis, size: Int, map: AxisMap?, _ quantity: WidthStep.Quantity) {
    oldSize = size
    guard let map else {
      sources = Array(0..<size)
      factors = [Double](repeating: 1, count: size)
      isNew = [Bool](repeating: false, count: size)
      takesDrawn = false
      isWritten = false
      return
    }
    let scales =
      axis.dimension == .width
      ? map.normScales : [Double](repeating: 1, count: map.size)
    sources = map.sources
    isNew = map.newElements
    // One side of a new element must be zero or nothing would stay as it was: the readers, but on the
    // residual stream the writers, so that norms do not see it.
    takesDrawn = (axis.use == .writes) != (axis.dimension == .width)
    isWritten = axis.use == .writes
    factors = zip(map.shares, scales).map { share, scale in
      guard share > 0 else { return 1 }
      let gradient = axis.gradientFactor(share: share, scale: scale)
      switch quantity {
      case .weight: return axis.weightFactor(share: share, scale: scale)
      case .gradient: return gradient
      case .squaredGradient: return gradient * gradient
      }
    }
  }
}

extension TensorAxis {
  /// What a copy's weight is multiplied by.
  fileprivate func weightFactor(share: Double, scale: Double) -> Double {
    switch use {
    case .writes: scale
    case .reads: share
    case .scales: 1 / scale
    case .scalesTied: share / (scale * scale)
    }
  }

  /// What a copy's gradient is then multiplied by.
  fileprivate func gradientFactor(share: Double, scale: Double) -> Double {
    switch use {
    case .writes: share / scale
    case .reads: 1
    case .scales: scale * share
    case .scalesTied: scale * scale
    }
  }
}

/// Gathers a tensor along all its axes at once.
struct AxisGathering {
  let plans: [AxisPlan]
  let copiesNextLayer: Bool
  /// Whether new elements are zero.
  let skipsNew: Bool

  /// The grown elements in row-major order.
  ///
  /// - Parameters:
  ///   - old: The elements before.
  ///   - drawn: What fresh elements take, of the grown shape.
  /// - Returns: As many elements as the plans' sizes multiply to.
  func gathered<Number: BinaryFloatingPoint>(_ old: [Number], drawn: [Number]?) -> [Number] {
    guard let last = plans.last else { return old }
    let rowCount = plans.dropLast().reduce(1) { $0 * $1.sources.count }
    var result: [Number] = []
    result.reserveCapacity(rowCount * last.sources.count)
    var index = [Int](repeating: 0, count: plans.count - 1)
    for _ in 0..<rowCount {
      appendRow(at: index, old, drawn, to: &result)
      advance(&index)
    }
    return result
  }

  private func appendRow<Number: BinaryFloatingPoint>(
    at index: [Int],
    _ old: [Number],
    _ drawn: [Number]?,
    to result: inout [Number]
  ) {
    let last = plans[plans.count - 1]
    var isZero = false
    var isDrawn = false
    var isNew = false
    var isNewWrite = false
    var factor = 1.0
    var offset = 0
    for (axis, position) in index.enumerated() {
      let plan = plans[axis]
      if let source = plan.sources[position] {
        offset = offset * plan.oldSize + source
      } else {
        offset *= plan.oldSize
        if plan.takesDrawn { isDrawn = true } else { isZero = true }
      }
      factor *= plan.factors[position]
      isNew = isNew || plan.isNew[position]
      isNewWrite = isNewWrite || (plan.isNew[position] && plan.isWritten)
    }
    let layerStride = plans.dropFirst().reduce(1) { $0 * $1.oldSize }
    let hasNextLayer = copiesNextLayer && (index.first.map { $0 + 1 < plans[0].oldSize } ?? false)
    for column in last.sources.indices {
      let source = last.sources[column]
      let isFresh = source == nil
      guard !isZero, !(isFresh && !last.takesDrawn), !(skipsNew && (isNew || last.isNew[column]))
      else {
        result.append(0)
        continue
      }
      if isDrawn || isFresh {
        // The result's own place is that of the drawn tensor; slots have none and start at zero.
        result.append(drawn?[result.count] ?? 0)
        continue
      }
      let readsNext =
        hasNextLayer && (isNewWrite || (last.isNew[column] && last.isWritten))
      let place =
        offset * last.oldSize + (source ?? 0) + (readsNext ? layerStride : 0)
      result.append(old[place] * Number(factor * last.factors[column]))
    }
  }

  /// The next index over all axes but the last, in row-major order.
  private func advance(_ index: inout [Int]) {
    for axis in index.indices.reversed() {
      index[axis] += 1
      if index[axis] < plans[axis].sources.count { return }
      index[axis] = 0
    }
  }
}
