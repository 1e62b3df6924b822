import Arrays
import StableHLO

/// A tensor in a traced program: a value without elements, known by its type.
///
/// Operations on tensors compute nothing. They build a graph, infer types while doing so, and read
/// like mathematics, so they do not throw: the first mistake is kept in the tensor with the line
/// that made it, later operations pass it on, and building the program throws it.
///
/// ```swift
/// let function = try TracedFunction("square", parameters: [TensorType(.float32, [3])]) { inputs in
///   [(inputs[0] * inputs[0]).sum()]
/// }
/// ```
public struct Tensor: Sendable {
  let node: Node
  let index: Int

  init(node: Node, index: Int = 0) {
    self.node = node
    self.index = index
  }

  /// The element type and the shape.
  public var type: TensorType { node.types[index] }
  /// The extents.
  public var shape: Shape { type.shape }
  /// The type of one element.
  public var elementType: ElementType { type.elementType }
  /// The number of axes.
  public var rank: Int { shape.rank }

  /// The mistake that made this tensor meaningless, if there was one.
  public var error: TraceError? {
    guard case .invalid(let error) = node.kind else { return nil }
    return error
  }

  /// What tells one tensor of a graph from another.
  struct Key: Hashable {
    let node: ObjectIdentifier
    let index: Int
  }

  var key: Key { Key(node: ObjectIdentifier(node), index: index) }

  /// An axis counted from the end if negative.
  func axis(_ axis: Int) -> Int { axis < 0 ? axis + rank : axis }
}

extension Tensor {
  /// An input of a function or of a loop's body.
  static func parameter(_ type: TensorType, scope: Scope? = nil, site: SourceSite) -> Tensor {
    Tensor(node: Node(kind: .parameter, operands: [], types: [type], site: site, scope: scope))
  }

  static func invalid(_ error: TraceError, like type: TensorType, site: SourceSite) -> Tensor {
    Tensor(
      node: Node(kind: .invalid(error), operands: [], types: [type], site: site, scope: nil)
    )
  }

  /// What stands for the result of an operation that cannot take its operands: the mistake an operand
  /// brings along, or else this one.
  static func mistaken(
    _ operation: String,
    _ rule: String,
    _ operands: [Tensor],
    site: SourceSite
  ) -> Tensor {
    let types = operands.map(\.type)
    let error =
      operands.lazy.compactMap(\.error).first
      ?? .shape(ShapeError(operation: operation, rule: rule, operands: types), site: site)
    return .invalid(error, like: types.first ?? TensorType(.float32, .scalar), site: site)
  }

  /// Applies a primitive operation.
  static func apply(
    _ operation: Operation,
    _ operands: [Tensor],
    site: SourceSite
  ) -> [Tensor] {
    make(.operation(operation), operands, site: site) { types throws(ShapeError) in
      try operation.resultTypes(operands: types)
    }
  }

  /// Applies a primitive operation with one result.
  static func apply(_ operation: Operation, _ operands: Tensor..., site: SourceSite) -> Tensor {
    apply(operation, operands, site: site)[0]
  }

  /// Makes a node, passing on an operand's mistake or keeping a new one.
  static func make(
    _ kind: Node.Kind,
    _ operands: [Tensor],
    site: SourceSite,
    types: ([TensorType]) throws(ShapeError) -> [TensorType]
  ) -> [Tensor] {
    let likely = operands.first?.type ?? TensorType(.float32, .scalar)
    if let error = operands.lazy.compactMap(\.error).first {
      return [.invalid(error, like: likely, site: site)]
    }
    do {
      let types = try types(operands.map(\.type))
      guard let scope = commonScope(operands),
        scope.innermost.map({ $0.depth <= Scope.currentDepth }) ?? true
      else {
        return [.invalid(.outOfScope(likely, site: site), like: likely, site: site)]
      }
      let node = Node(
        kind: kind,
        operands: operands,
        types: types,
        site: site,
        scope: scope.innermost
      )
      return types.indices.map { Tensor(node: node, index: $0) }
    } catch {
      return [.invalid(.shape(error, site: site), like: likely, site: site)]
    }
  }

  /// The innermost body among the operands'; nil when two bodies of one depth meet.
  private static func commonScope(_ operands: [Tensor]) -> (innermost: Scope?, Void)? {
    var innermost: Scope?
    for scope in operands.lazy.compactMap(\.node.scope) {
      guard let current = innermost else {
        innermost = scope
        continue
      }
      if scope.depth == current.depth && scope !== current { return nil }
      if scope.depth > current.depth { innermost = scope }
    }
    return (innermost, ())
  }
}
