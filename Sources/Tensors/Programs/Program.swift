import Arrays
import PJRT

/// A compiled function.
public struct Program: Sendable {
  /// The function's name.
  public let name: String
  /// The parameters' types.
  public let parameterTypes: [TensorType]
  /// The results' types.
  public let resultTypes: [TensorType]
  /// The compiled program on the plugin.
  public let executable: LoadedExecutable
  /// Where the compiled program came from.
  public let origin: Origin

  /// Where a compiled program came from.
  public enum Origin: String, Sendable {
    /// It was compiled.
    case compiled
    /// It had been compiled by the same engine.
    case memory
    /// It was found in the cache folder.
    case disk
  }

  init(function: TracedFunction, executable: LoadedExecutable, origin: Origin) {
    name = function.name
    parameterTypes = function.parameterTypes
    resultTypes = function.resultTypes
    self.executable = executable
    self.origin = origin
  }

  /// Runs the program on buffers of its client's first device.
  ///
  /// The call may return before the program has finished; the results then are buffers that will hold
  /// the values. Donated arguments are gone afterwards.
  ///
  /// - Parameter arguments: One buffer a parameter.
  /// - Returns: One buffer a result.
  /// - Throws: ``ProgramError`` for arguments of other types, or `PJRTError`.
  public func callAsFunction(_ arguments: [Buffer]) throws -> [Buffer] {
    try check(arguments.map(\.type))
    return try executable.execute(arguments)
  }

  /// Runs the program on arrays, and waits for the results.
  ///
  /// - Throws: ``ProgramError`` for arguments of other types, or `PJRTError`.
  public func callAsFunction(_ arguments: [HostArray]) throws -> [HostArray] {
    try check(arguments.map(\.type))
    let client = executable.client
    let buffers = try arguments.map { try client.buffer(from: $0) }
    return try executable.execute(buffers).map { try $0.copyToHost() }
  }

  private func check(_ types: [TensorType]) throws(ProgramError) {
    guard types.count == parameterTypes.count else {
      throw .argumentCount(program: name, expected: parameterTypes.count, found: types.count)
    }
    for (index, (type, expected)) in zip(types, parameterTypes).enumerated()
    where type != expected {
      throw .argumentType(program: name, index: index, expected: expected, found: type)
    }
  }
}

/// Arguments that a program does not take.
public enum ProgramError: Error, Hashable, CustomStringConvertible {
  /// Too few or too many.
  case argumentCount(program: String, expected: Int, found: Int)
  /// One of another type.
  case argumentType(program: String, index: Int, expected: TensorType, found: TensorType)

  /// One sentence.
  public var description: String {
    switch self {
    case .argumentCount(let program, let expected, let found):
      "\(program): takes \(expected) arguments; got \(found)"
    case .argumentType(let program, let index, let expected, let found):
      "\(program): argument \(index) needs to be \(expected); got \(found)"
    }
  }
}
