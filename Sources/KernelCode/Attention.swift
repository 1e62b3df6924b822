import KernelInterface

// B batch, T tokens, H query heads, K key and value heads, C head size.

#if KERNEL_DOUBLE
/// What a document's number is compared as: as wide as an element, so that masks fit vectors.
typealias DocumentLabel = Int64
#else
/// What a document's number is compared as: as wide as an element, so that masks fit vectors.
typealias DocumentLabel = Int32
#endif

/// What forward and backward attention share: operands, sizes of blocks, scores.
///
/// One worker takes a key head of a sequence with all its query heads. Queries go in blocks of
/// ``queryBlock`` rows, keys in blocks of ``keyBlock``, and what lies above the diagonal is left out tile by
/// tile, so memory grows with the length and not with its square. Rotary positions are applied while
/// operands are packed, and undone while gradients are written. Sources: Dao et al. 2022,
/// "FlashAttention", section 3.1; Dao 2023, "FlashAttention-2", section 3.1.
struct Attention {
  let shape: AttentionShape
  /// `[B, T, H, C]`.
  let queries: ConstRealPointer
  /// `[B, T, K, C]`.
  let keys: ConstRealPointer
  /// `[B, T, K, C]`.
  let values: ConstRealPointer
  let rotation: Rotation
  /// `[B, T]`; nil when documents are not kept apart.
  let documents: UnsafePointer<Int32>?
  /// `[B]`; nil when attention is causal.
  let prefixLengths: UnsafePointer<Int32>?

  /// Keys a block; a multiple of every tile's rows and columns.
  static let keyBlock = 192
  /// From one row of scores to the next: room for a block, and for a tile that ends beyond it.
  static let scoreStride = keyBlock + tileColumns

  /// Rows of a block of queries: about 64, even for the length, whole tiles.
  static func queryBlock(length: Int) -> Int {
    let blocks = (length + 71) / 72
    return ((length + blocks - 1) / blocks).roundedUp(toMultipleOf: tileRows)
  }

  /// The length rounded up, so that a key block can be read and written as whole tiles.
  static func paddedLength(_ length: Int) -> Int {
    length.roundedUp(toMultipleOf: tileColumns) + tileRows
  }

  var groupSize: Int { shape.headCount / shape.keyHeadCount }
  var scale: Real { 1 / Real(shape.headSize).squareRoot() }
  var paddedLength: Int { Self.paddedLength(shape.length) }
  var paddedHeadSize: Int { shape.headSize.roundedUp(toMultipleOf: tileColumns) }

  /// How many of a sequence's first tokens all of it sees.
  func prefixLength(sequence: Int) -> Int {
    guard let prefixLengths else { return 0 }
    return min(max(Int(prefixLengths[sequence]), 0), shape.length)
  }

  /// Where a query head's coordinates begin; the same in the result and in gradients.
  func queryOffset(sequence: Int, token: Int, head: Int) -> Int {
    ((sequence * shape.length + token) * shape.headCount + head) * shape.headSize
  }

  /// Where a key head's coordinates begin.
  func keyOffset(sequence: Int, token: Int, head: Int) -> Int {
    ((sequence * shape.length + token) * shape.keyHeadCount + head) * shape.headSize
  }

  /// Where a row of a head begins in the logarithms of the sums, `[B, H, T]`.
  func rowOffset(sequence: Int, token: Int, head: Int) -> Int {
    (sequence * shape.headCount + head) * shape.length + token
  }
}

// Dividing the work.
extension Attention {
  /// Runs a body for each key head of each sequence, which one worker takes with all its query heads.
  func forEachKeyHead(
    _ workers: Workers,
    _ body: (_ sequence: Int, _ keyHead: Int, _ worker: Int) -> Void
  ) {
    workers.forEach(shape.batch * shape.keyHeadCount) { task, worker in
      let (sequence, keyHead) = task.quotientAndRemainder(dividingBy: shape.keyHeadCount)
      body(sequence, keyHead, worker)
    }
  }

  /// Runs a body for each block of queries of each query head that shares a key head.
  func forEachQueryBlock(
    of keyHead: Int,
    _ body: (_ head: Int, _ first: Int, _ rows: Int) -> Void
  ) {
    let block = Self.queryBlock(length: shape.length)
    for member in 0..<groupSize {
      for first in stride(from: 0, to: shape.length, by: block) {
        body(keyHead * groupSize + member, first, min(block, shape.length - first))
      }
    }
  }
}

// Packing.
extension Attention {
  /// Packs rows so that coordinates run along the depth: `[T / tileColumns, C, tileColumns]`.
  ///
  /// - Parameters:
  ///   - slabs: Where they go.
  ///   - rows: Where some tokens' rows lie, one `stride` after the other; asked for as many at a time as ``turnedRows``.
  func packTransposed(
    into slabs: RealPointer,
    _ rows: (_ tokens: Range<Int>) -> (start: ConstRealPointer, stride: Int)
  ) {
    let size = shape.headSize
    let padded = shape.length.roundedUp(toMultipleOf: tileColumns)
    if padded > shape.length { (slabs + (padded - tileColumns) * size).clear(tileColumns * size) }
    for first in stride(from: 0, to: shape.length, by: Self.turnedRows) {
      let tokens = first..<min(first + Self.turnedRows, shape.length)
      let (start, stride) = rows(tokens)
      let column = first % tileColumns
      packRowsOfStrip(
        LeftRows(start: start, rowStride: stride, depthStride: 1),
        rows: tokens.count,
        depth: size,
        width: tileColumns,
        into: slabs + (first - column) * size + column
      )
    }
  }

  /// Packs a head's keys, turned by their positions, by way of memory for ``turnedRows`` of them.
  func packRotatedKeys(
    of keyHead: Int,
    sequence: Int,
    by rows: RealPointer,
    into slabs: RealPointer
  ) {
    packTransposed(into: slabs) { tokens in
      for (place, token) in tokens.enumerated() {
        let offset = keyOffset(sequence: sequence, token: token, head: keyHead)
        rotation.rotate(keys + offset, at: token, scale: 1, into: rows + place * shape.headSize)
      }
      return (ConstRealPointer(rows), shape.headSize)
    }
  }

  /// How many rows are turned at once; it divides a tile's columns.
  static let turnedRows = 4

  /// Packs rows so that tokens run along the depth: `[C / tileColumns, depth, tileColumns]`.
  func packRows(
    _ tokens: Range<Int>,
    depth: Int,
    into slabs: RealPointer,
    _ row: (_ token: Int) -> ConstRealPointer
  ) {
    let size = shape.headSize
    for token in tokens {
      let source = row(token)
      let target = slabs + (token - tokens.lowerBound) * tileColumns
      for column in stride(from: 0, to: size, by: tileColumns) {
        let (source, target) = (source + column, target + column * depth)
        if column + tileColumns <= size {
          target.vector = source.vector
          (target + laneCount).vector = (source + laneCount).vector
        } else {
          for offset in 0..<tileColumns {
            target[offset] = column + offset < size ? source[offset] : 0
          }
        }
      }
    }
  }

  /// Copies the documents' numbers of a sequence to where they can be compared with masks of vectors.
  func copyLabels(sequence: Int, into labels: UnsafeMutablePointer<DocumentLabel>) {
    guard let documents else { return }
    let source = documents + sequence * shape.length
    for token in 0..<shape.length { labels[token] = DocumentLabel(source[token]) }
    for token in shape.length..<paddedLength { labels[token] = -1 }
  }
}

// Scores.
extension Attention {
  /// The part of the scores that is worked on at once.
  struct Window {
    /// The first query, and how many.
    var query: Int
    var rows: Int
    /// The first key, and how many.
    var key: Int
    var columns: Int
    /// How many of the sequence's first keys every row sees.
    var prefix: Int

    /// How many of the window's keys a row sees; they are its first ones.
    @inline(__always)
    func visibleColumns(row: Int) -> Int {
      max(0, min(columns, max(query + row + 1, prefix) - key))
    }

    /// How many of the window's keys any row of a tile sees.
    @inline(__always)
    func visibleColumns(tileFrom row: Int) -> Int {
      visibleColumns(row: min(row + tileRows, rows) - 1)
    }

    /// The first of the window's rows that sees a key.
    @inline(__always)
    func firstRow(seeing column: Int) -> Int {
      key + column < prefix ? 0 : max(0, key + column - query)
    }

    /// The columns that products of whole tiles read.
    var paddedColumns: Int {
      max(
        columns.roundedUp(toMultipleOf: tileColumns),
        columns.roundedUp(toMultipleOf: tileRows)
      )
    }
  }

  /// Runs a body for each block of keys that a block of queries sees any of.
  @inline(__always)
  func forEachWindow(
    from first: Int,
    rows: Int,
    sequence: Int,
    _ body: (Window) -> Void
  ) {
    let prefix = prefixLength(sequence: sequence)
    let end = max(first + rows, prefix)
    for key in stride(from: 0, to: end, by: Self.keyBlock) {
      body(
        Window(
          query: first,
          rows: rows,
          key: key,
          columns: min(Self.keyBlock, end - key),
          prefix: prefix
        )
      )
    }
  }

  /// `[rows, columns]` products of rows and packed keys, but for tiles nobody sees.
  @inline(__always)
  func multiplyVisible(
    _ rows: ConstRealPointer,
    _ slabs: ConstRealPointer,
    _ window: Window,
    into scores: RealPointer
  ) {
    let size = shape.headSize
    for row in stride(from: 0, to: window.rows, by: tileRows) {
      let left = LeftRows(start: rows + row * size, rowStride: size, depthStride: 1)
      let visible = window.visibleColumns(tileFrom: row)
      for column in stride(from: 0, to: visible, by: tileColumns) {
        multiplyTile(
          left,
          slabs + (window.key + column) * size,
          depth: size,
          into: TileTarget(
            start: scores + row * Self.scoreStride + column,
            stride: Self.scoreStride,
            accumulating: false
          )
        )
      }
    }
  }

  /// `[rows, C]` sums over the keys of weights times packed rows of keys or values.
  @inline(__always)
  func mix(
    _ weights: ConstRealPointer,
    _ slabs: ConstRealPointer,
    _ window: Window,
    into result: RealPointer,
    accumulating: Bool
  ) {
    for column in stride(from: 0, to: shape.headSize, by: tileColumns) {
      let slab = slabs + column * paddedLength + window.key * tileColumns
      for row in stride(from: 0, to: window.rows, by: tileRows) {
        multiplyTile(
          LeftRows(
            start: weights + row * Self.scoreStride,
            rowStride: Self.scoreStride,
            depthStride: 1
          ),
          slab,
          depth: window.visibleColumns(tileFrom: row),
          into: TileTarget(
            start: result + row * paddedHeadSize + column,
            stride: paddedHeadSize,
            accumulating: accumulating
          )
        )
      }
    }
  }

  /// Hides in a row of scores what its query does not see, up to a whole vector.
  @inline(__always)
  func hide(
    _ row: Int,
    of window: Window,
    _ scores: RealPointer,
    _ labels: UnsafePointer<DocumentLabel>
  ) {
    let visible = window.visibleColumns(row: row)
    for column in visible..<visible.roundedUp(toMultipleOf: laneCount) {
      scores[column] = hiddenScore
    }
    guard documents != nil else { return }
    let own = Vector.MaskStorage(repeating: labels[window.query + row])
    let hidden = Vector(repeating: hiddenScore)
    for column in stride(from: 0, to: visible, by: laneCount) {
      let others = UnsafeRawPointer(labels + window.key + column)
        .loadUnaligned(as: Vector.MaskStorage.self)
      let place = scores + column
      place.vector = place.vector.replacing(with: hidden, where: others .!= own)
    }
  }
}
