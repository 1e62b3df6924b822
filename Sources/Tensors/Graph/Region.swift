import Arrays
import StableHLO

/// The body of a while-loop: both functions share the state's parameters.
struct WhileRegion: Sendable {
  let scope: Scope
  let state: [Tensor]
  let condition: Tensor
  let body: [Tensor]
  /// Tensors of outside that either function uses; operands after the initial state.
  let captures: [Tensor]
}

/// The body of a scan.
///
/// The node's operands are the initial carry, the stacked inputs and the captures, in this order;
/// its results are the final carry and the stacked outputs.
struct ScanRegion: Sendable {
  let scope: Scope
  let length: Int
  /// Whether iterations run from the last slice to the first.
  let isReversed: Bool
  /// Whether the gradient computes the body again instead of keeping its intermediate values.
  let rematerializes: Bool
  /// What an iteration is given from the one before.
  let carry: [Tensor]
  /// What an iteration is given of each stacked input.
  let slices: [Tensor]
  /// What an iteration gives to the next.
  let nextCarry: [Tensor]
  /// What an iteration adds to each stacked output.
  let outputs: [Tensor]
  /// Tensors of outside that the body uses.
  let captures: [Tensor]
}

extension Tensor {
  /// Whether the tensor has no operands and costs nothing, so that it is made again where it is used.
  var isLeafConstant: Bool {
    guard case .operation(let operation) = node.kind, node.operands.isEmpty else { return false }
    switch operation {
    case .iota: return true
    case .constant(let array): return array.shape.elementCount <= 64
    default: return false
    }
  }
}

/// What the results of a body need from outside, in the order in which it is met.
///
/// - Parameters:
///   - results: The body's results.
///   - bound: The body's parameters, and whatever else stands for a value given to it.
///   - scope: The body's scope.
func captures(of results: [Tensor], bound: [Tensor], scope: Scope) -> [Tensor] {
  var seen = Set(bound.map(\.key))
  var captures: [Tensor] = []
  var pending = Array(results.reversed())
  while let tensor = pending.popLast() {
    guard seen.insert(tensor.key).inserted else { continue }
    if tensor.node.scope === scope {
      pending.append(contentsOf: tensor.node.operands.reversed())
    } else if !tensor.isLeafConstant {
      captures.append(tensor)
    }
  }
  return captures
}
