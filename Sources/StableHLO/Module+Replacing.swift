import Arrays

/// What an operation is replaced by: another on the same operands, with the same results first.
public struct OperationReplacement: Sendable {
  /// The operation that takes the place.
  public var operation: Operation
  /// The types of further results, which nothing reads.
  public var extraResults: [TensorType]

  /// Describes a replacement.
  public init(_ operation: Operation, extraResults: [TensorType] = []) {
    self.operation = operation
    self.extraResults = extraResults
  }
}

extension Module {
  /// The program with some of its operations replaced, in the bodies of loops too.
  ///
  /// - Parameter replacement: What takes the place of an operation on operands of the given types; nil
  ///   leaves it.
  /// - Returns: The changed program.
  public func replacingOperations(
    _ replacement: (_ operation: Operation, _ operands: [TensorType], _ results: [TensorType]) ->
      OperationReplacement?
  ) -> Module {
    var copy = self
    var nextNumber = body.greatestNumber + 1
    copy.body = body.replacingOperations(&nextNumber, replacement)
    return copy
  }
}

extension Block {
  var greatestNumber: Int {
    let own = parameters.map(\.id.number)
    let inner = instructions.flatMap { instruction in
      switch instruction {
      case .operation(_, _, let results): results.map(\.id.number)
      case .whileLoop(let condition, let body, _, let results):
        results.map(\.id.number) + [condition.greatestNumber, body.greatestNumber]
      }
    }
    return (own + inner).max() ?? 0
  }

  fileprivate func replacingOperations(
    _ nextNumber: inout Int,
    _ replacement: (Operation, [TensorType], [TensorType]) -> OperationReplacement?
  ) -> Block {
    var copy = self
    for (index, instruction) in instructions.enumerated() {
      switch instruction {
      case .operation(let operation, let operands, let results):
        guard let found = replacement(operation, operands.map(\.type), results.map(\.type)) else {
          continue
        }
        copy.instructions[index] = .operation(
          found.operation,
          operands: operands,
          results: results + TypedValue.numbered(found.extraResults, from: &nextNumber)
        )
      case .whileLoop(let condition, let body, let state, let results):
        copy.instructions[index] = .whileLoop(
          condition: condition.replacingOperations(&nextNumber, replacement),
          body: body.replacingOperations(&nextNumber, replacement),
          state: state,
          results: results
        )
      }
    }
    return copy
  }
}

extension TypedValue {
  /// Values of the given types, under numbers that nothing has yet.
  static func numbered(_ types: [TensorType], from nextNumber: inout Int) -> [TypedValue] {
    types.map { type in
      defer { nextNumber += 1 }
      return TypedValue(ValueID(nextNumber), type)
    }
  }
}
