import Kernels
import Tensors

/// The parts of a model that reads further tokens into a cache.
protocol ReadingOperations: LayerOperations {
  /// Grouped-query attention of new tokens to themselves and to all that was read before them: queries `[B, T, H, C]`, keys
  /// and values `[B, T, K, C]`, of which queries and keys are yet to be turned by their positions.
  ///
  /// - Returns: As the queries, and what a layer remembers afterwards.
  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    remembering old: KeyValueCache.Layer,
    context: CacheContext
  ) -> (mixed: Tensor, remembered: KeyValueCache.Layer)
}

/// Kernels for reading few tokens at once; products stay plain, as those of few rows need no packing.
struct ReadingKernels: ReadingOperations {
  let library: KernelLibrary

  /// The most new tokens of a row that the kernel takes, which reads keys and values once for each.
  private static let mostNewTokens = 4

  func rootMeanSquareNorm(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor {
    library.rootMeanSquareNorm(input, gain: gain, epsilon: epsilon)
  }

  func addingNorm(
    _ input: Tensor,
    _ update: Tensor,
    gain: Tensor,
    epsilon: Double
  ) -> (sum: Tensor, norm: Tensor) {
    library.addingNorm(input, update, gain: gain, epsilon: epsilon)
  }

  func gatedProjection(gate: Tensor, up: Tensor, projection: Tensor) -> Tensor {
    ComposedOperations().gatedProjection(gate: gate, up: up, projection: projection)
  }

  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    remembering old: KeyValueCache.Layer,
    context: CacheContext
  ) -> (mixed: Tensor, remembered: KeyValueCache.Layer) {
    guard queries.shape[1] <= Self.mostNewTokens else {
      return ComposedOperations().attention(
        queries: queries,
        keys: keys,
        values: values,
        remembering: old,
        context: context
      )
    }
    let (mixed, newKeys, newValues) = library.cachedAttention(
      queries: queries,
      keys: keys,
      values: values,
      cosines: context.rotary.cosines,
      sines: context.rotary.sines,
      starts: context.starts,
      cachedKeys: old.keys,
      cachedValues: old.values,
      window: context.window
    )
    return (mixed, KeyValueCache.Layer(keys: newKeys, values: newValues))
  }
}
