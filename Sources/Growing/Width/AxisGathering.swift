import Dispatch

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
///
/// A *row* is what differs along the last axis only. Rows are gathered on all processors, each in *runs* of
/// neighbours that are treated alike.
struct AxisGathering {
  private let plans: [AxisPlan]
  private let copiesNextLayer: Bool
  private let skipsNew: Bool
  private let runs: [Run]

  /// Prepares a gathering.
  ///
  /// - Parameters:
  ///   - plans: One an axis.
  ///   - copiesNextLayer: Whether copies of what is written come from the next layer, along the first axis.
  ///   - skipsNew: Whether new elements are zero.
  init(plans: [AxisPlan], copiesNextLayer: Bool, skipsNew: Bool) {
    self.plans = plans
    self.copiesNextLayer = copiesNextLayer
    self.skipsNew = skipsNew
    runs = plans.last.map(Run.all) ?? []
  }

  /// The grown elements in row-major order.
  ///
  /// Elements are read and written where they lie: a large tensor is not copied besides.
  ///
  /// - Parameters:
  ///   - old: The bytes of the elements before.
  ///   - drawn: The bytes of what fresh elements take, of the grown shape.
  ///   - number: The type of an element.
  /// - Returns: The bytes of as many elements as the plans' sizes multiply to.
  func gathered<Number: BinaryFloatingPoint & Sendable>(
    _ old: [UInt8],
    drawn: [UInt8]?,
    as number: Number.Type
  ) -> [UInt8] {
    guard let last = plans.last else { return old }
    let length = last.sources.count
    let rowCount = plans.dropLast().reduce(1) { $0 * $1.sources.count }
    let byteCount = rowCount * length * MemoryLayout<Number>.stride
    return [UInt8](unsafeUninitializedCapacity: byteCount) { bytes, count in
      let places = UnsafeMutableRawBufferPointer(start: bytes.baseAddress, count: byteCount)
        .bindMemory(to: Number.self)
      old.withUnsafeBytes { old in
        (drawn ?? []).withUnsafeBytes { drawn in
          gather(
            rowCount: rowCount,
            length: length,
            from: old.bindMemory(to: Number.self),
            drawn: drawn.bindMemory(to: Number.self),
            into: places
          )
        }
      }
      count = byteCount
    }
  }

  private func gather<Number: BinaryFloatingPoint & Sendable>(
    rowCount: Int,
    length: Int,
    from old: UnsafeBufferPointer<Number>,
    drawn: UnsafeBufferPointer<Number>,
    into places: UnsafeMutableBufferPointer<Number>
  ) {
    // Rows do not overlap, so that each place is written by one thread.
    nonisolated(unsafe) let (places, old, drawn) = (places, old, drawn)
    let share = max(1, (1 << 16) / max(length, 1))
    DispatchQueue.concurrentPerform(iterations: (rowCount + share - 1) / share) { number in
      for row in number * share..<min((number + 1) * share, rowCount) {
        let range = row * length..<(row + 1) * length
        // The place of an element is also that of what is drawn for it; slots have nothing drawn.
        let drawn = drawn.isEmpty ? nil : UnsafeBufferPointer(rebasing: drawn[range])
        fill(UnsafeMutableBufferPointer(rebasing: places[range]), self.row(row), old, drawn)
      }
    }
  }

  private func fill<Number: BinaryFloatingPoint & Sendable>(
    _ places: UnsafeMutableBufferPointer<Number>,
    _ row: Row,
    _ old: UnsafeBufferPointer<Number>,
    _ drawn: UnsafeBufferPointer<Number>?
  ) {
    guard let last = plans.last else { return }
    for run in runs {
      let isZero =
        row.isZero || (run.source == nil && !last.takesDrawn)
        || (skipsNew && (row.isNew || run.isNew))
      guard !isZero else {
        for column in run.columns { places[column] = 0 }
        continue
      }
      guard let source = run.source, !row.isDrawn else {
        // What has nothing drawn starts at zero.
        for column in run.columns { places[column] = drawn?[column] ?? 0 }
        continue
      }
      let readsNext = row.hasNextLayer && (row.isNewWrite || (run.isNew && last.isWritten))
      let start = row.offset * last.oldSize + source + (readsNext ? row.layerStride : 0)
      let factor = Number(row.factor * run.factor)
      let first = run.columns.lowerBound
      for place in 0..<run.columns.count { places[first + place] = old[start + place] * factor }
    }
  }
}

extension AxisGathering {
  /// Neighbours along the last axis that come from neighbours and are treated alike.
  private struct Run {
    var columns: Range<Int>
    /// Where the first one comes from; nil for fresh ones.
    let source: Int?
    let factor: Double
    let isNew: Bool

    static func all(of plan: AxisPlan) -> [Run] {
      var runs: [Run] = []
      for (column, source) in plan.sources.enumerated() {
        let (factor, isNew) = (plan.factors[column], plan.isNew[column])
        if let last = runs.last, last.factor == factor, last.isNew == isNew,
          last.source.map({ $0 + last.columns.count }) == source
        {
          runs[runs.count - 1].columns = last.columns.lowerBound..<column + 1
        } else {
          runs.append(
            Run(columns: column..<column + 1, source: source, factor: factor, isNew: isNew)
          )
        }
      }
      return runs
    }
  }

  /// What the elements of a row have in common.
  private struct Row {
    /// The old row, counted as the old tensor has them.
    var offset = 0
    var factor = 1.0
    var isZero = false
    var isDrawn = false
    var isNew = false
    var isNewWrite = false
    /// Whether copies come from the layer behind this one.
    var hasNextLayer = false
    /// The old elements of one layer.
    var layerStride = 0
  }

  /// The row of a number, counted in row-major order.
  private func row(_ number: Int) -> Row {
    var row = Row()
    var rest = number
    var stride = 1
    for axis in plans.indices.dropLast().reversed() {
      let plan = plans[axis]
      let position = rest % plan.sources.count
      rest /= plan.sources.count
      if let source = plan.sources[position] {
        row.offset += source * stride
      } else if plan.takesDrawn {
        row.isDrawn = true
      } else {
        row.isZero = true
      }
      stride *= plan.oldSize
      row.factor *= plan.factors[position]
      row.isNew = row.isNew || plan.isNew[position]
      row.isNewWrite = row.isNewWrite || (plan.isNew[position] && plan.isWritten)
      if axis == 0 { row.hasNextLayer = copiesNextLayer && position + 1 < plan.oldSize }
    }
    row.layerStride = plans.dropFirst().reduce(1) { $0 * $1.oldSize }
    return row
  }
}
