import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct MovementTests {
  /// Both forms: along the last axes, and with any places for the operand's axes.
  @Test func broadcast() throws {
    var cases: [OperationCase] = []
    for index in 0..<12 {
      var draw = Draw("broadcast", index)
      let target = draw.shape(rank: 0...4, extents: 1...3)
      let axes = draw.axes(of: target.rank)
      let shape = Shape(axes.map { draw.chance(30) ? 1 : target[$0] })
      cases.append(
        OperationCase("broadcast \(shape) to \(target) at \(axes)", [draw.reals(shape)]) {
          [$0[0].broadcast(to: target, axes: axes)]
        }
      )
      let tail = Shape(target.dimensions.suffix(axes.count).map { draw.chance(30) ? 1 : $0 })
      cases.append(
        OperationCase("broadcast \(tail) to \(target)", [draw.reals(tail)], order: .once) {
          [$0[0].broadcast(to: target)]
        }
      )
    }
    try check("broadcast", cases)
  }

  @Test func reshapeAndTranspose() throws {
    var cases: [OperationCase] = []
    for index in 0..<10 {
      var draw = Draw("reshape", index)
      let shape = draw.shape(rank: 0...4, extents: 1...3)
      let input = draw.reals(shape)
      let target = draw.shuffled(shape.dimensions + [1])
      cases.append(
        OperationCase("reshape \(shape) to \(target)", [input], order: .once) {
          [$0[0].reshaped(to: target), $0[0].reshaped(to: [-1])]
        }
      )
      let permutation = draw.shuffled(Array(0..<shape.rank))
      cases.append(
        OperationCase("transpose \(shape) by \(permutation)", [input]) {
          [$0[0].transposed(permutation)]
        }
      )
      guard shape.rank > 1 else { continue }
      let axes = [draw.integer(0...shape.rank - 1), -1]
      cases.append(
        OperationCase("exchange axes \(axes) of \(shape)", [input], order: .once) {
          [$0[0].swappingAxes(axes[0], axes[1]), $0[0].insertingAxis(at: axes[0])]
        }
      )
    }
    try check("reshape_transpose", cases)
  }

  @Test func slice() throws {
    var cases: [OperationCase] = []
    for index in 0..<14 {
      var draw = Draw("slice", index)
      let shape = draw.shape(rank: 0...3, extents: 1...6)
      let starts = shape.dimensions.map { draw.integer(0...$0) }
      let limits = zip(starts, shape.dimensions).map { draw.integer($0...$1) }
      let strides = starts.map { _ in draw.integer(1...3) }
      cases.append(
        OperationCase(
          "slice \(shape) from \(starts) to \(limits) by \(strides)",
          [draw.reals(shape)],
          order: index < 3 ? .twice : .once
        ) { [$0[0].slice(from: starts, to: limits, strides: strides)] }
      )
      guard shape.rank > 0 else { continue }
      let axis = draw.integer(0...shape.rank - 1)
      let range = starts[axis]..<limits[axis]
      cases.append(
        OperationCase(
          "slice \(range) of axis \(axis) of \(shape)",
          [draw.reals(shape)],
          order: .once
        ) { [$0[0].sliced(range, alongAxis: axis - shape.rank)] }
      )
    }
    try check("slice", cases)
  }

  @Test func concatenateAndSplit() throws {
    var cases: [OperationCase] = []
    for index in 0..<8 {
      var draw = Draw("concatenate", index)
      let shape = draw.shape(rank: 1...3)
      let axis = draw.integer(0...shape.rank - 1)
      let inputs = (0..<draw.integer(1...3)).map { _ in
        var extents = shape.dimensions
        extents[axis] = draw.integer(0...3)
        return draw.reals(Shape(extents))
      }
      cases.append(
        OperationCase("concatenate \(inputs.map(\.type)) along \(axis)", inputs, order: .once) {
          [.concatenate($0, alongAxis: axis)]
        }
      )
      var extents = shape.dimensions
      let count = draw.integer(1...3)
      extents[axis] *= count
      let whole = draw.reals(Shape(extents))
      cases.append(
        OperationCase("split \(whole.type) into \(count) along \(axis)", [whole]) {
          $0[0].split(into: count, alongAxis: axis)
        }
      )
    }
    try check("concatenate", cases)
  }

  /// Edges may be negative, which drops elements, and together with interior padding drop some fillings.
  @Test func pad() throws {
    var cases: [OperationCase] = []
    for index in 0..<16 {
      var draw = Draw("pad", index)
      let shape = draw.shape(rank: 0...3)
      let interior = shape.dimensions.map { _ in draw.integer(0...2) }
      var low: [Int] = []
      var high: [Int] = []
      for (extent, inner) in zip(shape.dimensions, interior) {
        let spread = extent == 0 ? 0 : (extent - 1) * (inner + 1) + 1
        low.append(draw.integer(-spread...3))
        high.append(draw.integer(-(spread + low[low.count - 1])...3))
      }
      cases.append(
        OperationCase(
          "pad \(shape) by \(low) \(high) \(interior)",
          [draw.reals(shape), draw.reals(.scalar)],
          order: index < 4 ? .twice : .once
        ) { [low, high, interior] in
          [$0[0].padded(with: $0[1], low: low, high: high, interior: interior)]
        }
      )
    }
    try check("pad", cases)
  }

  @Test func reverse() throws {
    let cases = (0..<6).map { index in
      var draw = Draw("reverse", index)
      let shape = draw.shape(rank: 0...3)
      let axes = draw.axes(of: shape.rank)
      return OperationCase("reverse \(axes) of \(shape)", [draw.reals(shape)], order: .once) {
        [$0[0].reversed(alongAxes: axes)]
      }
    }
    try check("reverse", cases)
  }

  /// Nothing but the place in the schedule changes, and cotangents flow only where there are some.
  @Test func optimizationBarrierChangesNoValue() throws {
    var draw = Draw("barrier", 0)
    let inputs = [draw.reals([2, 2]), draw.reals([3])]
    try check(
      "barrier",
      [
        OperationCase("two tensors", inputs) { optimizationBarrier($0) },
        OperationCase("one of two tensors is used", inputs) { inputs in
          [optimizationBarrier(inputs.map { $0 * $0 })[1]]
        },
        OperationCase("no tensor", inputs) { optimizationBarrier([]) + [$0[0]] },
      ]
    )
  }

  @Test func nothingFlowsThroughADetachedTensor() throws {
    let results = try run([HostArray([3.0, 4])]) { inputs in
      let product = (inputs[0] * inputs[0].withoutGradient()).sum()
      let byInput = gradient(of: product, withRespectTo: inputs)[0]
      return [product, byInput] + gradient(of: byInput.sum(), withRespectTo: inputs)
    }
    #expect(results.map(\.reals) == [[25], [3, 4], [0, 0]])
  }

  @Test func knownGradientsStandForDerivedOnes() throws {
    let results = try run([HostArray([3.0, 4])]) { inputs in
      // Not the gradient of the sum of squares, so that it is seen which one is taken.
      let known = inputs[0] * inputs[0] * inputs[0]
      let sum = inputs[0].squared().sum().withGradients([known], by: [inputs[0]])
      let byInput = gradient(of: sum * 2, withRespectTo: inputs)[0]
      return [sum, byInput] + gradient(of: byInput.sum(), withRespectTo: inputs)
    }
    #expect(results.map(\.reals) == [[25], [54, 128], [54, 96]])
  }

  @Test func knownGradientsAreKeptInALoop() throws {
    let results = try run([HostArray([3.0, 4])]) { inputs in
      let sums = scan(over: inputs, initial: [Tensor(1, .float64)]) { carry, slices in
        let square = slices[0] * slices[0]
        return ([carry[0] * square.withGradients([slices[0] * 10], by: [slices[0]])], [])
      }
      return [sums.carry[0]] + gradient(of: sums.carry[0], withRespectTo: inputs)
    }
    #expect(results.map(\.reals) == [[144], [480, 360]])
  }

  @Test func gradientsOfOtherTypesAreRefused() {
    let types = [TensorType(.float64, [2]), TensorType(.float64, .scalar)]
    for (name, body) in [
      ("no scalar", { $0[0].withGradients([$0[0]], by: [$0[0]]) }),
      ("another shape", { $0[1].withGradients([$0[1]], by: [$0[0]]) }),
      ("one too few", { $0[1].withGradients([], by: [$0[0]]) }),
    ] as [(String, ([Tensor]) -> Tensor)] {
      #expect(throws: TraceError.self, "\(name)") {
        try TracedFunction("wrong", parameters: types) { [body($0)] }
      }
    }
  }
}
