import Arrays

extension Module {
  /// The program with custom calls reading layers of stacked arrays in place, where they can.
  ///
  /// A custom call's operand that is one slice along the leading axis of a larger array would be copied
  /// first. Here the call gets the whole array instead, and is told which slice to read.
  ///
  /// - Parameter change: The target that reads the given layer of a stacked operand; nil if it cannot.
  /// - Returns: The changed program; copies that are no longer read are left to the compiler to drop.
  public func readingLayersInPlace(
    _ change: (_ target: CustomCallTarget, _ operand: Int, _ layer: Int) -> CustomCallTarget?
  ) -> Module {
    var copy = self
    copy.body = body.readingLayersInPlace(change)
    return copy
  }
}

extension Block {
  fileprivate func readingLayersInPlace(
    _ change: (CustomCallTarget, Int, Int) -> CustomCallTarget?
  ) -> Block {
    var copy = self
    var definitions: [ValueID: AppliedOperation] = [:]
    for (index, instruction) in instructions.enumerated() {
      switch instruction {
      case .operation(.customCall(let target), let operands, let results):
        var (target, operands) = (target, operands)
        for place in operands.indices {
          guard let layer = Self.layer(operands[place], definitions),
            let changed = change(target, place, layer.index)
          else { continue }
          target = changed
          operands[place] = layer.array
        }
        copy.instructions[index] = .operation(
          .customCall(target),
          operands: operands,
          results: results
        )
      case .operation(let operation, let operands, let results):
        guard let result = results.first else { continue }
        definitions[result.id] = AppliedOperation(operation, operands)
      case .whileLoop(let condition, let body, let state, let results):
        copy.instructions[index] = .whileLoop(
          condition: condition,
          body: body.readingLayersInPlace(change),
          state: state,
          results: results
        )
      }
    }
    return copy
  }

  /// The stacked array that a value is a layer of, and which one; nil if it is not.
  private static func layer(
    _ value: TypedValue,
    _ definitions: [ValueID: AppliedOperation]
  ) -> (array: TypedValue, index: Int)? {
    guard let reshape = definitions[value.id], case .reshape(let shape) = reshape.operation,
      let slice = definitions[reshape.operands[0].id],
      case .slice(let starts, let limits, let strides) = slice.operation
    else { return nil }
    let array = slice.operands[0]
    let extents = array.type.shape.dimensions
    let rest = extents.dropFirst()
    guard let index = starts.first, shape.dimensions == Array(rest),
      starts.dropFirst().allSatisfy({ $0 == 0 }),
      limits == [index + 1] + rest, strides.allSatisfy({ $0 == 1 })
    else { return nil }
    return (array, index)
  }
}
