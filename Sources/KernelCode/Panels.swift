import CProcessor

// Operands are copied into the order in which tiles read them: the right one into slabs of
// `tileColumns` columns, `[slab, depth, tileColumns]`, the left one into strips of `tileRows` rows,
// `[strip, depth, tileRows]`. What a slab or a strip has beyond the operand is zero.

/// A right operand: element (depth, column) lies at `start[depth * depthStride + column * columnStride]`;
/// one of the two strides is 1.
struct RightColumns {
  var start: ConstRealPointer
  var depthStride: Int
  var columnStride: Int

  func advanced(depth: Int) -> RightColumns {
    RightColumns(
      start: start + depth * depthStride,
      depthStride: depthStride,
      columnStride: columnStride
    )
  }
}

/// How many places of the depth are packed at once where they lie side by side: a line of memory.
private let packedRun = 16

/// Packs a range of the depth of all slabs.
///
/// - Parameters:
///   - right: The operand.
///   - columns: How many columns it has.
///   - range: Which part of the depth.
///   - depth: The depth of a slab.
///   - slabs: `[slabs, depth, tileColumns]`.
func packSlabs(
  _ right: RightColumns,
  columns: Int,
  range: Range<Int>,
  depth: Int,
  into slabs: RealPointer
) {
  let whole = columns / tileColumns * tileColumns
  if right.columnStride == 1 {
    packRows(right, columns: whole, range: range, depth: depth, into: slabs)
  } else {
    packColumns(right, columns: whole, range: range, depth: depth, into: slabs)
  }
  guard whole < columns else { return }
  packEdge(right, column: whole, width: columns - whole, run: range, into: slabs + whole * depth)
}

/// Packs whole slabs of an operand whose columns lie side by side, along its memory.
private func packRows(
  _ right: RightColumns,
  columns: Int,
  range: Range<Int>,
  depth: Int,
  into slabs: RealPointer
) {
  for row in range {
    let source = right.start + row * right.depthStride
    for column in stride(from: 0, to: columns, by: tileColumns) {
      let target = slabs + column * depth + row * tileColumns
      target.vector = (source + column).vector
      (target + laneCount).vector = (source + column + laneCount).vector
    }
  }
}

/// Packs whole slabs of an operand whose depth lies side by side.
private func packColumns(
  _ right: RightColumns,
  columns: Int,
  range: Range<Int>,
  depth: Int,
  into slabs: RealPointer
) {
  for start in stride(from: range.lowerBound, to: range.upperBound, by: packedRun) {
    let run = start..<min(start + packedRun, range.upperBound)
    for column in stride(from: 0, to: columns, by: 4) {
      let slab = slabs + column / tileColumns * tileColumns * depth
      packFourRows(
        LeftRows(
          start: right.start + column * right.columnStride + start,
          rowStride: right.columnStride,
          depthStride: 1
        ),
        depth: run.count,
        width: tileColumns,
        into: slab + start * tileColumns + column % tileColumns
      )
    }
  }
}

private func packEdge(
  _ right: RightColumns,
  column: Int,
  width: Int,
  run: Range<Int>,
  into slab: RealPointer
) {
  for row in run {
    let source = right.start + row * right.depthStride + column * right.columnStride
    let target = slab + row * tileColumns
    for offset in 0..<tileColumns {
      target[offset] = offset < width ? source[offset * right.columnStride] : 0
    }
  }
}

/// Packs a left operand into strips.
///
/// - Parameters:
///   - left: The operand.
///   - rows: How many rows it has.
///   - depth: How far it reaches.
///   - strips: `[strips, depth, tileRows]`.
func packStrips(_ left: LeftRows, rows: Int, depth: Int, into strips: RealPointer) {
  let whole = rows / tileRows * tileRows
  if whole < rows { (strips + whole * depth).clear(tileRows * depth) }
  if left.rowStride == 1 {
    packPlaces(left, rows: rows, depth: depth, into: strips)
    return
  }
  for row in stride(from: 0, to: rows, by: tileRows) {
    packRowsOfStrip(
      left.advanced(rows: row),
      rows: min(tileRows, rows - row),
      depth: depth,
      width: tileRows,
      into: strips + row * depth
    )
  }
}

/// Packs strips of an operand whose rows lie side by side, along its memory.
///
/// A block's rows are a short piece of each place of the depth, for which the processor does not look ahead by itself.
private func packPlaces(_ left: LeftRows, rows: Int, depth: Int, into strips: RealPointer) {
  let whole = rows / tileRows * tileRows
  let bytes = tileRows * MemoryLayout<Real>.size
  for place in 0..<depth {
    let source = left.start + place * left.depthStride
    for line in stride(from: 0, to: rows, by: ReadAhead.lineSize) {
      espalier_fetch_first(source + 8 * left.depthStride + line)
    }
    let target = strips + place * tileRows
    for row in stride(from: 0, to: whole, by: tileRows) {
      UnsafeMutableRawPointer(target + row * depth).copyMemory(from: source + row, byteCount: bytes)
    }
    let last = target + whole * depth - whole
    for row in whole..<rows { last[row] = source[row] }
  }
}

/// Packs the first rows of a strip or slab of some width, `[depth, width]`, and leaves the others alone; the operand's
/// depth runs along its memory.
func packRowsOfStrip(
  _ left: LeftRows,
  rows: Int,
  depth: Int,
  width: Int,
  into strip: RealPointer
) {
  let fours = rows / 4 * 4
  for row in stride(from: 0, to: fours, by: 4) {
    packFourRows(left.advanced(rows: row), depth: depth, width: width, into: strip + row)
  }
  for row in fours..<rows {
    let source = left.start + row * left.rowStride
    for place in 0..<depth { strip[place * width + row] = source[place] }
  }
}

/// Writes four rows, whose depth runs along their memory, as columns of a strip or slab of some width, four by four.
private func packFourRows(_ left: LeftRows, depth: Int, width: Int, into strip: RealPointer) {
  let (row0, stride) = (left.start, left.rowStride)
  let (row1, row2, row3) = (row0 + stride, row0 + 2 * stride, row0 + 3 * stride)
  let whole = depth / 4 * 4
  for place in Swift.stride(from: 0, to: whole, by: 4) {
    let square = Square(
      (row0 + place).quadruple,
      (row1 + place).quadruple,
      (row2 + place).quadruple,
      (row3 + place).quadruple
    )
    let target = strip + place * width
    target.quadruple = square.column0
    (target + width).quadruple = square.column1
    (target + 2 * width).quadruple = square.column2
    (target + 3 * width).quadruple = square.column3
  }
  for place in whole..<depth {
    let target = strip + place * width
    target[0] = row0[place]
    target[1] = row1[place]
    target[2] = row2[place]
    target[3] = row3[place]
  }
}

private typealias Quadruple = SIMD4<Real>

/// Four rows of four elements, read as columns.
private struct Square {
  let column0: Quadruple
  let column1: Quadruple
  let column2: Quadruple
  let column3: Quadruple

  @inline(__always)
  init(_ row0: Quadruple, _ row1: Quadruple, _ row2: Quadruple, _ row3: Quadruple) {
    column0 = Quadruple(row0[0], row1[0], row2[0], row3[0])
    column1 = Quadruple(row0[1], row1[1], row2[1], row3[1])
    column2 = Quadruple(row0[2], row1[2], row2[2], row3[2])
    column3 = Quadruple(row0[3], row1[3], row2[3], row3[3])
  }
}

extension UnsafePointer<Real> {
  @inline(__always) fileprivate var quadruple: Quadruple {
    UnsafeRawPointer(self).loadUnaligned(as: Quadruple.self)
  }
}

extension UnsafeMutablePointer<Real> {
  @inline(__always) fileprivate var quadruple: Quadruple {
    get { UnsafeRawPointer(self).loadUnaligned(as: Quadruple.self) }
    nonmutating set { UnsafeMutableRawPointer(self).storeBytes(of: newValue, as: Quadruple.self) }
  }
}
