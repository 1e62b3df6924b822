import Arrays
import StableHLO

extension Interpreter {
  func dot(_ operands: [Value], _ type: TensorType, _ axes: DotDimensions) -> Value {
    let (left, right) = (operands[0], operands[1])
    let leftFree = axes.leftFree(rank: left.shape.rank)
    let rightFree = axes.rightFree(rank: right.shape.rank)
    let summed = Shape(axes.leftContracting.map { left.shape[$0] })
    return Value(type) { index in
      let batch = index.prefix(axes.leftBatch.count)
      let leftPart = index[batch.endIndex...].prefix(leftFree.count)
      let rightPart = index[leftPart.endIndex...]
      return sum(over: summed, type.elementType) { inner in
        let l = left[
          Self.placing(
            [(axes.leftBatch, batch), (leftFree, leftPart)],
            axes.leftContracting,
            inner
          )
        ]
        let r = right[
          Self.placing(
            [(axes.rightBatch, batch), (rightFree, rightPart)],
            axes.rightContracting,
            inner
          )
        ]
        return (l, r)
      }
    }
  }

  /// An index put together from parts, each with the axes it belongs to.
  private static func placing(
    _ parts: [(axes: [Int], index: ArraySlice<Int>)],
    _ innerAxes: [Int],
    _ inner: [Int]
  ) -> [Int] {
    let all = parts + [(innerAxes, inner[...])]
    var index = [Int](repeating: 0, count: all.reduce(0) { $0 + $1.axes.count })
    for part in all {
      for (axis, place) in zip(part.axes, part.index) { index[axis] = place }
    }
    return index
  }

  func convolution(_ operands: [Value], _ type: TensorType, _ window: ConvolutionWindow) -> Value {
    let (input, kernel) = (operands[0], operands[1])
    let features = input.shape[-1]
    let summed = Shape(kernel.shape.dimensions.prefix(window.rank) + [features])
    return Value(type) { index in
      sum(over: summed, type.elementType) { inner in
        var source = [index[0]]
        for axis in 0..<window.rank {
          let dilated =
            index[axis + 1] * window.strides[axis] + inner[axis] * window.kernelDilation[axis]
            - window.lowPadding[axis]
          guard dilated >= 0, dilated % window.inputDilation[axis] == 0 else { return nil }
          source.append(dilated / window.inputDilation[axis])
        }
        source.append(inner[window.rank])
        guard input.shape.contains(source) else { return nil }
        return (input[source], kernel[inner + [index[window.rank + 1]]])
      }
    }
  }

  /// The sum of products over all indices of a shape; a pair that is nil adds nothing.
  private func sum(
    over shape: Shape,
    _ type: ElementType,
    _ factors: ([Int]) -> (Element, Element)?
  ) -> Element {
    var total = type.zero
    for index in shape.indices {
      guard let (left, right) = factors(index) else { continue }
      let product = Element.combining(.multiply, left, right, type)
      // Whole numbers wrap around at once, so that no sum outgrows 128 bits.
      total = Element.combining(.add, total, product.wrapped(to: type), type).wrapped(to: type)
    }
    return total
  }
}
