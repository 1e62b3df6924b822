import Arrays
import StableHLO

/// The gradient of a scalar, by reverse-mode differentiation.
///
/// The gradient is a graph like any other, so gradients of gradients work. A tensor that the scalar
/// does not depend on has a gradient of zeros, and so has one that does not hold real numbers.
///
/// The tensors are taken for independent of each other: where one is computed from another, what
/// flows through it is its own gradient and not added to the other's.
///
/// - Parameters:
///   - loss: A floating-point scalar.
///   - tensors: What to differentiate by; inputs or values on the way.
///   - fileID: The caller's file.
///   - line: The caller's line.
/// - Returns: One gradient a tensor, of its type.
public func gradient(
  of loss: Tensor,
  withRespectTo tensors: [Tensor],
  fileID: String = #fileID,
  line: Int = #line
) -> [Tensor] {
  let site = SourceSite(fileID: fileID, line: line)
  if loss.error == nil, loss.shape != .scalar || !loss.elementType.isFloatingPoint {
    let error = TraceError.notAScalar(loss.type, site: site)
    return tensors.map { .invalid(error, like: $0.type, site: site) }
  }
  let one = Tensor(repeating: 1, type: loss.type, site: site)
  return vectorJacobianProduct(
    of: [loss],
    cotangents: [one],
    withRespectTo: tensors,
    fileID: fileID,
    line: line
  )
}

/// The product of given cotangents with the Jacobian of some tensors, by reverse-mode differentiation.
///
/// - Parameters:
///   - outputs: The tensors to differentiate.
///   - cotangents: One weight an output, of its type.
///   - tensors: What to differentiate by.
///   - fileID: The caller's file.
///   - line: The caller's line.
/// - Returns: `Σ cotangentᵀ ∂output/∂tensor`, one a tensor, of its type.
public func vectorJacobianProduct(
  of outputs: [Tensor],
  cotangents: [Tensor],
  withRespectTo tensors: [Tensor],
  fileID: String = #fileID,
  line: Int = #line
) -> [Tensor] {
  let site = SourceSite(fileID: fileID, line: line)
  if let error = (outputs + cotangents + tensors).lazy.compactMap(\.error).first {
    return tensors.map { .invalid(error, like: $0.type, site: site) }
  }
  guard outputs.map(\.type) == cotangents.map(\.type) else {
    let rule = "needs one cotangent an output, of its type"
    let mistake = Tensor.mistaken("gradient", rule, outputs + cotangents, site: site)
    return tensors.map { _ in mistake }
  }
  var sweep = ReverseSweep(withRespectTo: tensors)
  for (output, cotangent) in zip(outputs, cotangents) { sweep.seed(output, cotangent) }
  sweep.run(from: outputs)
  return tensors.map {
    sweep.cotangents[$0.key] ?? Tensor(repeating: 0, type: $0.type, site: site)
  }
}

/// One pass from outputs to inputs that adds up cotangents.
struct ReverseSweep {
  /// What has flowed to each tensor so far.
  private(set) var cotangents: [Tensor.Key: Tensor] = [:]
  /// What has flowed to values inside scans' bodies through stacked values, by scan.
  private var innerCotangents: [ObjectIdentifier: [(inner: Tensor, stacked: Tensor)]] = [:]
  /// The tensors that cotangents stop at.
  private let targets: Set<Tensor.Key>

  init(withRespectTo tensors: [Tensor]) {
    targets = Set(tensors.map(\.key))
  }

  mutating func seed(_ tensor: Tensor, _ cotangent: Tensor) {
    cotangents[tensor.key] = cotangents[tensor.key].map { $0 + cotangent } ?? cotangent
  }

  mutating func run(from outputs: [Tensor]) {
    let order = nodesInOrder(from: outputs)
    var depends: Set<ObjectIdentifier> = []
    for node in order where node.operands.contains(where: { isNeeded($0, depends) }) {
      depends.insert(ObjectIdentifier(node))
    }
    for node in order.reversed() where depends.contains(ObjectIdentifier(node)) {
      let needed = node.operands.map { isNeeded($0, depends) }
      propagate(through: node, needed: needed)
    }
  }

  private func isNeeded(_ tensor: Tensor, _ depends: Set<ObjectIdentifier>) -> Bool {
    guard tensor.elementType.isFloatingPoint || tensor.isScanResult else { return false }
    return targets.contains(tensor.key) || depends.contains(ObjectIdentifier(tensor.node))
  }

  /// Nodes the outputs depend on, operands before uses, not looking beyond the targets.
  private func nodesInOrder(from outputs: [Tensor]) -> [Node] {
    var order: [Node] = []
    var seen: Set<ObjectIdentifier> = []
    var pending: [(node: Node, operandsDone: Bool)] =
      outputs.reversed().filter { !targets.contains($0.key) }.map { ($0.node, false) }
    while let (node, operandsDone) = pending.popLast() {
      if operandsDone {
        order.append(node)
        continue
      }
      guard seen.insert(ObjectIdentifier(node)).inserted else { continue }
      pending.append((node, true))
      for operand in node.operands.reversed() where !targets.contains(operand.key) {
        pending.append((operand.node, false))
      }
    }
    return order
  }

  private mutating func propagate(through node: Node, needed: [Bool]) {
    let results = node.types.indices.map { Tensor(node: node, index: $0) }
    // A target's own cotangent is asked for, and does not flow on.
    let flowing = results.map { targets.contains($0.key) ? nil : cotangents[$0.key] }
    let inner = innerCotangents.removeValue(forKey: ObjectIdentifier(node)) ?? []
    guard flowing.contains(where: { $0 != nil }) || !inner.isEmpty else { return }
    let rule = PullbackRule(node: node, results: results, cotangents: flowing, needed: needed)
    switch node.kind {
    case .stacked(let value):
      guard let cotangent = flowing[0] else { return }
      let scan = ObjectIdentifier(node.operands[0].node)
      innerCotangents[scan, default: []].append((value, cotangent))
    case .scan(let region):
      accumulate(rule.scan(region, innerCotangents: inner), into: node.operands)
    default:
      let flowing = Node.$differentiatedSite.withValue(node.site) { rule.operandCotangents() }
      accumulate(flowing, into: node.operands)
    }
  }

  /// Adds up what a rule lets flow to a node's operands: one cotangent each, of its type, or nil.
  mutating func accumulate(_ flowing: [Tensor?], into operands: [Tensor]) {
    precondition(
      flowing.count == operands.count,
      "\(flowing.count) cotangents for \(operands.count) operands"
    )
    for case (let operand, let cotangent?) in zip(operands, flowing) {
      precondition(
        cotangent.error != nil || cotangent.type == operand.type,
        "a cotangent \(cotangent.type) for an operand \(operand.type)"
      )
      seed(operand, cotangent)
    }
  }
}

extension Tensor {
  /// Whether the tensor stands for a scan as the operand of a stacked value.
  fileprivate var isScanResult: Bool {
    if case .scan = node.kind { true } else { false }
  }
}
