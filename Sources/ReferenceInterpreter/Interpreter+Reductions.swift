import Arrays
import StableHLO

extension Interpreter {
  func reduce(_ operand: Value, _ type: TensorType, _ reducer: Reducer, _ axes: [Int]) -> Value {
    let kept = (0..<operand.shape.rank).filter { !axes.contains($0) }
    let reduced = Shape(axes.map { operand.shape[$0] })
    return Value(type) { index in
      var total = reducer.neutral(type.elementType)
      for inner in reduced.indices {
        var source = [Int](repeating: 0, count: operand.shape.rank)
        for (axis, place) in zip(kept, index) { source[axis] = place }
        for (axis, place) in zip(axes, inner) { source[axis] = place }
        let combined = Element.combining(
          reducer.function,
          total,
          operand[source],
          type.elementType
        )
        total = combined.wrapped(to: type.elementType)
      }
      return total
    }
  }

  /// Orders all operands by the first; an insertion sort, which keeps equal elements in their order.
  func sort(_ operands: [Value], axis: Int, descending: Bool) -> [Value] {
    let shape = operands[0].shape
    let direction: ComparisonDirection = descending ? .greater : .less
    var sources = [[Int]](repeating: [], count: shape.elementCount)
    for start in shape.indices where start[axis] == 0 {
      func element(_ place: Int) -> Element {
        var index = start
        index[axis] = place
        return operands[0][index]
      }
      var order: [Int] = []
      for place in 0..<shape[axis] {
        var position = order.count
        while position > 0,
          Element.compare(direction, element(place), element(order[position - 1]))
        {
          position -= 1
        }
        order.insert(place, at: position)
      }
      for (position, place) in order.enumerated() {
        var (index, source) = (start, start)
        index[axis] = position
        source[axis] = place
        sources[shape.offset(of: index)] = source
      }
    }
    return operands.map { operand in
      Value(operand.type, sources.map { operand[$0] })
    }
  }
}

extension Reducer {
  fileprivate var function: BinaryFunction {
    switch self {
    case .sum: .add
    case .product: .multiply
    case .maximum: .maximum
    case .minimum: .minimum
    case .all: .and
    case .any: .or
    }
  }

  fileprivate func neutral(_ type: ElementType) -> Element {
    switch self {
    case .sum: type.zero
    case .product: type.one
    case .all: .truth(true)
    case .any: .truth(false)
    case .maximum: type.isFloatingPoint ? .real(-.infinity) : .whole(type.wholeRange.lowerBound)
    case .minimum: type.isFloatingPoint ? .real(.infinity) : .whole(type.wholeRange.upperBound)
    }
  }
}

extension Element {
  /// A whole number wrapped around to its type, a real number as it is: sums are rounded at the end.
  func wrapped(to type: ElementType) -> Element {
    type.isInteger ? fitted(to: type) : self
  }
}
