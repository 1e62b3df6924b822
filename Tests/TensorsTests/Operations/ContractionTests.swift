import Arrays
import StableHLO
import Tensors
import Testing

@Suite struct ContractionTests {
  /// Batch, free and summed axes lie anywhere, and the two sides name them in any order.
  @Test func dot() throws {
    var cases: [OperationCase] = []
    for index in 0..<20 {
      var draw = Draw("dot", index)
      let batch = (0..<draw.integer(0...2)).map { _ in draw.integer(1...2) }
      let summed = (0..<draw.integer(0...2)).map { _ in draw.chance(5) ? 0 : draw.integer(1...3) }
      let left = DotSide(batch, summed, &draw)
      let right = DotSide(batch, summed, &draw)
      let dimensions = DotDimensions(
        leftBatch: left.batch,
        rightBatch: right.batch,
        leftContracting: left.summed,
        rightContracting: right.summed
      )
      cases.append(
        OperationCase(
          "dot \(left.shape) \(right.shape) \(dimensions)",
          [draw.reals(left.shape), draw.reals(right.shape)],
          order: index < 6 ? .twice : .once
        ) { [$0[0].dot($0[1], dimensions)] }
      )
    }
    var draw = Draw("dot", 100)
    cases.append(
      OperationCase("matrix product", [draw.reals([2, 2, 3]), draw.reals([3, 2])]) {
        [$0[0].dot($0[1])]
      }
    )
    for count in 1...2 {
      let leading = Array([2, 3].prefix(count))
      let operands = [draw.reals(Shape(leading + [4, 5])), draw.reals(Shape(leading + [5, 6]))]
      cases.append(
        OperationCase("product for each of \(leading)", operands) {
          let product = $0[0].dot($0[1], summing: count + 1, with: count, batchAxisCount: count)
          return [product.reshaped(to: leading + [4, 6])]
        }
      )
    }
    try check("dot", cases)
  }

  /// One and two spatial axes with strides, dilations, and padding that may be negative.
  @Test func convolution() throws {
    var cases: [OperationCase] = []
    for index in 0..<14 {
      var draw = Draw("convolution", index)
      let setting = ConvolutionSetting(&draw)
      cases.append(
        OperationCase(
          "convolution of \(setting.input) with \(setting.kernel), \(setting.window)",
          [draw.reals(setting.input), draw.reals(setting.kernel)],
          order: index < 5 ? .twice : .once
        ) { [$0[0].convolved(with: $0[1], window: setting.window)] }
      )
    }
    try check("convolution", cases)
  }

  /// Sums that are kept in float32 have the bits of float32 products, and gradients the operands' type.
  @Test func sumsAreKeptInAnotherType() throws {
    var draw = Draw("wide sums", 0)
    // Small whole numbers are exact in bfloat16, their sums beyond 256 are not.
    let inputs = [draw.reals([4, 64], 0...15), draw.reals([64, 3], 0...15)].map { array in
      HostArray(array.reals.map { BFloat16(Float($0.rounded())) }, shape: array.shape)
    }
    let results = try run(inputs) { inputs in
      let plain = DotDimensions(leftContracting: [1], rightContracting: [0])
      var wide = plain
      wide.resultType = .float32
      let (x, y) = (inputs[0].converted(to: .float32), inputs[1].converted(to: .float32))
      let product = inputs[0].dot(inputs[1], wide)
      let slopes = gradient(of: product.sum(), withRespectTo: inputs)
      return [product, x.dot(y), inputs[0].dot(inputs[1], plain)] + slopes
    }
    #expect(results[0] == results[1])
    #expect(results[0].reals != results[2].reals)
    #expect(results[3...].map(\.type) == inputs.map(\.type))
    #expect(results[3].reals.prefix(64) == results[3].reals.suffix(64))
  }

  /// `∂(x A)/∂A = xᵀ g` and `∂(x A)/∂x = g Aᵀ`, with g all ones.
  @Test func matrixProductHasItsClosedFormGradient() throws {
    let x = HostArray([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let a = HostArray([1.0, -1, 2, -2, 3, -3], shape: [3, 2])
    let results = try run([x, a]) { inputs in
      gradient(of: inputs[0].dot(inputs[1]).sum(), withRespectTo: inputs)
    }
    #expect(results.map(\.reals) == [[0, 0, 0, 0, 0, 0], [5, 5, 7, 7, 9, 9]])
  }
}

/// One operand of a dot product: a shape and where its batch and summed axes lie.
private struct DotSide {
  let shape: Shape
  let batch: [Int]
  let summed: [Int]

  init(_ batch: [Int], _ summed: [Int], _ draw: inout Draw) {
    let free = (0..<draw.integer(0...2)).map { _ in draw.integer(1...2) }
    let extents = batch + summed + free
    let places = draw.shuffled(Array(extents.indices))
    var shape = extents
    for (extent, place) in zip(extents, places) { shape[place] = extent }
    self.shape = Shape(shape)
    self.batch = Array(places.prefix(batch.count))
    self.summed = Array(places.dropFirst(batch.count).prefix(summed.count))
  }
}

/// A randomly drawn window that fits randomly drawn operands.
struct ConvolutionSetting {
  var window: ConvolutionWindow
  let input: Shape
  let kernel: Shape

  init(_ draw: inout Draw) {
    let rank = draw.integer(1...2)
    window = ConvolutionWindow(rank: rank)
    let features = draw.integer(1...2)
    var inputExtents: [Int] = []
    var kernelExtents: [Int] = []
    for axis in 0..<rank {
      inputExtents.append(draw.integer(1...5))
      kernelExtents.append(draw.integer(1...3))
      window.strides[axis] = draw.integer(1...3)
      window.inputDilation[axis] = draw.integer(1...2)
      window.kernelDilation[axis] = draw.integer(1...2)
      window.lowPadding[axis] = draw.integer(-1...2)
      window.highPadding[axis] = draw.integer(-1...2)
    }
    input = Shape([draw.integer(1...2)] + inputExtents + [features])
    kernel = Shape(kernelExtents + [features, draw.integer(1...2)])
  }
}
