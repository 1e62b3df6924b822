import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct ReductionTests {
  @Test func sumsAndExtremes() throws {
    var cases: [OperationCase] = []
    for reducer in [Reducer.sum, .product, .maximum, .minimum] {
      for index in 0..<5 {
        var draw = Draw("reduce \(reducer)", index)
        let shape = draw.shape(rank: 0...3)
        let axes = draw.axes(of: shape.rank)
        cases.append(
          OperationCase("\(reducer) of \(shape) over \(axes)", [draw.reals(shape)]) {
            [$0[0].reduced(reducer, axes: axes, keepingAxes: index % 2 == 0)]
          }
        )
      }
    }
    var draw = Draw("mean", 0)
    cases += [
      OperationCase("mean", [draw.reals([2, 3])]) { [$0[0].mean(axes: [1])] },
      OperationCase("softmax", [draw.reals([2, 3])]) { [$0[0].softmax(alongAxis: 0)] },
      OperationCase("log-sum-exp", [draw.reals([2, 3])]) { [$0[0].logarithmOfSumOfExponentials()] },
    ]
    try check("reduce", cases)
  }

  /// Difference quotients tell what a division by the factor would have lost.
  @Test func productsWithNoneOneAndManyZeros() throws {
    let cases = (0...3).flatMap { zeros in
      [1, 2, 5, 6].map { count in
        var draw = Draw("products with \(zeros) zeros", count)
        var values = draw.reals([2, count]).values(as: Double.self)
        for place in values.indices.prefix(zeros * 3) where !place.isMultiple(of: 3) {
          values[place] = 0
        }
        return OperationCase("\(count) factors", [HostArray(values, shape: [2, count])]) {
          [$0[0].reduced(.product, axes: [1])]
        }
      }
    }
    try check("products", cases)
    let zeros = try run([HostArray([2.0, 0, 3, 0, 0, 5, 7, 0, 0], shape: [3, 3])]) { inputs in
      gradient(of: inputs[0].reduced(.product, axes: [1]).sum(), withRespectTo: inputs)
    }
    #expect(zeros[0].reals == [0, 6, 0, 0, 0, 0, 0, 0, 0])
  }

  @Test func productsAndTruths() throws {
    var cases: [OperationCase] = []
    for index in 0..<5 {
      var draw = Draw("truths", index)
      let shape = draw.shape(rank: 0...3)
      let axes = draw.axes(of: shape.rank)
      cases.append(
        OperationCase(
          "reductions of \(shape) over \(axes)",
          [draw.reals(shape), draw.truths(shape), draw.integers(shape, -9...9)],
          order: .never
        ) { inputs in
          [inputs[0].reduced(.product, axes: axes)]
            + [Reducer.all, .any].map { inputs[1].reduced($0, axes: axes) }
            + [Reducer.sum, .product, .maximum, .minimum].map {
              inputs[2].reduced($0, axes: axes)
            }
        }
      )
    }
    try check("reduce_others", cases)
  }

  @Test func equalExtremesShareTheCotangent() throws {
    let results = try run([HostArray([2.0, 5, 5, 1])]) { inputs in
      gradient(of: inputs[0].maximum(), withRespectTo: inputs)
    }
    #expect(results[0].reals == [0, 0.5, 0.5, 0])
  }

  /// A shift by the maximum keeps huge numbers from overflowing.
  @Test func softmaxOfHugeNumbersIsFinite() throws {
    let results = try run([HostArray([1000, 1000, -1000] as [Float])]) { inputs in
      [inputs[0].softmax(), inputs[0].logarithmOfSumOfExponentials()]
    }
    #expect(results[0].reals == [0.5, 0.5, 0])
    #expect(abs(results[1].reals[0] - 1000.6931) < 1e-3)
  }

  @Test func sort() throws {
    var cases: [OperationCase] = []
    for index in 0..<8 {
      var draw = Draw("sort", index)
      let shape = draw.shape(rank: 1...3)
      let axis = draw.integer(0...shape.rank - 1)
      cases.append(
        OperationCase("sort \(shape) along \(axis)", [draw.reals(shape)], order: .once) {
          let sorted = $0[0].sorted(alongAxis: axis, descending: index % 2 == 0)
          return [sorted.values, sorted.indices]
        }
      )
      let count = draw.integer(0...shape[-1])
      cases.append(
        OperationCase("largest \(count) of \(shape)", [draw.reals(shape)]) {
          let largest = $0[0].largest(count)
          return [largest.values, largest.indices]
        }
      )
    }
    try check("sort", cases)
  }

  @Test func equalElementsKeepTheirOrder() throws {
    let results = try run([HostArray([1, 0, 1, 0, 1] as [Int32])]) { inputs in
      [inputs[0].sorted().indices, inputs[0].sorted(descending: true).indices]
    }
    #expect(results.map(\.reals) == [[1, 3, 0, 2, 4], [0, 2, 4, 1, 3]])
  }
}
