import Arrays
import EspalierTestSupport
import Foundation
import PJRT
import StableHLO
import Testing

/// The text of every kind of instruction, to the letter: its hash names compiled programs.
@Suite struct ModuleTextTests {
  /// Compares a module's text with a file of `Tests/Fixtures/stablehlo`.
  ///
  /// With `ESPALIER_RECORD` set the file is written instead, and its changes are reviewed as code is.
  private func expectText(
    _ name: String,
    compiles: Bool = true,
    donations: [Int: Int] = [:],
    sourceLocation: SourceLocation = #_sourceLocation,
    _ write: (inout ModuleDraft) throws -> [TypedValue]
  ) throws {
    var draft = ModuleDraft()
    let results = try write(&draft)
    let text = draft.module(name, results: results, donations: donations).text
    let file = TestPlugin.packageRoot.appendingPathComponent(
      "Tests/Fixtures/stablehlo/\(name).mlir"
    )
    if ProcessInfo.processInfo.environment["ESPALIER_RECORD"] != nil {
      try Data(text.utf8).write(to: file)
    }
    let expected = try String(contentsOf: file, encoding: .utf8)
    #expect(text == expected, sourceLocation: sourceLocation)
    // What is pinned also has to be what the compiler reads.
    if compiles { _ = try TestPlugin.client().compile(stableHLO: text) }
  }

  @Test func elementwise() throws {
    try expectText("elementwise") { draft in
      let x = draft.parameter(.float32, [2])
      let y = draft.parameter(.float32, [2])
      let compared = try draft.apply(.compare(.less), x, y)[0]
      try draft.apply(.unary(.exponential), x)
      try draft.apply(.unary(.isFinite), x)
      try draft.apply(.unary(.errorFunction), x)
      try draft.apply(.convert(.bfloat16), x)
      try draft.apply(.bitcast(.uint32), x)
      let chosen = try draft.apply(.select, compared, x, y)[0]
      let clamped = try draft.apply(.clamp, x, chosen, y)[0]
      return try draft.apply(.binary(.add), clamped, y)
    }
  }

  @Test func constants() throws {
    try expectText("constants") { draft in
      var results: [TypedValue] = []
      for array in [
        HostArray(scalar: 1 as Float), HostArray([1, 2] as [Int32]), HostArray([1.5, -0.0, .nan]),
        HostArray([1, 2, 3, 4] as [Float], shape: [2, 2]), HostArray(scalar: BFloat16(1)),
        HostArray([true, false], shape: [2, 1]), HostArray([Float](), shape: [0, 2]),
      ] { results += try draft.apply(.constant(array)) }
      return results + (try draft.apply(.iota(TensorType(.int32, [2, 3]), axis: 1)))
    }
  }

  @Test func movement() throws {
    try expectText("movement") { draft in
      let x = draft.parameter(.float32, [2, 3])
      let zero = draft.parameter(.float32, [])
      let start = draft.parameter(.int32, [])
      try draft.apply(.broadcast([4, 2, 3], axes: [1, 2]), x)
      try draft.apply(.reshape([6]), x)
      try draft.apply(.transpose(permutation: [1, 0]), x)
      let row = try draft.apply(.slice(starts: [0, 1], limits: [1, 3], strides: [1, 2]), x)[0]
      try draft.apply(.dynamicSlice(sizes: [1, 1]), x, start, start)
      try draft.apply(.dynamicUpdateSlice, x, row, start, start)
      try draft.apply(.concatenate(axis: 0), x, x)
      try draft.apply(.pad(low: [0, -1], high: [1, 0], interior: [0, 2]), x, zero)
      return try draft.apply(.reverse(axes: [0]), x)
    }
  }

  @Test func indexing() throws {
    try expectText("indexing") { draft in
      let table = draft.parameter(.float32, [5, 3])
      let indices = draft.parameter(.int32, [4])
      let rows = GatherDimensions(
        offsetAxes: [1],
        collapsedSliceAxes: [0],
        startIndexMap: [0],
        indexVectorAxis: 1
      )
      let picked = try draft.apply(.gather(rows, sliceSizes: [1, 3]), table, indices)[0]
      let added = try draft.apply(.scatterAdd(rows), table, indices, picked)
      let places = try draft.apply(.iota(TensorType(.int32, [5, 3]), axis: 0))[0]
      return added + (try draft.apply(.sort(axis: 0, descending: true), table, places))
        + (try draft.apply(.sort(axis: 1, descending: false), table))
    }
  }

  @Test func contractions() throws {
    try expectText("contractions") { draft in
      let x = draft.parameter(.float32, [2, 4, 3])
      let y = draft.parameter(.float32, [2, 3, 5])
      let dimensions = DotDimensions(
        leftBatch: [0],
        rightBatch: [0],
        leftContracting: [2],
        rightContracting: [1]
      )
      var window = ConvolutionWindow(rank: 1)
      window.strides = [2]
      window.lowPadding = [1]
      let product = try draft.apply(.dot(dimensions), x, y)
      let outer = try draft.apply(
        .dot(DotDimensions(leftContracting: [1], rightContracting: [2])),
        y,
        x
      )
      try draft.apply(.reduce(.sum, axes: [0, 2]), x)
      try draft.apply(.reduce(.maximum, axes: []), x)
      return product + outer + (try draft.apply(.convolution(window), x, y))
    }
  }

  @Test func loopsBarriersCallsAndDonations() throws {
    // The plugin knows no function of this name.
    try expectText("structure", compiles: false, donations: [0: 0]) { draft in
      let x = draft.parameter(.float32, [2])
      let goesOn = draft.parameter(.bool, [])
      let looped = try draft.doublingLoop([x, goesOn])
      let kept = try draft.apply(.optimizationBarrier, looped[0], looped[1])
      let target = CustomCallTarget(
        name: "twice",
        attributes: ["scale": "2.0 : f32", "axis": "0 : i64"],
        resultTypes: [x.type, x.type],
        updatedOperands: [1: 0]
      )
      return [looped[0]] + (try draft.apply(.customCall(target), kept[0]))
    }
  }

  @Test func aModuleOfNothing() throws {
    try expectText("nothing") { _ in [] }
  }
}
