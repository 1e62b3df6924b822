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
/// The depth is worked through in rounds that bound the scratch memory. In a round the right operand
/// is packed by all workers together; then the result is divided into blocks that the workers take one by one. Within
/// a block the depth runs in steps for which a slab and a strip fit into the first-level cache; whoever has the block packs
/// its strips for a step, which then lie in the second-level cache. The order of every sum depends on the sizes and the
/// first-level cache alone, not on the number of workers. Source for the scheme: Goto and van de Geijn 2008, sections 4
/// and 5.
struct MatrixProduct {
  var rows: Int
  var columns: Int
  var depth: Int

  /// The depth of a round.
  static let roundDepth = 2048
  /// The depth of a step: at 256 a slab of 32 columns takes 32 KB and a strip of 12 rows 12 KB.
  static let stepDepth = FirstLevelCache.current.stepDepth(
    bytesADepth: (tileRows + tileColumns) * MemoryLayout<Real>.size
  )
  /// The depth that a worker packs at once.
  static let packedPart = 64
  /// The most strips of a block.
  static let blockStrips = 6

  private var slabCount: Int { (columns + tileColumns - 1) / tileColumns }
  private var stripCount: Int { (rows + tileRows - 1) / tileRows }
  private var panelDepth: Int { min(depth, Self.roundDepth) }
  /// A worker's memory: a block's strips for a step, and a tile.
  private var workerMemoryCount: Int {
    (Self.blockStrips * min(depth, Self.stepDepth) + tileColumns) * tileRows
  }

  /// How many elements of scratch memory a product needs.
  func scratchCount(workers: Int) -> Int {
    slabCount * panelDepth * tileColumns + workers * workerMemoryCount
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
    for start in stride(from: 0, to: depth, by: Self.roundDepth) {
      let round = Round(
        product: self,
        left: left.advanced(depth: start),
        slabs: scratch,
        workerMemory: scratch + slabCount * panelDepth * tileColumns,
        depth: min(Self.roundDepth, depth - start),
        result: TileTarget(
          start: result,
          stride: resultStride,
          accumulating: accumulating || start > 0
        )
      )
      round.pack(right.advanced(depth: start), workers)
      round.multiply(workers)
    }
  }

  /// One round: some of the depth.
  private struct Round {
    let product: MatrixProduct
    let left: LeftRows
    let slabs: RealPointer
    let workerMemory: RealPointer
    let depth: Int
    let result: TileTarget

    func pack(_ right: RightColumns, _ workers: Workers) {
      let parts = (depth + MatrixProduct.packedPart - 1) / MatrixProduct.packedPart
      workers.forEach(parts) { index, _ in
        let start = index * MatrixProduct.packedPart
        let range = start..<min(start + MatrixProduct.packedPart, depth)
        packSlabs(right, columns: product.columns, range: range, depth: depth, into: slabs)
      }
    }

    func multiply(_ workers: Workers) {
      let (strips, slabs) = (product.stripCount, product.slabCount)
      // Several blocks a worker, so that one that is late is not waited for long.
      let wanted = 4 * workers.count
      let rowBlocks = (strips + MatrixProduct.blockStrips - 1) / MatrixProduct.blockStrips
      let columnBlocks = min((slabs + 3) / 4, max(1, (wanted + rowBlocks - 1) / rowBlocks))
      workers.forEach(rowBlocks * columnBlocks) { index, worker in
        let (row, column) = (index / columnBlocks, index % columnBlocks)
        multiplyBlock(
          strips: row * strips / rowBlocks..<(row + 1) * strips / rowBlocks,
          slabs: column * slabs / columnBlocks..<(column + 1) * slabs / columnBlocks,
          memory: workerMemory + worker * product.workerMemoryCount
        )
      }
    }

    private func multiplyBlock(strips: Range<Int>, slabs: Range<Int>, memory: RealPointer) {
      let stepDepth = MatrixProduct.stepDepth
      let (tile, packed) = (memory, memory + tileRows * tileColumns)
      for start in stride(from: 0, to: depth, by: stepDepth) {
        let step = min(stepDepth, depth - start)
        let stripSize = step * tileRows
        let first = strips.lowerBound * tileRows
        packStrips(
          left.advanced(rows: first).advanced(depth: start),
          rows: min(strips.upperBound * tileRows, product.rows) - first,
          depth: step,
          into: packed
        )
        // A slab's next one comes in parts, with each strip's tile.
        let lines = (step * tileColumns / ReadAhead.lineSize + strips.count - 1) / strips.count
        for slab in slabs {
          let slabStart = self.slabs + (slab * depth + start) * tileColumns
          let next = slabStart + depth * tileColumns
          for (place, strip) in strips.enumerated() {
            writeTile(
              packed + place * stripSize,
              slabStart,
              depth: step,
              row: strip * tileRows,
              column: slab * tileColumns,
              reading: ReadAhead(
                start: next + place * lines * ReadAhead.lineSize,
                lineCount: slab + 1 < slabs.upperBound ? lines : 0
              ),
              tile: tile,
              accumulating: result.accumulating || start > 0
            )
          }
        }
      }
    }

    /// Writes a tile, by way of a whole one where the result ends within it.
    private func writeTile(
      _ strip: ConstRealPointer,
      _ slab: ConstRealPointer,
      depth: Int,
      row: Int,
      column: Int,
      reading ahead: ReadAhead,
      tile: RealPointer,
      accumulating: Bool
    ) {
      let target = TileTarget(
        start: result.start + row * result.stride + column,
        stride: result.stride,
        accumulating: accumulating
      )
      let height = min(tileRows, product.rows - row)
      let width = min(tileColumns, product.columns - column)
      if height == tileRows, width == tileColumns {
        target.fetch()
        multiplyColumns(strip, tileRows, slab, depth: depth, reading: ahead, into: target)
        return
      }
      let whole = TileTarget(start: tile, stride: tileColumns, accumulating: false)
      multiplyColumns(strip, tileRows, slab, depth: depth, reading: ahead, into: whole)
      for row in 0..<height {
        let (source, target) = (tile + row * tileColumns, target.start + row * target.stride)
        for column in 0..<width {
          target[column] = accumulating ? target[column] + source[column] : source[column]
        }
      }
    }
  }
}
