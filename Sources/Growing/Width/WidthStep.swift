import Arrays

/// One growth in width: of the residual stream, the heads, the feed-forward part or the vocabulary.
///
/// Each parameter's axes say which dimension they run over and whether the parameter writes the
/// dimension's elements, reads them, or scales them in a norm (``TensorAxis``). From that follows what an
/// element of a copy is multiplied by, so that the function stays, and what its gradient is then
/// multiplied by, which the optimizer's moments follow. With a share `w` and, on the residual stream, a
/// scale `s` (1 elsewhere):
///
/// | axis | weight | gradient |
/// |---|---|---|
/// | writes | `s` | `w / s` |
/// | reads | `w` | 1 |
/// | scales | `1 / s` | `s w` |
/// | scales, tied embedding | `w / s²` | `s²` |
///
/// A parameter that is tied to be both the embedding and the output projection has the same factors by
/// either way.
public struct WidthStep: Hashable, Sendable {
  /// What a tensor holds, which decides by which factor its copies are multiplied.
  public enum Quantity: Hashable, Sendable {
    /// A parameter.
    case weight
    /// A running mean of a parameter's gradients.
    case gradient
    /// A running mean of their squares.
    case squaredGradient
  }

  /// The dimensions that grow.
  public let maps: [ModelDimension: AxisMap]
  /// Whether copies of what a matrix writes are taken from the next layer, the last layer's from itself.
  public let copiesNextLayer: Bool
  /// What happens to the optimizer's slots.
  public var optimizerState: OptimizerStatePolicy

  /// Creates a growth in width.
  ///
  /// - Parameters:
  ///   - maps: The dimensions that grow; ``ModelDimension/layers`` is not one of them.
  ///   - copiesNextLayer: Whether copies come from the next layer.
  ///   - optimizerState: What happens to the optimizer's slots.
  public init(
    maps: [ModelDimension: AxisMap],
    copiesNextLayer: Bool = false,
    optimizerState: OptimizerStatePolicy = .copy
  ) {
    precondition(maps[.layers] == nil, "depth grows by a GrowthStep")
    self.maps = maps
    self.copiesNextLayer = copiesNextLayer
    self.optimizerState = optimizerState
  }

  /// Whether a tensor comes out as it went in, so that nobody need touch it.
  ///
  /// - Parameters:
  ///   - axes: What its axes run over.
  ///   - quantity: What it holds.
  /// - Returns: True where no axis grows and nothing is cleared.
  public func keeps(_ axes: [TensorAxis], _ quantity: Quantity) -> Bool {
    !axes.contains { maps[$0.dimension] != nil }
      && (quantity == .weight || optimizerState != .clearAll)
  }

  /// One tensor of the training state, grown.
  ///
  /// - Parameters:
  ///   - tensor: The tensor, `float32` or `float64`.
  ///   - axes: What its axes run over.
  ///   - quantity: What it holds.
  ///   - fresh: First values of the whole grown tensor, of which the fresh elements take theirs. Called
  ///     for weights that have such elements, and for nothing else.
  /// - Returns: The tensor under the same name, each grown axis of its map's size.
  /// - Throws: ``GrowthError/wrongAxis(tensor:shape:axis:size:)``,
  ///   ``GrowthError/cannotDecorate(tensor:elementType:)``,
  ///   ``GrowthError/wrongFreshRow(tensor:layer:expected:found:)``, or what `fresh` throws.
  /// - Complexity: One pass over the result.
  public func grown(
    _ tensor: NamedArray,
    axes: [TensorAxis],
    quantity: Quantity,
    fresh: () throws -> HostArray
  ) throws -> NamedArray {
    let array = tensor.array
    if keeps(axes, quantity) { return tensor }
    guard axes.contains(where: { maps[$0.dimension] != nil }) else {
      return NamedArray(tensor.name, HostArray(zeros: array.type))
    }
    let plans = try zip(axes, array.shape.dimensions).enumerated().map { index, pair in
      if let map = maps[pair.0.dimension], map.sourceSize != pair.1 {
        throw GrowthError.wrongAxis(
          tensor: tensor.name,
          shape: array.shape.dimensions,
          axis: index,
          size: map.sourceSize
        )
      }
      return AxisPlan(pair.0, size: pair.1, map: maps[pair.0.dimension], quantity)
    }
    let type = TensorType(array.elementType, Shape(plans.map(\.sources.count)))
    if quantity != .weight, optimizerState == .clearAll {
      return NamedArray(tensor.name, HostArray(zeros: type))
    }
    var drawn: HostArray?
    if quantity == .weight, plans.contains(where: \.drawsFresh) {
      drawn = try fresh()
      guard drawn?.type == type else {
        throw GrowthError.wrongFreshRow(
          tensor: tensor.name,
          layer: 0,
          expected: "\(type)",
          found: drawn.map { "\($0.type)" } ?? "nothing"
        )
      }
    }
    let gathering = AxisGathering(
      plans: plans,
      copiesNextLayer: copiesNextLayer && axes.first == .layers,
      skipsNew: quantity != .weight && optimizerState != .copy
    )
    switch array.elementType {
    case .float32:
      let bytes = gathering.gathered(array.bytes, drawn: drawn?.bytes, as: Float.self)
      return NamedArray(tensor.name, HostArray(bytes: bytes, type: type))
    case .float64:
      let bytes = gathering.gathered(array.bytes, drawn: drawn?.bytes, as: Double.self)
      return NamedArray(tensor.name, HostArray(bytes: bytes, type: type))
    default:
      throw GrowthError.cannotDecorate(tensor: tensor.name, elementType: "\(array.elementType)")
    }
  }
}
