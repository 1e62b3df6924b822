import Arrays

/// Why a program cannot be evaluated.
public enum InterpreterError: Error, Hashable, CustomStringConvertible {
  /// Too few or too many arguments.
  case argumentCount(expected: Int, found: Int)
  /// An argument of another type than the parameter.
  case argumentType(index: Int, expected: TensorType, found: TensorType)
  /// A custom call of a function that the interpreter was not given.
  case unknownCustomCall(name: String)
  /// An instruction uses a value that no earlier one of its block makes.
  case undefinedValue(number: Int)
  /// A function given for a custom call returned something else than the call promises.
  case customCallResults(name: String, expected: [TensorType], found: [TensorType])

  /// One sentence.
  public var description: String {
    switch self {
    case .argumentCount(let expected, let found):
      "interpreter: the program takes \(expected) arguments; got \(found)"
    case .argumentType(let index, let expected, let found):
      "interpreter: argument \(index) needs to be \(expected); got \(found)"
    case .unknownCustomCall(let name):
      "interpreter: no function was given for the custom call \(name)"
    case .undefinedValue(let number):
      "interpreter: %\(number) is used before it is defined in its block"
    case .customCallResults(let name, let expected, let found):
      "interpreter: the custom call \(name) needs to return \(expected); got \(found)"
    }
  }
}
