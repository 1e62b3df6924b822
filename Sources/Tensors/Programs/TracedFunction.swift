import Arrays
import StableHLO

/// A function over tensors that has been traced: its types and its program text.
public struct TracedFunction: Sendable {
  /// The name, for messages and profiles.
  public let name: String
  /// The parameters' types.
  public let parameterTypes: [TensorType]
  /// The results' types.
  public let resultTypes: [TensorType]
  /// The program.
  public private(set) var module: Module
  /// Where the operation stands that gives a value of the program.
  let sites: [ValueID: SourceSite]

  /// Traces a function.
  ///
  /// - Parameters:
  ///   - name: Letters, digits and underscores.
  ///   - parameters: The parameters' types.
  ///   - donating: For a parameter that the caller gives away, the result that takes over its
  ///     memory; both need one type.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  ///   - body: From the parameters to the results.
  /// - Throws: ``TraceError``, the first mistake in the body.
  public init(
    _ name: String,
    parameters: [TensorType],
    donating: [Int: Int] = [:],
    fileID: String = #fileID,
    line: Int = #line,
    body: ([Tensor]) -> [Tensor]
  ) throws(TraceError) {
    let site = SourceSite(fileID: fileID, line: line)
    func mistake(_ rule: String, _ operands: [TensorType] = []) -> TraceError {
      .shape(ShapeError(operation: name, rule: rule, operands: operands), site: site)
    }
    guard name.utf8.allSatisfy(\.isNamePart), !name.isEmpty else {
      throw mistake("a function's name needs to be letters, digits and underscores")
    }
    let inputs = parameters.map { Tensor.parameter($0, site: site) }
    let results = body(inputs)
    for (parameter, result) in donating.sorted(by: { $0.key < $1.key }) {
      guard parameters.indices.contains(parameter), results.indices.contains(result) else {
        throw mistake("there is no parameter \(parameter) to donate to a result \(result)")
      }
      let types = [parameters[parameter], results[result].type]
      if types[0] != types[1] && results[result].error == nil {
        throw mistake("a donated parameter and its result need one type", types)
      }
    }
    guard Set(donating.values).count == donating.count else {
      throw mistake("two parameters are donated to one result")
    }
    var lowering = Lowering()
    let block = try lowering.block(parameters: inputs, results: results)
    sites = lowering.sites
    self.name = name
    parameterTypes = parameters
    resultTypes = results.map(\.type)
    module = Module(name: name, body: block, donations: donating)
  }
}

extension TracedFunction {
  /// The same function, run by several devices together; over one device it is the function as it is.
  ///
  /// - Parameters:
  ///   - deviceCount: How many; positive.
  ///   - parameters: How each parameter lies on them.
  ///   - results: How each result does; as its parameter where one is donated to it.
  ///   - fileID: The caller's file.
  ///   - line: The caller's line.
  /// - Throws: ``TraceError`` where the lists do not fit the function, an axis cannot be cut into so many parts, or a
  ///   donated parameter lies differently from its result.
  /// - Returns: The function with that distribution.
  public func distributed(
    over deviceCount: Int,
    parameters: [TensorSharding],
    results: [TensorSharding],
    fileID: String = #fileID,
    line: Int = #line
  ) throws(TraceError) -> TracedFunction {
    func mistake(_ rule: String, _ types: [TensorType] = []) -> TraceError {
      .shape(
        ShapeError(operation: name, rule: rule, operands: types),
        site: SourceSite(fileID: fileID, line: line)
      )
    }
    guard deviceCount > 0 else { throw mistake("a distribution is over one device or more") }
    guard parameters.count == parameterTypes.count, results.count == resultTypes.count else {
      throw mistake("a distribution has one sharding a parameter and one a result")
    }
    for (type, sharding) in zip(parameterTypes + resultTypes, parameters + results)
    where sharding.partShape(of: type.shape, deviceCount: deviceCount) == nil {
      throw mistake("\(sharding) does not cut into \(deviceCount) equal parts", [type])
    }
    for (parameter, result) in module.donations where parameters[parameter] != results[result] {
      throw mistake("a donated parameter and its result lie on devices in one way")
    }
    guard deviceCount > 1 else { return self }
    var copy = self
    copy.module.distribution = Distribution(
      deviceCount: deviceCount,
      parameters: parameters,
      results: results
    )
    return copy
  }

  /// The same function with some of its operations done in another way.
  ///
  /// - Parameter rewriting: From the program to one of the same parameters and results.
  /// - Returns: The function with that program.
  public func rewritten(_ rewriting: (Module) -> Module) -> TracedFunction {
    var copy = self
    copy.module = rewriting(module)
    return copy
  }
}

extension UInt8 {
  /// Whether the character may be part of a function's name.
  fileprivate var isNamePart: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
