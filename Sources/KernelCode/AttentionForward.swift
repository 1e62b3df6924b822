import KernelInterface

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Attention's result, and for each row the logarithm of its weights' sum, from which the backward pass
/// finds the weights again.
struct AttentionForward {
  let attention: Attention
  /// `[B, T, H, C]`.
  let result: RealPointer
  /// `[B, H, T]`.
  let logSums: RealPointer

  /// Where a worker's parts of the scratch memory begin.
  struct Plan {
    let keys: Int
    let values: Int
    let labels: Int
    let queries: Int
    let rows: Int
    let scores: Int
    let sums: Int
    let maxima: Int
    let totals: Int
    let count: Int

    init(_ shape: AttentionShape) {
      let padded = Attention.paddedLength(shape.length)
      let rows = Attention.queryBlock(length: shape.length)
      let size = shape.headSize
      let paddedSize = size.roundedUp(toMultipleOf: tileColumns)
      var plan = ScratchPlan()
      keys = plan.reserve(padded * size)
      values = plan.reserve(padded * paddedSize)
      labels = plan.reserve(padded + laneCount)
      queries = plan.reserve(rows * size)
      self.rows = plan.reserve(Attention.turnedRows * size)
      scores = plan.reserve(rows * Attention.scoreStride)
      sums = plan.reserve(rows * paddedSize)
      maxima = plan.reserve(rows)
      totals = plan.reserve(rows)
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
    let forward: AttentionForward
    let attention: Attention
    let sequence: Int
    let keyHead: Int
    let keys: RealPointer
    let values: RealPointer
    let labels: UnsafeMutablePointer<DocumentLabel>
    let queries: RealPointer
    let rows: RealPointer
    let scores: RealPointer
    let sums: RealPointer
    let maxima: RealPointer
    let totals: RealPointer

    init(
      _ forward: AttentionForward,
      _ plan: Plan,
      memory: RealPointer,
      sequence: Int,
      keyHead: Int
    ) {
      self.forward = forward
      attention = forward.attention
      self.sequence = sequence
      self.keyHead = keyHead
      keys = memory + plan.keys
      values = memory + plan.values
      labels = UnsafeMutableRawPointer(memory + plan.labels)
        .assumingMemoryBound(to: DocumentLabel.self)
      queries = memory + plan.queries
      rows = memory + plan.rows
      scores = memory + plan.scores
      sums = memory + plan.sums
      maxima = memory + plan.maxima
      totals = memory + plan.totals
    }

    func run() {
      let shape = attention.shape
      attention.copyLabels(sequence: sequence, into: labels)
      attention.packRotatedKeys(of: keyHead, sequence: sequence, by: rows, into: keys)
      attention.packRows(0..<shape.length, depth: attention.paddedLength, into: values) { token in
        attention.values
          + attention.keyOffset(sequence: sequence, token: token, head: keyHead)
      }
      attention.forEachQueryBlock(of: keyHead) { head, first, rows in
        attend(head: head, from: first, rows: rows)
      }
    }

    private func attend(head: Int, from first: Int, rows: Int) {
      let size = attention.shape.headSize
      for row in 0..<rows {
        let offset = attention.queryOffset(sequence: sequence, token: first + row, head: head)
        attention.rotation.rotate(
          attention.queries + offset,
          at: first + row,
          scale: attention.scale,
          into: queries + row * size
        )
        maxima[row] = hiddenScore
        totals[row] = 0
      }
      attention.forEachWindow(from: first, rows: rows, sequence: sequence) { window in
        attention.multiplyVisible(queries, keys, window, into: scores)
        for row in 0..<rows { weigh(row, of: window) }
        attention.mix(scores, values, window, into: sums, accumulating: window.key > 0)
      }
      for row in 0..<rows { write(row, head: head, token: first + row) }
    }

    /// Turns a row of scores into weights relative to the greatest score so far, to which what was
    /// summed before is brought down.
    @inline(__always)
    private func weigh(_ row: Int, of window: Attention.Window) {
      let scores = scores + row * Attention.scoreStride
      attention.hide(row, of: window, scores, labels)
      let visible = window.visibleColumns(row: row)
      let end = visible.roundedUp(toMultipleOf: laneCount)
      let maximum = max(maxima[row], greatestElement(scores, end))
      let total = exponentiate(scores, end, minus: maximum)
      // What a row does not see weighs nothing at all, whatever values are there.
      (scores + visible).clear(max(0, window.paddedColumns - visible))
      let correction = window.key == 0 ? 0 : exp(maxima[row] - maximum)
      totals[row] = totals[row] * correction + total
      maxima[row] = maximum
      guard window.key > 0, correction != 1 else { return }
      let sums = sums + row * attention.paddedHeadSize
      for column in stride(from: 0, to: attention.paddedHeadSize, by: laneCount) {
        (sums + column).vector *= correction
      }
    }

    private func write(_ row: Int, head: Int, token: Int) {
      let target =
        forward.result + attention.queryOffset(sequence: sequence, token: token, head: head)
      let sums = sums + row * attention.paddedHeadSize
      let inverse = 1 / totals[row]
      for coordinate in 0..<attention.shape.headSize {
        target[coordinate] = sums[coordinate] * inverse
      }
      forward.logSums[attention.rowOffset(sequence: sequence, token: token, head: head)] =
        maxima[row] + log(totals[row])
    }
  }
}
