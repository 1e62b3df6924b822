// The heart of every product here: a tile of the result that stays in registers while the depth runs.
//
// A tile is three strips high and two vectors wide. A strip has four rows where there are 32 vector
// registers (24 hold the tile) and two where there are 16 (12 hold it). Rows are named fields and not
// an array, since only fields are sure to live in registers.

/// Two vectors of one row.
private struct TileRow {
  var first = Vector.zero
  var second = Vector.zero

  @inline(__always)
  mutating func add(_ factor: Real, _ right: TileRow) {
    let factor = Vector(repeating: factor)
    first = first.addingProduct(factor, right.first)
    second = second.addingProduct(factor, right.second)
  }

  @inline(__always)
  func store(at row: RealPointer, accumulating: Bool) {
    if accumulating {
      row.vector += first
      (row + laneCount).vector += second
    } else {
      row.vector = first
      (row + laneCount).vector = second
    }
  }
}

#if KERNEL_16_REGISTERS
private struct TileStrip {
  static let rowCount = 2
  var row0 = TileRow()
  var row1 = TileRow()

  @inline(__always)
  mutating func add(_ left: ConstRealPointer, _ rowStride: Int, _ right: TileRow) {
    row0.add(left[0], right)
    row1.add(left[rowStride], right)
  }

  @inline(__always)
  func store(at start: RealPointer, _ rowStride: Int, accumulating: Bool) {
    row0.store(at: start, accumulating: accumulating)
    row1.store(at: start + rowStride, accumulating: accumulating)
  }
}
#else
private struct TileStrip {
  static let rowCount = 4
  var row0 = TileRow()
  var row1 = TileRow()
  var row2 = TileRow()
  var row3 = TileRow()

  @inline(__always)
  mutating func add(_ left: ConstRealPointer, _ rowStride: Int, _ right: TileRow) {
    row0.add(left[0], right)
    row1.add(left[rowStride], right)
    row2.add(left[2 * rowStride], right)
    row3.add(left[3 * rowStride], right)
  }

  @inline(__always)
  func store(at start: RealPointer, _ rowStride: Int, accumulating: Bool) {
    row0.store(at: start, accumulating: accumulating)
    row1.store(at: start + rowStride, accumulating: accumulating)
    row2.store(at: start + 2 * rowStride, accumulating: accumulating)
    row3.store(at: start + 3 * rowStride, accumulating: accumulating)
  }
}
#endif

/// The rows of a tile.
let tileRows = 3 * TileStrip.rowCount
/// The columns of a tile.
let tileColumns = 2 * laneCount

/// The rows of a left operand that a tile reads: element (row, depth) lies at
/// `start[row * rowStride + depth * depthStride]`.
struct LeftRows {
  var start: ConstRealPointer
  var rowStride: Int
  var depthStride: Int

  @inline(__always)
  func advanced(rows: Int) -> LeftRows {
    LeftRows(start: start + rows * rowStride, rowStride: rowStride, depthStride: depthStride)
  }

  @inline(__always)
  func advanced(depth: Int) -> LeftRows {
    LeftRows(start: start + depth * depthStride, rowStride: rowStride, depthStride: depthStride)
  }
}

/// Multiplies `tileRows` rows by a packed slab of `tileColumns` columns.
///
/// - Parameters:
///   - left: The rows.
///   - slab: `[depth, tileColumns]`.
///   - depth: How many products each element sums.
///   - result: The tile's first element; all of the tile is written.
///   - resultStride: From one row of the result to the next.
///   - accumulating: Whether to add to the result.
@inline(never)
func multiplyTile(
  _ left: LeftRows,
  _ slab: ConstRealPointer,
  depth: Int,
  into result: RealPointer,
  resultStride: Int,
  accumulating: Bool
) {
  let rows = TileStrip.rowCount
  var (top, middle, bottom) = (TileStrip(), TileStrip(), TileStrip())
  var left0 = left.start
  var left1 = left0 + rows * left.rowStride
  var left2 = left1 + rows * left.rowStride
  var slab = slab
  for _ in 0..<depth {
    let right = TileRow(first: slab.vector, second: (slab + laneCount).vector)
    top.add(left0, left.rowStride, right)
    middle.add(left1, left.rowStride, right)
    bottom.add(left2, left.rowStride, right)
    left0 += left.depthStride
    left1 += left.depthStride
    left2 += left.depthStride
    slab += tileColumns
  }
  top.store(at: result, resultStride, accumulating: accumulating)
  middle.store(at: result + rows * resultStride, resultStride, accumulating: accumulating)
  bottom.store(at: result + 2 * rows * resultStride, resultStride, accumulating: accumulating)
}
