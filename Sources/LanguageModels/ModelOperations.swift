import Arrays
import Kernels
import Tensors

// B batch, T tokens, D width, H query heads, K key and value heads, C head size, V vocabulary.

/// The parts of a layer, besides attention and plain products, that can be done in more than one way.
protocol LayerOperations: Sendable {
  /// `[..., D]` divided by the root of its mean square, times a gain `[D]`.
  ///
  /// Source: Zhang and Sennrich 2019, equation 4.
  func rootMeanSquareNorm(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor

  /// A sum, and its norm as by ``rootMeanSquareNorm(_:gain:epsilon:)``.
  func addingNorm(
    _ input: Tensor,
    _ update: Tensor,
    gain: Tensor,
    epsilon: Double
  ) -> (sum: Tensor, norm: Tensor)

  /// The gated unit `silu(gate) ⊙ up` of two tensors `[..., inner]`, times a projection `[inner, D]`.
  func gatedProjection(gate: Tensor, up: Tensor, projection: Tensor) -> Tensor
}

/// The parts of a model that can be done in more than one way.
///
/// ``ComposedOperations`` says them in plain StableHLO, which runs anywhere and can be differentiated more than
/// once; a `KernelLibrary` calls a kernel for each. The model itself is written once, in these words.
protocol ModelOperations: LayerOperations {
  /// Grouped-query attention of queries `[B, T, H, C]` to keys and values `[B, T, K, C]`, of which queries and
  /// keys are yet to be turned by their positions; as the queries.
  ///
  /// Source: Vaswani et al. 2017, section 3.2; Ainslie et al. 2023, section 2.2.
  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    context: AttentionContext
  ) -> Tensor

  /// The negative log-likelihoods of targets `[B, T]` after hidden states `[B, T, D]`, weighted and summed.
  ///
  /// The projection makes logits, `[D, V]`, or `[V, D]` if it is transposed; without weights, all count.
  func crossEntropy(
    hidden: Tensor,
    projection: Tensor,
    projectionIsTransposed: Bool,
    targets: Tensor,
    weights: Tensor?,
    withGradients: Bool
  ) -> Tensor
}

/// What attention goes by besides queries, keys and values; the same in all layers.
struct AttentionContext {
  let rotary: RotaryEmbedding
  let visibility: Visibility
  /// What is visible: `[T, S]`, or `[B, 1, 1, T, S]` when it differs from row to row.
  let isVisible: Tensor

  /// What texts of a length go by in a model.
  init(
    _ configuration: LlamaConfiguration,
    visibility: Visibility,
    length: Int,
    elementType: ElementType
  ) {
    rotary = RotaryEmbedding(configuration, length: length, elementType: elementType)
    self.visibility = visibility.within(configuration, length: length)
    isVisible = self.visibility.mask(length: length)
  }
}

extension KernelLibrary: ModelOperations {
  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    context: AttentionContext
  ) -> Tensor {
    // The kernel knows no window.
    guard context.visibility.window == nil else {
      return ComposedOperations().attention(
        queries: queries,
        keys: keys,
        values: values,
        context: context
      )
    }
    return attention(
      queries: queries,
      keys: keys,
      values: values,
      cosines: context.rotary.cosines,
      sines: context.rotary.sines,
      documents: context.visibility.segments,
      prefixLengths: context.visibility.prefixLengths
    )
  }
}
