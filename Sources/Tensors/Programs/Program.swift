import Arrays
import PJRT
import StableHLO

/// A compiled function.
public struct Program: Sendable {
  /// The function's name.
  public let name: String
  /// The parameters' types.
  public let parameterTypes: [TensorType]
  /// The results' types.
  public let resultTypes: [TensorType]
  /// How parameters and results lie on the devices that share the program; nil for one device.
  public let distribution: Distribution?
  /// The devices that share it.
  public let mesh: DeviceMesh
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

  init(
    function: TracedFunction,
    executable: LoadedExecutable,
    origin: Origin,
    engine: Engine
  ) {
    name = function.name
    parameterTypes = function.parameterTypes
    resultTypes = function.resultTypes
    distribution = function.module.distribution
    mesh = DeviceMesh(engine, deviceCount: distribution?.deviceCount ?? 1)
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

  /// Runs the program on the devices that share it.
  ///
  /// Where these are several processes', all of them have to run it.
  ///
  /// - Parameter arguments: One tensor a parameter, lying on the devices as the program's ``distribution`` says.
  /// - Returns: One tensor a result.
  /// - Throws: ``ProgramError`` for arguments of other types or that lie differently, or `PJRTError`.
  public func callAsFunction(_ arguments: [DistributedTensor]) throws -> [DistributedTensor] {
    try check(arguments.map(\.type))
    for (index, argument) in arguments.enumerated() {
      let expected = distribution?.parameters[index] ?? .replicated
      guard argument.mesh.deviceCount == mesh.deviceCount, argument.sharding == expected else {
        throw ProgramError.argumentSharding(
          program: name,
          index: index,
          expected: "\(expected) over \(mesh.deviceCount)",
          found: "\(argument.sharding) over \(argument.mesh.deviceCount)"
        )
      }
    }
    let parts = try executable.execute(
      perDevice: (0..<executable.localDeviceCount).map { place in arguments.map { $0.parts[place] }
      }
    )
    return resultTypes.enumerated().map { index, type in
      DistributedTensor(
        type: type,
        sharding: distribution?.results[index] ?? .replicated,
        mesh: mesh,
        parts: parts.map { $0[index] }
      )
    }
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
  /// An array that cannot be cut into equal parts.
  case unevenParts(TensorType, axis: Int, deviceCount: Int)
  /// One that lies differently on the devices, or on others.
  case argumentSharding(program: String, index: Int, expected: String, found: String)

  /// One sentence.
  public var description: String {
    switch self {
    case .argumentCount(let program, let expected, let found):
      "\(program): takes \(expected) arguments; got \(found)"
    case .argumentType(let program, let index, let expected, let found):
      "\(program): argument \(index) needs to be \(expected); got \(found)"
    case .unevenParts(let type, let axis, let deviceCount):
      "axis \(axis) of \(type) cannot be cut into \(deviceCount) equal parts"
    case .argumentSharding(let program, let index, let expected, let found):
      "\(program): argument \(index) needs to lie on devices as \(expected); got \(found)"
    }
  }
}
