import Arrays
import StableHLO

extension Interpreter {
  func dynamicSlice(_ operands: [Value], _ type: TensorType) -> Value {
    let operand = operands[0]
    let starts = starts(operands.dropFirst(), sizes: type.shape, inside: operand.shape)
    return Value(type) { index in operand[zip(starts, index).map { $0 + $1 }] }
  }

  func dynamicUpdateSlice(_ operands: [Value]) -> Value {
    let (operand, update) = (operands[0], operands[1])
    let starts = starts(operands.dropFirst(2), sizes: update.shape, inside: operand.shape)
    return Value(operand.type) { index in
      let inner = zip(index, starts).map { $0 - $1 }
      return update.shape.contains(inner) ? update[inner] : operand[index]
    }
  }

  /// The starts moved so that a slice of the given sizes fits.
  private func starts(_ indices: ArraySlice<Value>, sizes: Shape, inside shape: Shape) -> [Int] {
    zip(indices, 0..<shape.rank).map { index, axis in
      clamp(index.elements[0], to: shape[axis] - sizes[axis])
    }
  }

  private func clamp(_ start: Element, to greatest: Int) -> Int {
    Int(max(0, min(start.whole, Int128(greatest))))
  }

  func gather(
    _ operands: [Value],
    _ type: TensorType,
    _ dimensions: GatherDimensions,
    _ sizes: [Int]
  ) -> Value {
    let (operand, indices) = (operands[0], operands[1])
    return Value(type) { index in
      let batch = index.indices.filter { !dimensions.offsetAxes.contains($0) }.map { index[$0] }
      let vector = indexVector(indices, dimensions, at: batch)
      var source = dimensions.window(dimensions.offsetAxes.map { index[$0] }, rank: sizes.count)
      for (start, axis) in zip(vector, dimensions.startIndexMap) {
        source[axis] += clamp(start, to: operand.shape[axis] - sizes[axis])
      }
      return operand[source]
    }
  }

  /// A window that does not lie wholly inside the operand is dropped, as XLA does.
  func scatterAdd(_ operands: [Value], _ dimensions: GatherDimensions) -> Value {
    let (operand, indices, updates) = (operands[0], operands[1], operands[2])
    let type = operand.type.elementType
    let sizes = dimensions.window(
      dimensions.offsetAxes.map { updates.shape[$0] },
      rank: operand.shape.rank,
      collapsed: 1
    )
    var sums = operand.elements
    for index in updates.shape.indices {
      let batch = index.indices.filter { !dimensions.offsetAxes.contains($0) }.map { index[$0] }
      let vector = indexVector(indices, dimensions, at: batch)
      let fits = zip(vector, dimensions.startIndexMap).allSatisfy { start, axis in
        0 <= start.whole && start.whole <= Int128(operand.shape[axis] - sizes[axis])
      }
      guard fits else { continue }
      var target = dimensions.window(
        dimensions.offsetAxes.map { index[$0] },
        rank: operand.shape.rank
      )
      for (start, axis) in zip(vector, dimensions.startIndexMap) {
        target[axis] += Int(start.whole)
      }
      let place = operand.shape.offset(of: target)
      sums[place] = Element.combining(.add, sums[place], updates[index], type)
    }
    return Value(operand.type, sums)
  }

  private func indexVector(
    _ indices: Value,
    _ dimensions: GatherDimensions,
    at batch: [Int]
  ) -> [Element] {
    guard dimensions.indexVectorAxis < indices.shape.rank else { return [indices[batch]] }
    return (0..<indices.shape[dimensions.indexVectorAxis]).map { entry in
      var index = batch
      index.insert(entry, at: dimensions.indexVectorAxis)
      return indices[index]
    }
  }
}

extension GatherDimensions {
  /// What is given for the axes a slice keeps, spread over all axes of the operand.
  fileprivate func window(_ kept: [Int], rank: Int, collapsed: Int = 0) -> [Int] {
    var kept = kept[...]
    return (0..<rank).map { collapsedSliceAxes.contains($0) ? collapsed : kept.removeFirst() }
  }
}
