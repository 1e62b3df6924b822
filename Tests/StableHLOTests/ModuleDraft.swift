import Arrays
import StableHLO

/// A module while a test writes it down.
struct ModuleDraft {
  private(set) var parameters: [TypedValue] = []
  private var instructions: [Instruction] = []
  private var number = 0

  private mutating func value(_ type: TensorType) -> TypedValue {
    defer { number += 1 }
    return TypedValue(ValueID(number), type)
  }

  mutating func parameter(_ elementType: ElementType, _ shape: Shape) -> TypedValue {
    parameters.append(value(TensorType(elementType, shape)))
    return parameters[parameters.count - 1]
  }

  /// Adds an operation with the results the shape rules give it.
  @discardableResult
  mutating func apply(_ operation: Operation, _ operands: TypedValue...) throws -> [TypedValue] {
    let types = try operation.resultTypes(operands: operands.map(\.type))
    let results = types.map { value($0) }
    instructions.append(.operation(operation, operands: operands, results: results))
    return results
  }

  /// Adds a loop that doubles its state, or squares it, while a part of it is true.
  mutating func doublingLoop(
    _ state: [TypedValue],
    by operation: Operation = .binary(.add)
  ) throws -> [TypedValue] {
    let seen = state.map { value($0.type) }
    let condition = Block(parameters: seen, instructions: [], results: [seen[1]])
    let given = state.map { value($0.type) }
    let doubled = value(given[0].type)
    let body = Block(
      parameters: given,
      instructions: [
        .operation(operation, operands: [given[0], given[0]], results: [doubled])
      ],
      results: [doubled, given[1]]
    )
    let results = state.map { value($0.type) }
    instructions.append(
      .whileLoop(condition: condition, body: body, state: state, results: results)
    )
    return results
  }

  func module(_ name: String, results: [TypedValue], donations: [Int: Int] = [:]) -> Module {
    Module(
      name: name,
      body: Block(parameters: parameters, instructions: instructions, results: results),
      donations: donations
    )
  }
}
