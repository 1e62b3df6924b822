import Arrays
import StableHLO

/// A slow evaluator of lowered programs, written in plain loops.
///
/// It is the oracle that compiled programs are checked against, so it shares nothing with the compiler:
/// every operation is computed from its definition in the StableHLO specification, element by element,
/// reals in double precision and rounded once at the end of an operation, whole numbers exactly.
/// Results are the operations' types as the program states them.
public struct Interpreter {
  /// What stands in for functions registered with a plugin, by name.
  public typealias CustomCalls = [String: ([HostArray]) throws -> [HostArray]]

  private let customCalls: CustomCalls

  /// Makes an interpreter.
  ///
  /// - Parameter customCalls: What stands in for functions registered with a plugin, by name.
  public init(customCalls: CustomCalls = [:]) {
    self.customCalls = customCalls
  }

  /// Runs a program.
  ///
  /// - Parameters:
  ///   - module: The program.
  ///   - arguments: One array a parameter.
  /// - Returns: One array a result.
  /// - Throws: ``InterpreterError``, or what a custom call throws.
  public func evaluate(_ module: Module, arguments: [HostArray]) throws -> [HostArray] {
    let parameters = module.body.parameters
    guard arguments.count == parameters.count else {
      throw InterpreterError.argumentCount(expected: parameters.count, found: arguments.count)
    }
    for (index, (argument, parameter)) in zip(arguments, parameters).enumerated()
    where argument.type != parameter.type {
      throw InterpreterError.argumentType(
        index: index,
        expected: parameter.type,
        found: argument.type
      )
    }
    return try run(module.body, arguments.map { Value($0) }).map(\.array)
  }
}

/// Runs a program that has no custom calls; see ``Interpreter``.
///
/// - Parameters:
///   - module: The program.
///   - arguments: One array a parameter.
/// - Returns: One array a result.
/// - Throws: ``InterpreterError``.
public func evaluate(_ module: Module, arguments: [HostArray]) throws -> [HostArray] {
  try Interpreter().evaluate(module, arguments: arguments)
}

extension Interpreter {
  private func run(_ block: Block, _ arguments: [Value]) throws -> [Value] {
    var values: [ValueID: Value] = [:]
    func value(_ name: TypedValue) throws -> Value {
      guard let value = values[name.id] else {
        throw InterpreterError.undefinedValue(number: name.id.number)
      }
      return value
    }
    for (parameter, argument) in zip(block.parameters, arguments) {
      values[parameter.id] = argument
    }
    for instruction in block.instructions {
      switch instruction {
      case .operation(let operation, let operands, let results):
        let computed = try apply(operation, operands.map(value), results.map(\.type))
        for (result, value) in zip(results, computed) { values[result.id] = value }
      case .whileLoop(let condition, let body, let state, let results):
        var current = try state.map(value)
        while try run(condition, current)[0].elements[0].isTrue {
          current = try run(body, current)
        }
        for (result, value) in zip(results, current) { values[result.id] = value }
      }
    }
    return try block.results.map(value)
  }

  private func apply(
    _ operation: Operation,
    _ operands: [Value],
    _ types: [TensorType]
  ) throws -> [Value] {
    switch operation {
    case .sort(let axis, let descending):
      return sort(operands, axis: axis, descending: descending)
    case .optimizationBarrier, .shardingConstraint:
      return operands
    case .customCall(let target):
      guard let function = customCalls[target.name] else {
        throw InterpreterError.unknownCustomCall(name: target.name)
      }
      let results = try function(operands.map(\.array))
      guard results.map(\.type) == types else {
        throw InterpreterError.customCallResults(
          name: target.name,
          expected: types,
          found: results.map(\.type)
        )
      }
      return results.map { Value($0) }
    default:
      return [apply(operation, operands, types[0])]
    }
  }

  /// Every operation with one result.
  private func apply(_ operation: Operation, _ operands: [Value], _ type: TensorType) -> Value {
    switch operation {
    case .constant(let array): Value(array)
    case .iota(_, let axis):
      Value(type) { Element.whole(Int128($0[axis])).converted(to: type.elementType) }
    case .unary(let function): elementwise(type, operands) { $0[0].applying(function) }
    case .binary(let function):
      elementwise(type, operands) { Element.combining(function, $0[0], $0[1], type.elementType) }
    case .compare(let direction):
      elementwise(type, operands) { .truth(Element.compare(direction, $0[0], $0[1])) }
    case .select: elementwise(type, operands) { $0[0].isTrue ? $0[1] : $0[2] }
    case .clamp:
      elementwise(type, operands) {
        Element.minimum(Element.maximum($0[1], $0[0]), $0[2])
      }
    case .convert(let elementType):
      elementwise(type, operands) { $0[0].converted(to: elementType) }
    case .bitcast: Value(HostArray(bytes: operands[0].array.bytes, type: type))
    case .broadcast(_, let axes): broadcast(operands[0], type, axes)
    case .reshape: Value(type, operands[0].elements)
    case .transpose(let permutation): transpose(operands[0], type, permutation)
    case .slice(let starts, _, let strides): slice(operands[0], type, starts, strides)
    case .dynamicSlice: dynamicSlice(operands, type)
    case .dynamicUpdateSlice: dynamicUpdateSlice(operands)
    case .concatenate(let axis): concatenate(operands, type, axis)
    case .pad(let low, _, let interior): pad(operands, type, low, interior)
    case .reverse(let axes): reverse(operands[0], axes)
    case .gather(let dimensions, let sizes): gather(operands, type, dimensions, sizes)
    case .scatterAdd(let dimensions): scatterAdd(operands, dimensions)
    case .reduce(let reducer, let axes): reduce(operands[0], type, reducer, axes)
    case .dot(let dimensions): dot(operands, type, dimensions)
    case .convolution(let window): convolution(operands, type, window)
    case .sort, .optimizationBarrier, .shardingConstraint, .customCall:
      preconditionFailure("operations with several results are applied elsewhere")
    }
  }

  private func elementwise(
    _ type: TensorType,
    _ operands: [Value],
    _ function: ([Element]) -> Element
  ) -> Value {
    Value(
      type,
      (0..<type.shape.elementCount).map { place in function(operands.map { $0.elements[place] }) }
    )
  }
}
