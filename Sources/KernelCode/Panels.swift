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

/// How many rows of the depth are packed at once: few enough that what is read of them, at the same place
/// of each row, stays in the first-level cache until its neighbours are read.
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
  for start in stride(from: range.lowerBound, to: range.upperBound, by: packedRun) {
    let run = start..<min(start + packedRun, range.upperBound)
    for column in stride(from: 0, to: columns, by: tileColumns) {
      let slab = slabs + column * depth
      let width = min(tileColumns, columns - column)
      if width < tileColumns {
        packEdge(right, column: column, width: width, run: run, into: slab)
      } else if right.columnStride == 1 {
        for row in run {
          let source = right.start + row * right.depthStride + column
          let target = slab + row * tileColumns
          target.vector = source.vector
          (target + laneCount).vector = (source + laneCount).vector
        }
      } else {
        for offset in 0..<tileColumns {
          let source = right.start + (column + offset) * right.columnStride
          for row in run { slab[row * tileColumns + offset] = source[row] }
        }
      }
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
  let stripBytes = tileRows * MemoryLayout<Real>.size
  for start in stride(from: range.lowerBound, to: range.upperBound, by: packedRun) {
    let run = start..<min(start + packedRun, range.upperBound)
    for row in stride(from: 0, to: rows, by: tileRows) {
      let strip = strips + row * depth
      let height = min(tileRows, rows - row)
      for place in run {
        let source = left.start + place * left.depthStride + row
        let target = strip + place * tileRows
        if height == tileRows {
          UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: stripBytes)
        } else {
          for offset in 0..<tileRows { target[offset] = offset < height ? source[offset] : 0 }
        }
      }
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
