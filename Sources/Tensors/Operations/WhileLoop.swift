import Arrays
import StableHLO

/// Repeats a function on a state as long as a condition holds.
///
/// Tensors of outside may be used freely in both functions. No gradient flows through, since the
/// number of iterations is not known; use ``scan(over:initial:length:reversed:rematerializing:fileID:line:body:)``
/// for that.
///
/// - Parameters:
///   - initial: The state at the start.
///   - fileID: The caller's file.
///   - line: The caller's line.
///   - condition: From the state to a `bool` scalar: whether to go on.
///   - body: From the state to the next one, of the same types.
/// - Returns: The state for which the condition is false.
public func whileLoop(
  initial: [Tensor],
  fileID: String = #fileID,
  line: Int = #line,
  condition: ([Tensor]) -> Tensor,
  body: ([Tensor]) -> [Tensor]
) -> [Tensor] {
  let site = SourceSite(fileID: fileID, line: line)
  let scope = Scope(depth: Scope.currentDepth + 1)
  let state = initial.map { Tensor.parameter($0.type, scope: scope, site: site) }
  let (goesOn, next) = Scope.$currentDepth.withValue(scope.depth) {
    (condition(state), body(state))
  }
  let types = initial.map(\.type)
  if let mistake = initial.lazy.compactMap(\.error).first
    ?? loopMistake(
      expected: types + [TensorType(.bool, .scalar)],
      results: next + [goesOn],
      site: site
    )
  {
    return initial.map { .invalid(mistake, like: $0.type, site: site) }
  }
  let captures = captures(of: next + [goesOn], bound: state, scope: scope)
  let region = WhileRegion(
    scope: scope,
    state: state,
    condition: goesOn,
    body: next,
    captures: captures
  )
  return Tensor.make(.whileLoop(region), initial + captures, site: site) { _ in types }
    .spread(over: initial.count)
}

/// The first mistake in what a body gave back.
func loopMistake(
  expected: [TensorType],
  results: [Tensor],
  site: SourceSite
) -> TraceError? {
  if let error = results.lazy.compactMap(\.error).first { return error }
  guard results.map(\.type) == expected else {
    return .loopStateChanged(expected: expected, found: results.map(\.type), site: site)
  }
  return nil
}

extension [Tensor] {
  /// One invalid tensor stands for all results of a failed loop.
  func spread(over count: Int) -> [Tensor] {
    guard let first, first.error != nil else { return self }
    return [Tensor](repeating: first, count: Swift.max(count, 1))
  }
}
