import KernelInterface

/// The gradients of attention by its queries, keys and values.
struct AttentionBackward {
  let attention: Attention
  /// Attention's result, `[B, T, H, C]`.
  let result: ConstRealPointer
  /// The logarithms of the weights' sums, `[B, H, T]`.
  let logSums: ConstRealPointer
  /// The gradient by the result, `[B, T, H, C]`.
  let gradient: ConstRealPointer
  let queryGradient: RealPointer
  let keyGradient: RealPointer
  let valueGradient: RealPointer

  /// Where a worker's parts of the scratch memory begin.
  struct Plan {
    let keys: Int
    let keyRows: Int
    let values: Int
    let labels: Int
    let rows: Int
    let queries: Int
    let queryRows: Int
    let gradients: Int
    let gradientRows: Int
    let weights: Int
    let scoreGradients: Int
    let queryGradients: Int
    let keyGradients: Int
    let valueGradients: Int
    let logSums: Int
    let means: Int
    let count: Int

    init(_ shape: AttentionShape) {
      let padded = Attention.paddedLength(shape.length)
      let rows = Attention.queryBlock(length: shape.length)
      let size = shape.headSize
      let paddedSize = size.roundedUp(toMultipleOf: tileColumns)
      var plan = ScratchPlan()
      keys = plan.reserve(padded * size)
      keyRows = plan.reserve(padded * paddedSize)
      values = plan.reserve(padded * size)
      labels = plan.reserve(padded + laneCount)
      self.rows = plan.reserve(Attention.turnedRows * size)
      queries = plan.reserve(rows * size)
      queryRows = plan.reserve(rows * paddedSize)
      gradients = plan.reserve(rows * size)
      gradientRows = plan.reserve(rows * paddedSize)
      weights = plan.reserve(rows * Attention.scoreStride)
      scoreGradients = plan.reserve(rows * Attention.scoreStride)
      queryGradients = plan.reserve(rows * paddedSize)
      keyGradients = plan.reserve((padded + Attention.keyBlock) * paddedSize)
      valueGradients = plan.reserve((padded + Attention.keyBlock) * paddedSize)
      logSums = plan.reserve(rows)
      means = plan.reserve(rows)
      count = plan.count
    }
  }

  func run(scratch: RealPointer, workers: Workers) {
    let plan = Plan(attention.shape)
    attention.forEachKeyHead(workers) { sequence, keyHead, worker in
      HeadTask(
        self,
        plan,
        memory: scratch + worker * plan.count,
        sequence: sequence,
        keyHead: keyHead
      )
      .run()
    }
  }

  /// One key head of one sequence with all its query heads.
  private struct HeadTask {
    let backward: AttentionBackward
    let attention: Attention
    let plan: Plan
    let memory: RealPointer
    let sequence: Int
    let keyHead: Int

    init(
      _ backward: AttentionBackward,
      _ plan: Plan,
      memory: RealPointer,
      sequence: Int,
      keyHead: Int
    ) {
      self.backward = backward
      attention = backward.attention
      self.plan = plan
      self.memory = memory
      self.sequence = sequence
      self.keyHead = keyHead
    }

    private var keys: RealPointer { memory + plan.keys }
    private var keyRows: RealPointer { memory + plan.keyRows }
    private var values: RealPointer { memory + plan.values }
    private var rows: RealPointer { memory + plan.rows }
    private var queries: RealPointer { memory + plan.queries }
    private var queryRows: RealPointer { memory + plan.queryRows }
    private var gradients: RealPointer { memory + plan.gradients }
    private var gradientRows: RealPointer { memory + plan.gradientRows }
    private var weights: RealPointer { memory + plan.weights }
    private var scoreGradients: RealPointer { memory + plan.scoreGradients }
    private var queryGradients: RealPointer { memory + plan.queryGradients }
    private var keyGradients: RealPointer { memory + plan.keyGradients }
    private var valueGradients: RealPointer { memory + plan.valueGradients }
    private var logSums: RealPointer { memory + plan.logSums }
    private var means: RealPointer { memory + plan.means }
    private var labels: UnsafeMutablePointer<DocumentLabel> {
      UnsafeMutableRawPointer(memory + plan.labels).assumingMemoryBound(to: DocumentLabel.self)
    }

    func run() {
      let shape = attention.shape
      attention.copyLabels(sequence: sequence, into: labels)
      attention.packRotatedKeys(of: keyHead, sequence: sequence, by: rows, into: keys)
      attention.packRows(0..<shape.length, depth: attention.paddedLength, into: keyRows) { token in
        attention.rotation.rotate(
          attention.keys + keyOffset(token),
          at: token,
          scale: 1,
          into: rows
        )
        return ConstRealPointer(rows)
      }
      let stride = shape.keyHeadCount * shape.headSize
      attention.packTransposed(into: values) {
        (attention.values + keyOffset($0.lowerBound), stride)
      }
      keyGradients.clear(attention.paddedLength * attention.paddedHeadSize)
      valueGradients.clear(attention.paddedLength * attention.paddedHeadSize)
      attention.forEachQueryBlock(of: keyHead) { head, first, rows in
        differentiate(head: head, from: first, rows: rows)
      }
      for token in 0..<shape.length { writeKeyAndValue(token) }
    }

    private func keyOffset(_ token: Int) -> Int {
      attention.keyOffset(sequence: sequence, token: token, head: keyHead)
    }

    private func differentiate(head: Int, from first: Int, rows: Int) {
      for row in 0..<rows { load(row, head: head, token: first + row) }
      let (size, paddedSize) = (attention.shape.headSize, attention.paddedHeadSize)
      let depth = Attention.queryBlock(length: attention.shape.length)
      attention.packRows(0..<rows, depth: depth, into: queryRows) {
        ConstRealPointer(queries + $0 * size)
      }
      attention.packRows(0..<rows, depth: depth, into: gradientRows) {
        ConstRealPointer(gradients + $0 * size)
      }
      attention.forEachWindow(from: first, rows: rows, sequence: sequence) { window in
        attention.multiplyVisible(queries, keys, window, into: weights)
        attention.multiplyVisible(gradients, values, window, into: scoreGradients)
        for row in 0..<rows { differentiateScores(row, of: window) }
        attention.mix(
          scoreGradients,
          keyRows,
          window,
          into: queryGradients,
          accumulating: window.key > 0
        )
        collect(scoreGradients, queryRows, window, depth: depth, into: keyGradients)
        collect(weights, gradientRows, window, depth: depth, into: valueGradients)
      }
      for row in 0..<rows {
        attention.rotation.unrotate(
          queryGradients + row * paddedSize,
          at: first + row,
          scale: attention.scale,
          into: backward.queryGradient
            + attention.queryOffset(sequence: sequence, token: first + row, head: head)
        )
      }
    }

    /// Reads a row's query, gradient and sum, and the mean of its score gradients, `Σ g · o`.
    private func load(_ row: Int, head: Int, token: Int) {
      let size = attention.shape.headSize
      let offset = attention.queryOffset(sequence: sequence, token: token, head: head)
      attention.rotation.rotate(
        attention.queries + offset,
        at: token,
        scale: attention.scale,
        into: queries + row * size
      )
      (gradients + row * size).update(from: backward.gradient + offset, count: size)
      means[row] = dot(backward.gradient + offset, backward.result + offset, count: size)
      logSums[row] =
        backward.logSums[attention.rowOffset(sequence: sequence, token: token, head: head)]
    }

    /// Turns a row's scores into weights and the weights' gradients into the scores'.
    @inline(__always)
    private func differentiateScores(_ row: Int, of window: Attention.Window) {
      let weights = weights + row * Attention.scoreStride
      let gradients = scoreGradients + row * Attention.scoreStride
      attention.hide(row, of: window, weights, labels)
      let visible = window.visibleColumns(row: row)
      let end = visible.roundedUp(toMultipleOf: laneCount)
      exponentiate(weights, end, minus: logSums[row])
      let mean = Vector(repeating: means[row])
      for column in stride(from: 0, to: end, by: laneCount) {
        let gradient = (gradients + column).vector - mean
        (gradients + column).vector = (weights + column).vector * gradient
      }
      // Products of whole tiles read on beyond what the row sees.
      let rest = max(0, window.paddedColumns - visible)
      (weights + visible).clear(rest)
      (gradients + visible).clear(rest)
    }

    /// Adds to the keys' rows the sums over the queries of weights times packed rows of queries.
    @inline(__always)
    private func collect(
      _ weights: ConstRealPointer,
      _ slabs: ConstRealPointer,
      _ window: Attention.Window,
      depth: Int,
      into result: RealPointer
    ) {
      for column in stride(from: 0, to: attention.shape.headSize, by: tileColumns) {
        for key in stride(from: 0, to: window.columns, by: tileRows) {
          let first = window.firstRow(seeing: key)
          multiplyTile(
            LeftRows(
              start: weights + first * Attention.scoreStride + key,
              rowStride: 1,
              depthStride: Attention.scoreStride
            ),
            slabs + column * depth + first * tileColumns,
            depth: window.rows - first,
            into: TileTarget(
              start: result + (window.key + key) * attention.paddedHeadSize + column,
              stride: attention.paddedHeadSize,
              accumulating: true
            )
          )
        }
      }
    }

    private func writeKeyAndValue(_ token: Int) {
      let paddedSize = attention.paddedHeadSize
      let offset = keyOffset(token)
      attention.rotation.unrotate(
        keyGradients + token * paddedSize,
        at: token,
        scale: 1,
        into: backward.keyGradient + offset
      )
      (backward.valueGradient + offset).update(
        from: valueGradients + token * paddedSize,
        count: attention.shape.headSize
      )
    }
  }
}
