import KernelInterface

// B batch, T new tokens, H query heads, K key and value heads, C head size, S places of the cache.

/// Attention of a few new tokens to all that was read before them.
///
/// New keys are turned by their positions and take their places in the cache with their values; then each query looks at
/// the places up to its own, and at no others, so the time goes with what was read and not with the cache's size. It
/// reads keys and values once for each query, which is best for few of them.
struct CachedAttention {
  let shape: CachedAttentionShape
  /// `[B, T, H, C]`.
  let queries: ConstRealPointer
  /// `[B, T, K, C]`.
  let keys: ConstRealPointer
  /// `[B, T, K, C]`.
  let values: ConstRealPointer
  /// Of each row's new tokens, one row after the other.
  let rotation: Rotation
  /// `[B]`: how many tokens each row has read.
  let starts: UnsafePointer<Int32>
  /// `[B, K, S, C]`, read and written.
  let cachedKeys: RealPointer
  /// `[B, K, S, C]`, read and written.
  let cachedValues: RealPointer
  /// `[B, T, H, C]`.
  let result: RealPointer

  /// Products of a piece of work: below that, threads cost more than they save.
  private static let pieceProducts = 1 << 17

  /// Where a worker's parts of the scratch memory begin.
  struct Plan {
    let query: Int
    let weights: Int
    let sums: Int
    let count: Int

    init(_ shape: CachedAttentionShape) {
      var plan = ScratchPlan()
      query = plan.reserve(shape.headSize.roundedUp(toMultipleOf: laneCount))
      weights = plan.reserve(shape.capacity.roundedUp(toMultipleOf: laneCount))
      sums = plan.reserve(shape.headSize.roundedUp(toMultipleOf: laneCount))
      count = plan.count
    }
  }

  func run(scratch: RealPointer, workers: Workers) {
    let plan = Plan(shape)
    let heads = shape.batch * shape.keyHeadCount
    let furthest = (0..<shape.batch).reduce(0) { max($0, start(ofRow: $1)) } + shape.length
    let products =
      2 * furthest * shape.length * shape.headCount / shape.keyHeadCount * shape.headSize
    let headsOfPiece = max(1, Self.pieceProducts / max(1, products))
    workers.forEach((heads + headsOfPiece - 1) / headsOfPiece) { piece, worker in
      for head in piece * headsOfPiece..<min((piece + 1) * headsOfPiece, heads) {
        let (row, keyHead) = head.quotientAndRemainder(dividingBy: shape.keyHeadCount)
        HeadTask(self, plan, scratch + worker * plan.count, row: row, keyHead: keyHead).run()
      }
    }
  }

  /// Where a row's new tokens go; never beyond the cache, whatever was asked for.
  private func start(ofRow row: Int) -> Int {
    min(max(Int(starts[row]), 0), shape.capacity - shape.length)
  }

  /// One key head of one row with all its query heads.
  private struct HeadTask {
    let attention: CachedAttention
    let row: Int
    let keyHead: Int
    let start: Int
    /// `[S, C]`.
    let keys: RealPointer
    /// `[S, C]`.
    let values: RealPointer
    let query: RealPointer
    let weights: RealPointer
    let sums: RealPointer
    let size: Int
    let paddedSize: Int
    /// The lanes of a place's last vector that are of the next place, whatever lies there.
    let foreignLanes: SIMDMask<Vector.MaskStorage>

    init(
      _ attention: CachedAttention,
      _ plan: Plan,
      _ scratch: RealPointer,
      row: Int,
      keyHead: Int
    ) {
      let shape = attention.shape
      self.attention = attention
      self.row = row
      self.keyHead = keyHead
      start = attention.start(ofRow: row)
      size = shape.headSize
      paddedSize = size.roundedUp(toMultipleOf: laneCount)
      var foreignLanes = SIMDMask<Vector.MaskStorage>()
      for lane in 0..<laneCount { foreignLanes[lane] = paddedSize - laneCount + lane >= size }
      self.foreignLanes = foreignLanes
      let offset = (row * shape.keyHeadCount + keyHead) * shape.capacity * size
      keys = attention.cachedKeys + offset
      values = attention.cachedValues + offset
      query = scratch + plan.query
      weights = scratch + plan.weights
      sums = scratch + plan.sums
    }

    func run() {
      let shape = attention.shape
      for token in 0..<shape.length {
        let new = ((row * shape.length + token) * shape.keyHeadCount + keyHead) * size
        let place = (start + token) * size
        attention.rotation.rotate(
          attention.keys + new,
          at: row * shape.length + token,
          scale: 1,
          into: keys + place
        )
        (values + place).update(from: attention.values + new, count: size)
      }
      let group = shape.headCount / shape.keyHeadCount
      for head in keyHead * group..<(keyHead + 1) * group {
        for token in 0..<shape.length { attend(head: head, token: token) }
      }
    }

    private func attend(head: Int, token: Int) {
      let shape = attention.shape
      let offset = ((row * shape.length + token) * shape.headCount + head) * size
      // Beyond the head's size the query is zero, so that it may be read in whole vectors.
      (query + paddedSize - laneCount).vector = .zero
      attention.rotation.rotate(
        attention.queries + offset,
        at: row * shape.length + token,
        scale: 1 / Real(size).squareRoot(),
        into: query
      )
      let end = start + token + 1
      let first = max(0, end - shape.window)
      score(first..<end)
      let total = weigh(end - first)
      mix(first..<end)
      let target = attention.result + offset
      for coordinate in 0..<size { target[coordinate] = sums[coordinate] / total }
    }

    /// The places before this one can be read in whole vectors without leaving the head's part of the cache.
    private var endOfVectors: Int { attention.shape.capacity - (paddedSize - 1) / size }

    /// The products of the query with the keys of places, four at a time.
    @inline(__always)
    private func score(_ places: Range<Int>) {
      let query = ConstRealPointer(query)
      var place = places.lowerBound
      let end = min(places.upperBound, endOfVectors)
      let whole = size / laneCount * laneCount
      while place + 4 <= end {
        let key = ConstRealPointer(keys + place * size)
        var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
        for coordinate in stride(from: 0, to: whole, by: laneCount) {
          let part = (query + coordinate).vector
          let start = key + coordinate
          a = a.addingProduct(part, start.vector)
          b = b.addingProduct(part, (start + size).vector)
          c = c.addingProduct(part, (start + 2 * size).vector)
          d = d.addingProduct(part, (start + 3 * size).vector)
        }
        if whole < size {
          let part = (query + whole).vector
          let start = key + whole
          a = a.addingProduct(part, own(start))
          b = b.addingProduct(part, own(start + size))
          c = c.addingProduct(part, own(start + 2 * size))
          d = d.addingProduct(part, own(start + 3 * size))
        }
        let target = weights + place - places.lowerBound
        target[0] = a.sum()
        target[1] = b.sum()
        target[2] = c.sum()
        target[3] = d.sum()
        place += 4
      }
      while place < places.upperBound {
        let key = keys + place * size
        var sum: Real = 0
        for coordinate in 0..<size { sum += query[coordinate] * key[coordinate] }
        weights[place - places.lowerBound] = sum
        place += 1
      }
    }

    /// A place's last vector, zero where the next place begins: a query's zero there is not enough, since what lies in a
    /// place that was not written may be no number.
    @inline(__always)
    private func own(_ start: ConstRealPointer) -> Vector {
      start.vector.replacing(with: 0, where: foreignLanes)
    }

    /// Makes weights of so many scores, each relative to the greatest.
    ///
    /// - Returns: Their sum.
    @inline(__always)
    private func weigh(_ count: Int) -> Real {
      let end = count.roundedUp(toMultipleOf: laneCount)
      for place in count..<end { weights[place] = hiddenScore }
      return exponentiate(weights, end, minus: greatestElement(weights, end))
    }

    /// The sums of the values of places by their weights.
    @inline(__always)
    private func mix(_ places: Range<Int>) {
      let whole = max(0, min(places.upperBound, endOfVectors) - places.lowerBound)
      let values = ConstRealPointer(values + places.lowerBound * size)
      for coordinate in stride(from: 0, to: paddedSize, by: laneCount) {
        var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
        var place = 0
        while place + 4 <= whole {
          let start = values + place * size + coordinate
          a = a.addingProduct(start.vector, Vector(repeating: weights[place]))
          b = b.addingProduct((start + size).vector, Vector(repeating: weights[place + 1]))
          c = c.addingProduct((start + 2 * size).vector, Vector(repeating: weights[place + 2]))
          d = d.addingProduct((start + 3 * size).vector, Vector(repeating: weights[place + 3]))
          place += 4
        }
        while place < whole {
          let value = (values + place * size + coordinate).vector
          a = a.addingProduct(value, Vector(repeating: weights[place]))
          place += 1
        }
        (sums + coordinate).vector = (a + b) + (c + d)
      }
      for place in whole..<places.count {
        for coordinate in 0..<size {
          sums[coordinate] += weights[place] * values[place * size + coordinate]
        }
      }
    }
  }
}
