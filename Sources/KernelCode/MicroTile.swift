import CProcessor

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
  mutating func add(_ left: ConstRealPointer, _ strides: RowStrides, _ right: TileRow) {
    row0.add(left[0], right)
    row1.add(left[strides.one], right)
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
  mutating func add(_ left: ConstRealPointer, _ strides: RowStrides, _ right: TileRow) {
    row0.add(left[0], right)
    row1.add(left[strides.one], right)
    row2.add(left[2 * strides.one], right)
    row3.add(left[strides.three], right)
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

/// From a strip's first row to its second and to its fourth: all that addresses need beside a pointer.
private struct RowStrides {
  var one: Int
  var three: Int
}

/// The rows of a tile.
let tileRows = 3 * TileStrip.rowCount
/// The columns of a tile.
let tileColumns = 2 * laneCount

/// The rows of a left operand that a tile reads: element (row, depth) lies at
/// `start[row * rowStride + depth * depthStride]`, and one of the two strides is 1.
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

/// Where a tile goes.
struct TileTarget {
  /// The tile's first element; all of the tile is written.
  var start: RealPointer
  /// From one row of the result to the next.
  var stride: Int
  /// Whether to add to the result.
  var accumulating: Bool

  /// Asks for the tile's memory, which comes while the depth runs.
  @inline(__always)
  func fetch() {
    for row in 0..<tileRows {
      espalier_fetch_first(start + row * stride)
      espalier_fetch_first(start + row * stride + laneCount)
    }
  }
}

/// Memory that is read next: lines of it are asked for while a tile's depth runs, one at each of its places.
struct ReadAhead {
  var start: ConstRealPointer
  var lineCount: Int

  /// The elements of a line.
  static let lineSize = 64 / MemoryLayout<Real>.size
}

/// Multiplies `tileRows` rows by a packed slab of `tileColumns` columns.
///
/// - Parameters:
///   - left: The rows.
///   - slab: `[depth, tileColumns]`.
///   - depth: How many products each element sums.
///   - target: Where the tile goes.
@inline(__always)
func multiplyTile(
  _ left: LeftRows,
  _ slab: ConstRealPointer,
  depth: Int,
  into target: TileTarget
) {
  if left.rowStride == 1 {
    let nothing = ReadAhead(start: slab, lineCount: 0)
    multiplyColumns(
      left.start,
      left.depthStride,
      slab,
      depth: depth,
      reading: nothing,
      into: target
    )
  } else {
    let strip = TileStrip.rowCount * left.rowStride
    multiplyRows(
      left.start,
      left.start + strip,
      left.start + 2 * strip,
      RowStrides(one: left.rowStride, three: 3 * left.rowStride),
      slab,
      depth: depth,
      into: target
    )
  }
}

/// A tile whose left operand has its rows side by side, so that a place of the depth needs one address.
@inline(never)
func multiplyColumns(
  _ left: ConstRealPointer,
  _ depthStride: Int,
  _ slab: ConstRealPointer,
  depth: Int,
  reading ahead: ReadAhead,
  into target: TileTarget
) {
  let rows = TileStrip.rowCount
  let strides = RowStrides(one: 1, three: 3)
  var tile = Tile()
  var (left, slab, line) = (left, slab, ahead.start)
  let ahead = min(depth, ahead.lineCount)
  for _ in 0..<ahead {
    espalier_fetch_second(line)
    tile.add(left, left + rows, left + 2 * rows, strides, slab)
    left += depthStride
    slab += tileColumns
    line += ReadAhead.lineSize
  }
  for _ in ahead..<depth {
    tile.add(left, left + rows, left + 2 * rows, strides, slab)
    left += depthStride
    slab += tileColumns
  }
  tile.store(at: target)
}

/// A tile whose left operand has its depth side by side.
///
/// The three strips come as pointers of their own, of which the compiler does not know how they belong together: it would
/// otherwise go from row to row by additions, which take turns with products where both go through the same ports.
@inline(never)
private func multiplyRows(
  _ top: ConstRealPointer,
  _ middle: ConstRealPointer,
  _ bottom: ConstRealPointer,
  _ strides: RowStrides,
  _ slab: ConstRealPointer,
  depth: Int,
  into target: TileTarget
) {
  var tile = Tile()
  var slab = slab
  for place in 0..<depth {
    tile.add(top + place, middle + place, bottom + place, strides, slab)
    slab += tileColumns
  }
  tile.store(at: target)
}

/// Three strips in registers.
private struct Tile {
  var top = TileStrip()
  var middle = TileStrip()
  var bottom = TileStrip()

  @inline(__always)
  mutating func add(
    _ top: ConstRealPointer,
    _ middle: ConstRealPointer,
    _ bottom: ConstRealPointer,
    _ strides: RowStrides,
    _ slab: ConstRealPointer
  ) {
    let right = TileRow(first: slab.vector, second: (slab + laneCount).vector)
    self.top.add(top, strides, right)
    self.middle.add(middle, strides, right)
    self.bottom.add(bottom, strides, right)
  }

  @inline(__always)
  func store(at target: TileTarget) {
    let rows = TileStrip.rowCount * target.stride
    top.store(at: target.start, target.stride, accumulating: target.accumulating)
    middle.store(at: target.start + rows, target.stride, accumulating: target.accumulating)
    bottom.store(at: target.start + 2 * rows, target.stride, accumulating: target.accumulating)
  }
}
