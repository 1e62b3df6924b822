import Arrays
import StableHLO

/// A vertex of the traced graph: an operation, its operands and its results' types.
///
/// Nodes are immutable and shared, so a graph has no owner and needs no context to be built in.
final class Node {
  let kind: Kind
  private(set) var operands: [Tensor]
  let types: [TensorType]
  /// The line that made the node; for one that a gradient made, the line that is differentiated.
  let site: SourceSite
  /// The innermost loop body whose parameters the node depends on.
  let scope: Scope?

  init(kind: Kind, operands: [Tensor], types: [TensorType], site: SourceSite, scope: Scope?) {
    self.kind = kind
    self.operands = operands
    self.types = types
    self.site = Self.differentiatedSite ?? site
    self.scope = scope
  }

  /// The line whose gradient is being made.
  ///
  /// It names nodes and decides nothing else.
  @TaskLocal static var differentiatedSite: SourceSite?

  enum Kind: Sendable {
    /// An input of the function or of a loop's body.
    case parameter
    case operation(Operation)
    case customCall(CustomCallTarget, gradient: CustomGradient?)
    case whileLoop(WhileRegion)
    case scan(ScanRegion)
    /// A value inside a scan's body, stacked over all iterations; the operand is a result of the scan.
    case stacked(Tensor)
    /// The slices of the operand along its leading axis.
    case unstack
    /// The operand, as a constant for differentiation.
    case detached
    /// The operand, lying on devices in a given way, and what flows back through it likewise or as the compiler likes.
    case sharded(TensorSharding, constrainsGradient: Bool)
    /// The first operand, a scalar, whose gradients by so many next ones are the ones after these.
    case knownGradients(count: Int)
    case invalid(TraceError)
  }

  deinit {
    // A long chain released recursively would exhaust a small stack, so it is taken apart here.
    var pending = operands
    operands = []
    while !pending.isEmpty {
      var node = pending.removeLast().node
      if isKnownUniquelyReferenced(&node) {
        pending.append(contentsOf: node.operands)
        node.operands = []
      }
    }
  }
}

// SAFETY: all state is immutable but `operands`, which only a node's last owner empties.
extension Node: @unchecked Sendable {}
