import Arrays
import StableHLO

extension PullbackRule {
  /// The gradient of a scan is a scan in the other direction.
  ///
  /// Its carry is the cotangent of the carry and, for each captured tensor, the sum of what has
  /// flowed to it. What the body's gradient needs of the forward pass becomes an input of it: the
  /// forward scan stacks those values when the program is built. Nothing is computed twice, unless
  /// the scan says so.
  ///
  /// - Parameters:
  ///   - region: The scan.
  ///   - innerCotangents: Cotangents of values that a gradient has made the scan stack.
  /// - Returns: One cotangent an operand.
  func scan(
    _ region: ScanRegion,
    innerCotangents: [(inner: Tensor, stacked: Tensor)]
  ) -> [Tensor?] {
    let layout = ScanPullback(rule: self, region: region, innerCotangents: innerCotangents)
    return layout.operandCotangents()
  }
}

/// The pieces of a scan's gradient.
private struct ScanPullback {
  let rule: PullbackRule
  let region: ScanRegion
  let innerCotangents: [(inner: Tensor, stacked: Tensor)]

  private var site: SourceSite { rule.site }
  private var carryCount: Int { region.carry.count }

  /// Places in the carry through which gradients flow.
  private var activeCarry: [Int] {
    region.carry.indices.filter { region.carry[$0].elementType.isFloatingPoint }
  }
  private var neededSlices: [Int] {
    region.slices.indices.filter { rule.needed[carryCount + $0] }
  }
  private var neededCaptures: [Int] {
    region.captures.indices.filter { rule.needed[carryCount + region.slices.count + $0] }
  }
  /// Outputs that something flows to, with what does.
  private var flowingOutputs: [(inner: Tensor, stacked: Tensor)] {
    zip(region.outputs, rule.cotangents.dropFirst(carryCount)).compactMap { inner, cotangent in
      cotangent.map { (inner, $0) }
    }
  }

  func operandCotangents() -> [Tensor?] {
    let stackedCotangents = flowingOutputs + innerCotangents
    let carryCotangents = activeCarry.map { parameter(region.carry[$0].type) }
    let sums = neededCaptures.map { parameter(region.captures[$0].type) }
    let outputCotangents = stackedCotangents.map { parameter($0.inner.type) }

    let targets =
      activeCarry.map { region.carry[$0] } + neededSlices.map { region.slices[$0] }
      + neededCaptures.map { region.captures[$0] }
    let flowing = Scope.$currentDepth.withValue(region.scope.depth) {
      vectorJacobianProduct(
        of: activeCarry.map { region.nextCarry[$0] } + stackedCotangents.map(\.inner),
        cotangents: carryCotangents + outputCotangents,
        withRespectTo: targets
      )
    }
    if let error = flowing.lazy.compactMap(\.error).first {
      return zip(rule.operands, rule.needed).map { operand, isNeeded in
        isNeeded ? .invalid(error, like: operand.type, site: site) : nil
      }
    }
    let toCarry = Array(flowing.prefix(activeCarry.count))
    let toSlices = Array(flowing.dropFirst(activeCarry.count).prefix(neededSlices.count))
    let toSums = Scope.$currentDepth.withValue(region.scope.depth) {
      zip(sums, flowing.suffix(neededCaptures.count)).map { $0 + $1 }
    }

    let given = carryCotangents + sums + outputCotangents
    let residuals = residuals(of: toCarry + toSums + toSlices, given: given)
    let bound = given + residuals
    let backward = ScanRegion(
      scope: region.scope,
      length: region.length,
      isReversed: !region.isReversed,
      rematerializes: region.rematerializes,
      carry: carryCotangents + sums,
      slices: outputCotangents + residuals,
      nextCarry: toCarry + toSums,
      outputs: toSlices,
      captures: captures(of: toCarry + toSums + toSlices, bound: bound, scope: region.scope)
    )
    let (carry, outputs) = makeScan(
      backward,
      initial: activeCarry.map { rule.cotangents[$0] ?? rule.zeros(region.carry[$0].type) }
        + neededCaptures.map { rule.zeros(region.captures[$0].type) },
      inputs: stackedCotangents.map(\.stacked) + residuals.map(stackedValue),
      site: site
    )
    return arrange(carry: carry, outputs: outputs)
  }

  /// Puts the backward scan's results at the places of the forward scan's operands.
  private func arrange(carry: [Tensor], outputs: [Tensor]) -> [Tensor?] {
    var flowing = [Tensor?](repeating: nil, count: rule.operands.count)
    for (place, cotangent) in zip(activeCarry, carry) { flowing[place] = cotangent }
    for (place, cotangent) in zip(neededSlices, outputs) {
      flowing[carryCount + place] = cotangent
    }
    for (place, cotangent) in zip(neededCaptures, carry.dropFirst(activeCarry.count)) {
      flowing[carryCount + region.slices.count + place] = cotangent
    }
    return flowing
  }

  private func parameter(_ type: TensorType) -> Tensor {
    .parameter(type, scope: region.scope, site: site)
  }

  /// The stacked values of a forward tensor, for the backward scan to slice.
  private func stackedValue(of inner: Tensor) -> Tensor {
    if let slice = region.slices.firstIndex(where: { $0.key == inner.key }) {
      return rule.operands[carryCount + slice]
    }
    let node = rule.node
    if let output = region.outputs.firstIndex(where: { $0.key == inner.key }) {
      return Tensor(node: node, index: carryCount + output)
    }
    return Tensor(
      node: Node(
        kind: .stacked(inner),
        operands: [Tensor(node: node)],
        types: [inner.type.stacked(region.length)],
        site: site,
        scope: node.scope
      )
    )
  }

  /// Values of the forward body that the backward body uses.
  ///
  /// These are the last values that do not depend on a cotangent. Where such a value is cheap, its
  /// operands are kept instead and it is computed again: they are fewer as a rule, since several such
  /// values come from one product or one exponential, and memory costs more time than arithmetic.
  private func residuals(of results: [Tensor], given: [Tensor]) -> [Tensor] {
    let dependsOnCotangent = tensorsDepending(on: given, from: results)
    let parameters = Set((region.carry + region.slices).map(\.key))
    var seen = Set(given.map(\.key))
    var residuals: [Tensor] = []
    var pending = Array(results.reversed())
    while let tensor = pending.popLast() {
      guard seen.insert(tensor.key).inserted, tensor.node.scope === region.scope else { continue }
      let isKept =
        !dependsOnCotangent.contains(ObjectIdentifier(tensor.node))
        && (parameters.contains(tensor.key)
          || !(region.rematerializes || tensor.isCheap))
      if isKept {
        residuals.append(tensor)
      } else {
        pending.append(contentsOf: tensor.node.operands.reversed())
      }
    }
    return residuals
  }

  /// Nodes of the body between the given parameters and the results.
  private func tensorsDepending(
    on given: [Tensor],
    from results: [Tensor]
  ) -> Set<ObjectIdentifier> {
    var depends = Set(given.map { ObjectIdentifier($0.node) })
    var seen: Set<ObjectIdentifier> = []
    var pending: [(node: Node, operandsDone: Bool)] = results.map { ($0.node, false) }
    while let (node, operandsDone) = pending.popLast() {
      if operandsDone {
        if node.operands.contains(where: { depends.contains(ObjectIdentifier($0.node)) }) {
          depends.insert(ObjectIdentifier(node))
        }
        continue
      }
      guard node.scope === region.scope, seen.insert(ObjectIdentifier(node)).inserted else {
        continue
      }
      pending.append((node, true))
      pending.append(contentsOf: node.operands.map { ($0.node, false) })
    }
    return depends
  }
}

extension Tensor {
  /// Whether the tensor comes from its operands by moving elements or by plain arithmetic on each.
  fileprivate var isCheap: Bool {
    guard case .operation(let operation) = node.kind else { return false }
    switch operation {
    case .broadcast, .reshape, .transpose, .slice, .reverse, .compare, .select, .clamp, .convert:
      return true
    case .unary(let function):
      return [.absolute, .negate, .not, .sign].contains(function)
    case .binary(let function):
      return ![.power, .remainder].contains(function)
    default:
      return false
    }
  }
}
