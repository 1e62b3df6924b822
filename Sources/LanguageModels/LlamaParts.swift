import Arrays
import Tensors

// B batch, T tokens, D width, H query heads, V vocabulary.

/// The functions that a ``Llama`` is made of, one by one, for whoever takes models apart.
///
/// A layer is a function of the residual stream and its own parameters, so one program serves all layers, in any order.
/// Everything is plain StableHLO.
public struct LlamaParts: Sendable {
  /// The model's sizes.
  public let configuration: LlamaConfiguration
  /// The types of the parameters that no layer has.
  public let sharedTypes: [TensorType]
  /// The types of one layer's parameters.
  public let layerTypes: [TensorType]
  private let shared: [ParameterSpecification]
  private let layered: [ParameterSpecification]

  /// The parts of models of these sizes.
  public init(_ configuration: LlamaConfiguration) {
    self.configuration = configuration
    (shared, layered) = UnstackedParameters.specifications(configuration)
    sharedTypes = shared.map(\.type)
    layerTypes = layered.map { TensorType($0.type.elementType, $0.layerShape) }
  }

  /// The names of a layer's matrices, with their places among its parameters.
  public var matrices: [(name: String, place: Int)] {
    layered.enumerated().compactMap { place, specification in
      specification.layerShape.rank == 2
        ? (String(specification.name.dropFirst("layers.".count)), place) : nil
    }
  }

  /// The residual stream before the first layer.
  ///
  /// - Parameters:
  ///   - tokens: `[B, T]`, `int32`.
  ///   - tensors: Of the ``sharedTypes``.
  /// - Returns: `[B, T, D]`.
  public func embedded(_ tokens: Tensor, shared tensors: [Tensor]) -> Tensor {
    LlamaParameters(shared, tensors: tensors)[.embedding].gatheringRows(at: tokens)
  }

  /// What a layer's two parts add to the residual stream.
  ///
  /// - Parameters:
  ///   - hidden: `[B, T, D]`.
  ///   - tensors: Of the ``layerTypes``.
  ///   - scale: What they are multiplied by, a scalar.
  /// - Returns: Each `[B, T, D]`.
  public func contributions(
    _ hidden: Tensor,
    layer tensors: [Tensor],
    scale: Tensor
  ) -> (attention: Tensor, feedForward: Tensor) {
    let block = block(context(hidden))
    return block.contributions(hidden, LlamaParameters(layered, tensors: tensors), scale: scale)
  }

  /// How much each token looks at each before it in a layer.
  ///
  /// - Parameters:
  ///   - hidden: `[B, T, D]`.
  ///   - tensors: Of the ``layerTypes``.
  /// - Returns: `[B, H, T, T]`, sums of one along the last axis.
  public func attentionPatterns(_ hidden: Tensor, layer tensors: [Tensor]) -> Tensor {
    let (context, layer) = (context(hidden), LlamaParameters(layered, tensors: tensors))
    let (batch, length) = (hidden.shape[0], hidden.shape[1])
    let read = ComposedOperations().rootMeanSquareNorm(
      hidden,
      gain: layer[.attentionNorm],
      epsilon: configuration.normEpsilon
    )
    let (queries, keys, _) = block(context).heads(of: read, layer)
    func turned(_ heads: Tensor) -> Tensor { context.rotary(heads.transposed([0, 2, 1, 3])) }
    return ComposedOperations().attentionWeights(
      queries: turned(queries),
      keys: turned(keys),
      isVisible: context.isVisible
    ).reshaped(to: [batch, configuration.headCount, length, length])
  }

  /// The logits behind a residual stream, by the final norm and the head.
  ///
  /// - Parameters:
  ///   - hidden: `[B, T, D]`.
  ///   - tensors: Of the ``sharedTypes``.
  /// - Returns: `[B, T, V]`.
  public func logits(_ hidden: Tensor, shared tensors: [Tensor]) -> Tensor {
    let parameters = LlamaParameters(shared, tensors: tensors)
    let normed = ComposedOperations().rootMeanSquareNorm(
      hidden,
      gain: parameters[.finalNorm],
      epsilon: configuration.normEpsilon
    )
    let (projection, isTransposed) = parameters.outputProjection
    return ComposedOperations().logits(normed, projection, isTransposed: isTransposed)
  }

  private func block(_ context: AttentionContext) -> LlamaBlock {
    LlamaBlock(configuration: configuration, operations: ComposedOperations()) {
      ComposedOperations().attention(queries: $0, keys: $1, values: $2, context: context)
    }
  }

  private func context(_ hidden: Tensor) -> AttentionContext {
    AttentionContext(
      configuration,
      visibility: Visibility(),
      length: hidden.shape[1],
      elementType: hidden.elementType
    )
  }
}
