import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct IndexingTests {
  /// Starts reach beyond both ends, where they are moved until the slice fits.
  @Test func dynamicSliceAndUpdate() throws {
    var cases: [OperationCase] = []
    for index in 0..<10 {
      var draw = Draw("dynamic", index)
      let shape = draw.shape(rank: 0...3)
      let sizes = shape.dimensions.map { draw.integer(0...$0) }
      let starts = shape.dimensions.map { draw.integers(.scalar, -2...$0 + 1) }
      cases.append(
        OperationCase("slice \(sizes) of \(shape)", [draw.reals(shape)] + starts, order: .once) {
          [$0[0].dynamicSlice(at: Array($0.dropFirst()), sizes: sizes)]
        }
      )
      cases.append(
        OperationCase(
          "update \(sizes) of \(shape)",
          [draw.reals(shape), draw.reals(Shape(sizes))] + starts
        ) { [$0[0].updatingSlice(with: $0[1], at: Array($0.dropFirst(2)))] }
      )
    }
    try check("dynamic_slice", cases)
  }

  @Test func rows() throws {
    var cases: [OperationCase] = []
    for index in 0..<6 {
      var draw = Draw("rows", index)
      let table = Shape([draw.integer(1...4)] + draw.shape(rank: 0...2).dimensions)
      let places = draw.shape(rank: 0...2)
      let indices = draw.integers(places, -1...table[0])
      let updates = Shape(places.dimensions + table.dimensions.dropFirst())
      cases.append(
        OperationCase("look up \(places) in \(table)", [draw.reals(table), indices]) {
          [$0[0].gatheringRows(at: $0[1])]
        }
      )
      cases.append(
        OperationCase(
          "add \(updates) to \(table)",
          [draw.reals(table), indices, draw.reals(updates)]
        ) { [$0[0].addingRows($0[2], at: $0[1])] }
      )
    }
    try check("rows", cases)
  }

  /// Gather and the scatter that undoes it, over any axes, with indices out of range.
  @Test func gatherAndScatter() throws {
    var cases: [OperationCase] = []
    for index in 0..<14 {
      var draw = Draw("gather", index)
      let gather = GatherSetting(&draw)
      let operand = draw.reals(gather.operand)
      let indices = draw.integers(gather.indices, -1...4)
      let updates = draw.reals(gather.result)
      cases.append(
        OperationCase(
          "gather \(gather)",
          [operand, indices],
          order: index < 4 ? .twice : .once
        ) { [$0[0].gather(at: $0[1], gather.dimensions, sliceSizes: gather.sizes)] }
      )
      cases.append(
        OperationCase(
          "scatter \(gather)",
          [operand, indices, updates],
          order: index < 4 ? .twice : .once
        ) { [$0[0].scatterAdd($0[2], at: $0[1], gather.dimensions)] }
      )
    }
    try check("gather_scatter", cases)
  }

  @Test func rowsOutOfRangeAreMovedByGatherAndDroppedByScatter() throws {
    let table = HostArray([1.0, 2, 3])
    let indices = HostArray([-5, 1, 7] as [Int32])
    let results = try run([table, indices]) { inputs in
      let picked = inputs[0].gatheringRows(at: inputs[1])
      let added = inputs[0].addingRows(picked, at: inputs[1])
      return [picked, added] + gradient(of: picked.sum(), withRespectTo: [inputs[0]])
        + gradient(of: added.sum(), withRespectTo: [picked])
    }
    #expect(results.map(\.reals) == [[1, 2, 3], [1, 4, 3], [1, 1, 1], [0, 1, 0]])
  }
}

/// Randomly drawn dimensions of a gather with the shapes that fit them.
struct GatherSetting: CustomStringConvertible {
  let operand: Shape
  let indices: Shape
  let result: Shape
  let sizes: [Int]
  let dimensions: GatherDimensions

  init(_ draw: inout Draw) {
    let operand = Shape((0..<draw.integer(1...3)).map { _ in draw.integer(1...4) })
    let map = draw.axes(of: operand.rank, atLeast: 1)
    let collapsed = draw.axes(of: operand.rank).sorted()
    let sizes = (0..<operand.rank).map {
      collapsed.contains($0) ? 1 : draw.integer(0...operand[$0])
    }
    let batch = draw.shape(rank: 0...2, extents: 1...3).dimensions
    let vectorAxis = draw.integer(0...batch.count)
    var indices = batch
    // A single entry may be a plain number, without an axis of its own.
    let isPlain = map.count == 1 && draw.chance(50)
    if !isPlain { indices.insert(map.count, at: vectorAxis) }
    let kept = (0..<operand.rank).filter { !collapsed.contains($0) }.map { sizes[$0] }
    let rank = batch.count + kept.count
    let offsets = Array(draw.shuffled(Array(0..<rank)).prefix(kept.count)).sorted()
    var (remainingBatch, remainingKept) = (batch[...], kept[...])
    self.operand = operand
    self.indices = Shape(indices)
    self.sizes = sizes
    result = Shape(
      (0..<rank).map {
        offsets.contains($0) ? remainingKept.removeFirst() : remainingBatch.removeFirst()
      }
    )
    dimensions = GatherDimensions(
      offsetAxes: offsets,
      collapsedSliceAxes: collapsed,
      startIndexMap: map,
      indexVectorAxis: isPlain ? batch.count : vectorAxis
    )
  }

  var description: String { "\(sizes) of \(operand) at \(indices) with \(dimensions)" }
}
