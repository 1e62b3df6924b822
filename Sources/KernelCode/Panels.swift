// Operands are copied into the order in which tiles read them: the right one into slabs of
// `tileColumns` columns, `[slab, depth, tileColumns]`, the left one, where its rows do not lie in memory as
// a tile can read them, into strips of `tileRows` rows, `[strip, depth, tileRows]`. What a slab or a
// strip has beyond the operand is zero.

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

/// Packs the slab that begins at a column.
///
/// - Parameters:
///   - right: The operand.
///   - column: The slab's first column.
///   - columns: How many columns the operand has.
///   - depth: How many of the operand's rows are packed, from the first one.
///   - slab: `[depth, tileColumns]`.
func packSlab(
  _ right: RightColumns,
  column: Int,
  columns: Int,
  depth: Int,
  into slab: RealPointer
) {
  let width = min(tileColumns, columns - column)
  if width < tileColumns { slab.clear(depth * tileColumns) }
  if right.columnStride == 1 {
    packRows(right, column: column, width: width, depth: depth, into: slab)
  } else {
    for offset in 0..<width {
      let source = right.start + (column + offset) * right.columnStride
      let target = slab + offset
      for row in 0..<depth { target[row * tileColumns] = source[row] }
    }
  }
}

@inline(__always)
private func packRows(
  _ right: RightColumns,
  column: Int,
  width: Int,
  depth: Int,
  into slab: RealPointer
) {
  for row in 0..<depth {
    let source = right.start + row * right.depthStride + column
    let target = slab + row * tileColumns
    if width == tileColumns {
      target.vector = source.vector
      (target + laneCount).vector = (source + laneCount).vector
    } else {
      for offset in 0..<width { target[offset] = source[offset] }
    }
  }
}

/// Packs a range of the depth of all strips of a left operand whose rows run along the depth's stride,
/// that is, whose `rowStride` is 1.
///
/// - Parameters:
///   - left: The operand from depth 0.
///   - rows: How many rows it has.
///   - range: Which part of the depth.
///   - depth: The depth of a strip.
///   - strips: `[strips, depth, tileRows]`.
func packStrips(
  _ left: LeftRows,
  rows: Int,
  range: Range<Int>,
  depth: Int,
  into strips: RealPointer
) {
  let wholeStrips = rows / tileRows
  let rest = rows % tileRows
  for place in range {
    // Along the operand's memory, not along a strip: its rows would fall into few cache sets.
    let source = left.start + place * left.depthStride
    for strip in 0..<wholeStrips {
      let target = strips + (strip * depth + place) * tileRows
      for row in 0..<tileRows { target[row] = source[strip * tileRows + row] }
    }
    guard rest > 0 else { continue }
    let target = strips + (wholeStrips * depth + place) * tileRows
    for row in 0..<tileRows {
      target[row] = row < rest ? source[wholeStrips * tileRows + row] : 0
    }
  }
}

/// Packs the last rows of a left operand, fewer than a strip, whose depth runs along its memory.
///
/// - Parameters:
///   - left: The operand from its first left-over row.
///   - rows: How many rows are left over.
///   - depth: The depth of a strip.
///   - strip: `[depth, tileRows]`.
func packRest(_ left: LeftRows, rows: Int, depth: Int, into strip: RealPointer) {
  strip.clear(depth * tileRows)
  for row in 0..<rows {
    let source = left.start + row * left.rowStride
    for place in 0..<depth { strip[place * tileRows + row] = source[place] }
  }
}
