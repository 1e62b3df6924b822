import Arrays
import StableHLO

/// Runs a body once for each slice along the leading axis, handing a carry from one to the next.
///
/// This is how a stack of layers runs as one loop: the carry is the residual stream, the inputs are
/// the parameters stacked along the layer axis. Gradients flow through it, also gradients of
/// gradients. Tensors of outside may be used freely in the body.
///
/// ```swift
/// let (carry, _) = scan(over: [weights], initial: [x]) { carry, slices in
///   ([carry[0].dot(slices[0]).hyperbolicTangent()], [])
/// }
/// ```
///
/// - Parameters:
///   - inputs: Tensors of one leading extent; the body sees their slices without that axis.
///   - initial: The carry of the first iteration.
///   - length: The number of iterations; needed only without inputs.
///   - reversed: Whether to go from the last slice to the first. Outputs keep their slice's place.
///   - rematerializing: Whether the gradient computes the body again, which keeps only the carries
///     in memory, instead of keeping every intermediate value it needs.
///   - fileID: The caller's file.
///   - line: The caller's line.
///   - body: From the carry and the slices to the next carry, of the same types, and outputs.
/// - Returns: The last carry, and the outputs stacked along a new leading axis.
public func scan(
  over inputs: [Tensor],
  initial: [Tensor],
  length: Int? = nil,
  reversed: Bool = false,
  rematerializing: Bool = false,
  fileID: String = #fileID,
  line: Int = #line,
  body: (_ carry: [Tensor], _ slices: [Tensor]) -> (carry: [Tensor], outputs: [Tensor])
) -> (carry: [Tensor], outputs: [Tensor]) {
  let site = SourceSite(fileID: fileID, line: line)
  let known = length ?? inputs.first.flatMap { $0.rank > 0 ? $0.shape[0] : nil }
  let length = known ?? 0
  let scope = Scope(depth: Scope.currentDepth + 1)
  let carry = initial.map { Tensor.parameter($0.type, scope: scope, site: site) }
  let slices = inputs.map { input in
    let shape = Shape(Array(input.shape.dimensions.dropFirst()))
    return Tensor.parameter(TensorType(input.elementType, shape), scope: scope, site: site)
  }
  let results = Scope.$currentDepth.withValue(scope.depth) { body(carry, slices) }
  let mistake =
    (initial + inputs + results.outputs).lazy.compactMap(\.error).first
    ?? loopMistake(expected: initial.map(\.type), results: results.carry, site: site)
    ?? lengthMistake(known, inputs: inputs, site: site)
  if let mistake {
    return (
      initial.map { .invalid(mistake, like: $0.type, site: site) },
      results.outputs.map { .invalid(mistake, like: $0.type, site: site) }
    )
  }
  if length == 0 {
    let empty = results.outputs.map { Tensor.zeros($0.type.stacked(0)) }
    return (initial, empty)
  }
  let captures = captures(
    of: results.carry + results.outputs,
    bound: carry + slices,
    scope: scope
  )
  let region = ScanRegion(
    scope: scope,
    length: length,
    isReversed: reversed,
    rematerializes: rematerializing,
    carry: carry,
    slices: slices,
    nextCarry: results.carry,
    outputs: results.outputs,
    captures: captures
  )
  return makeScan(region, initial: initial, inputs: inputs, site: site)
}

/// What is wrong with the number of iterations, if something is.
private func lengthMistake(_ length: Int?, inputs: [Tensor], site: SourceSite) -> TraceError? {
  let rule: String
  var operands: [TensorType] = []
  if let length, length < 0 {
    rule = "the length \(length) is negative"
  } else if let input = inputs.first(where: { $0.rank == 0 }) {
    rule = "an input needs a leading axis"
    operands = [input.type]
  } else if let length, let input = inputs.first(where: { $0.shape[0] != length }) {
    rule = "every input needs a leading axis of extent \(length)"
    operands = [input.type]
  } else if length == nil {
    rule = "needs a length, since it has no inputs"
  } else {
    return nil
  }
  return .shape(ShapeError(operation: "scan", rule: rule, operands: operands), site: site)
}

/// Makes the node of a scan whose body has been traced.
func makeScan(
  _ region: ScanRegion,
  initial: [Tensor],
  inputs: [Tensor],
  site: SourceSite
) -> (carry: [Tensor], outputs: [Tensor]) {
  let types =
    region.nextCarry.map(\.type) + region.outputs.map { $0.type.stacked(region.length) }
  let results = Tensor.make(.scan(region), initial + inputs + region.captures, site: site) { _ in
    types
  }
  .spread(over: types.count)
  return (Array(results.prefix(initial.count)), Array(results.dropFirst(initial.count)))
}

extension TensorType {
  /// The type of this many tensors stacked along a new leading axis.
  func stacked(_ count: Int) -> TensorType {
    TensorType(elementType, Shape([count] + shape.dimensions))
  }
}
