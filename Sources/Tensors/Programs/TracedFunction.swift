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
  public let module: Module

  /// Traces a function.
  ///
  /// - Parameters:
  ///   - name: Letters, digits and underscores.
  ///   - parameters: The parameters' types.
  ///   - donating: For a parameter that the caller gives away, the result that takes over its
  ///     memory; both need one type.
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
    let inputs = parameters.map { Tensor.parameter($0, site: site) }
    let results = body(inputs)
    for (parameter, result) in donating
    where parameters[parameter] != results[result].type && results[result].error == nil {
      let error = ShapeError(
        operation: name,
        rule: "a donated parameter and its result need one type",
        operands: [parameters[parameter], results[result].type]
      )
      throw .shape(error, site: site)
    }
    var lowering = Lowering()
    let block = try lowering.block(parameters: inputs, results: results)
    self.name = name
    parameterTypes = parameters
    resultTypes = results.map(\.type)
    module = Module(name: name, body: block, donations: donating)
  }
}
