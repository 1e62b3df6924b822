import KernelInterface
import PJRT

/// Threads that share the loops of a call; see `WorkerTeam`.
struct Workers {
  let count: Int
  private let team: WorkerTeam

  init(frame: CustomCallFrame, count: Int) {
    self.count = count
    team = frame.team(of: count)
  }

  @inline(__always)
  func forEach(_ count: Int, _ body: (_ index: Int, _ worker: Int) -> Void) {
    team.forEach(count, body)
  }
}

/// A product of two matrices by packed blocks.
///
/// The depth is worked through in rounds that bound the scratch memory. In a round the right operand,
/// and where needed the left one, is packed by all workers together; then the result is divided into
/// blocks that the workers take one by one. Within a block the depth runs in steps for which a slab
/// and a strip fit into the first-level cache. The order of every sum depends on the sizes and that cache alone, not
/// on the number of workers. Source for the scheme: Goto and van de Geijn 2008, sections 4 and 5.
struct MatrixProduct {
  var rows: Int
  var columns: Int
  var depth: Int
  /// Whether the left operand's rows have stride 1, so that it has to be packed.
  var leftIsTransposed: Bool

  /// The depth of a round.
  static let roundDepth = 2048
  /// The depth of a step: at 256 a slab of 32 columns takes 32 KB and a strip of 12 rows 12 KB.
  static let stepDepth = FirstLevelCache.current.stepDepth(
    bytesADepth: (tileRows + tileColumns) * MemoryLayout<Real>.size
  )
  /// The depth that a worker packs at once.
  static let packedPart = 64
  /// The most strips of a block.
  static let blockStrips = 10

  private var slabCount: Int { (columns + tileColumns - 1) / tileColumns }
  private var stripCount: Int { (rows + tileRows - 1) / tileRows }
  private var panelDepth: Int { min(depth, Self.roundDepth) }
  /// Strips that are packed: all, or the last one where rows are left over.
  private var packedStripCount: Int {
    leftIsTransposed ? stripCount : (rows % tileRows == 0 ? 0 : 1)
  }

  /// How many elements of scratch memory a product needs.
  func scratchCount(workers: Int) -> Int {
    slabCount * panelDepth * tileColumns + packedStripCount * panelDepth * tileRows
      + workers * tileRows * tileColumns
  }

  /// Computes the product.
  ///
  /// - Parameters:
  ///   - left: The left operand.
  ///   - right: The right operand.
  ///   - result: `[rows, columns]`, its rows `resultStride` apart.
  ///   - resultStride: From one row of the result to the next.
  ///   - accumulating: Whether to add to the result.
  ///   - scratch: Memory for ``scratchCount(workers:)`` elements.
  ///   - workers: Who works.
  func multiply(
    _ left: LeftRows,
    _ right: RightColumns,
    into result: RealPointer,
    resultStride: Int,
    accumulating: Bool,
    scratch: RealPointer,
    workers: Workers
  ) {
    let slabs = scratch
    let strips = slabs + slabCount * panelDepth * tileColumns
    let tiles = strips + packedStripCount * panelDepth * tileRows
    for start in stride(from: 0, to: depth, by: Self.roundDepth) {
      let round = Round(
        product: self,
        left: left.advanced(depth: start),
        slabs: slabs,
        strips: strips,
        tiles: tiles,
        depth: min(Self.roundDepth, depth - start),
        result: result,
        resultStride: resultStride,
        accumulating: accumulating || start > 0
      )
      round.pack(right.advanced(depth: start), workers)
      round.multiply(workers)
    }
  }

  /// One round: some of the depth, packed.
  private struct Round {
    let product: MatrixProduct
    let left: LeftRows
    let slabs: RealPointer
    let strips: RealPointer
    let tiles: RealPointer
    let depth: Int
    let result: RealPointer
    let resultStride: Int
    let accumulating: Bool

    func pack(_ right: RightColumns, _ workers: Workers) {
      let parts = (depth + MatrixProduct.packedPart - 1) / MatrixProduct.packedPart
      let rest = product.leftIsTransposed ? 0 : product.packedStripCount
      workers.forEach(parts + rest) { index, _ in
        guard index < parts else {
          packRemainder()
          return
        }
        let start = index * MatrixProduct.packedPart
        let range = start..<min(start + MatrixProduct.packedPart, depth)
        packSlabs(right, columns: product.columns, range: range, depth: depth, into: slabs)
        guard product.leftIsTransposed else { return }
        packStrips(left, rows: product.rows, range: range, depth: depth, into: strips)
      }
    }

    private func packRemainder() {
      let rest = product.rows % tileRows
      packRest(
        left.advanced(rows: product.rows - rest),
        rows: rest,
        depth: depth,
        into: strips
      )
    }

    func multiply(_ workers: Workers) {
      let (strips, slabs) = (product.stripCount, product.slabCount)
      // Several blocks a worker, so that one that is late is not waited for long.
      let wanted = 4 * workers.count
      let blockStrips = min(MatrixProduct.blockStrips, max(4, (strips + wanted - 1) / wanted))
      let rowBlocks = (strips + blockStrips - 1) / blockStrips
      let columnBlocks = min((slabs + 3) / 4, max(1, (wanted + rowBlocks - 1) / rowBlocks))
      workers.forEach(rowBlocks * columnBlocks) { index, worker in
        let (row, column) = (index / columnBlocks, index % columnBlocks)
        multiplyBlock(
          strips: row * blockStrips..<min((row + 1) * blockStrips, strips),
          slabs: column * slabs / columnBlocks..<(column + 1) * slabs / columnBlocks,
          tile: tiles + worker * tileRows * tileColumns
        )
      }
    }

    private func multiplyBlock(strips: Range<Int>, slabs: Range<Int>, tile: RealPointer) {
      let stepDepth = MatrixProduct.stepDepth
      for start in stride(from: 0, to: depth, by: stepDepth) {
        let step = min(stepDepth, depth - start)
        let accumulating = accumulating || start > 0
        for slab in slabs {
          let packed = self.slabs + (slab * depth + start) * tileColumns
          for strip in strips {
            writeTile(
              rowsOfStrip(strip, from: start),
              packed,
              depth: step,
              strip: strip,
              slab: slab,
              tile: tile,
              accumulating: accumulating
            )
          }
        }
      }
    }

    private func rowsOfStrip(_ strip: Int, from start: Int) -> LeftRows {
      let packed = product.leftIsTransposed ? strip : strip - product.rows / tileRows
      guard packed >= 0 else {
        return left.advanced(rows: strip * tileRows).advanced(depth: start)
      }
      return LeftRows(
        start: ConstRealPointer(strips) + (packed * depth + start) * tileRows,
        rowStride: 1,
        depthStride: tileRows
      )
    }

    /// Writes a tile, by way of a whole one where the result ends within it.
    private func writeTile(
      _ left: LeftRows,
      _ slab: ConstRealPointer,
      depth: Int,
      strip: Int,
      slab number: Int,
      tile: RealPointer,
      accumulating: Bool
    ) {
      let (row, column) = (strip * tileRows, number * tileColumns)
      let target = result + row * resultStride + column
      let height = min(tileRows, product.rows - row)
      let width = min(tileColumns, product.columns - column)
      if height == tileRows, width == tileColumns {
        multiplyTile(
          left,
          slab,
          depth: depth,
          into: target,
          resultStride: resultStride,
          accumulating: accumulating
        )
        return
      }
      multiplyTile(
        left,
        slab,
        depth: depth,
        into: tile,
        resultStride: tileColumns,
        accumulating: false
      )
      for row in 0..<height {
        let (source, target) = (tile + row * tileColumns, target + row * resultStride)
        for column in 0..<width {
          target[column] = accumulating ? target[column] + source[column] : source[column]
        }
      }
    }
  }
}
