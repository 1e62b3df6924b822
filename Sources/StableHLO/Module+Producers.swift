import Arrays

/// An operation with what it works on.
public struct AppliedOperation: Sendable {
  /// The operation.
  public var operation: Operation
  /// What it works on.
  public var operands: [TypedValue]

  /// Applies an operation.
  public init(_ operation: Operation, _ operands: [TypedValue]) {
    self.operation = operation
    self.operands = operands
  }
}

extension Module {
  /// The program with some of its operations replaced by others that work on what made their operands.
  ///
  /// So an operation and one before it become a single one; what is no longer read is left to the compiler to drop.
  /// The bodies of loops stay as they are.
  ///
  /// - Parameter replacement: What takes the place of an operation with the given results, and the types of further
  ///   results, which nothing reads; nil leaves it. The third argument gives the operation that made a value, nil for
  ///   parameters and results of loops.
  /// - Returns: The changed program.
  public func joiningOperations(
    _ replacement: (
      _ applied: AppliedOperation, _ results: [TensorType],
      _ producer: (TypedValue) -> AppliedOperation?
    ) -> (applied: AppliedOperation, extraResults: [TensorType])?
  ) -> Module {
    var copy = self
    var nextNumber = body.greatestNumber + 1
    var producers: [ValueID: AppliedOperation] = [:]
    for (index, instruction) in body.instructions.enumerated() {
      guard case .operation(let operation, let operands, let results) = instruction else {
        continue
      }
      let applied = AppliedOperation(operation, operands)
      for result in results { producers[result.id] = applied }
      guard let found = replacement(applied, results.map(\.type), { producers[$0.id] }) else {
        continue
      }
      copy.body.instructions[index] = .operation(
        found.applied.operation,
        operands: found.applied.operands,
        results: results + TypedValue.numbered(found.extraResults, from: &nextNumber)
      )
    }
    return copy
  }
}
