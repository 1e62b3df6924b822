import Kernels
import Tensors

/// A model's parts for reading few tokens at once: kernels, but for products, which then are few rows' and need no packing.
struct ReadingOperations: ModelOperations {
  let kernels: KernelLibrary

  func rootMeanSquareNorm(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor {
    kernels.rootMeanSquareNorm(input, gain: gain, epsilon: epsilon)
  }

  func addingNorm(
    _ input: Tensor,
    _ update: Tensor,
    gain: Tensor,
    epsilon: Double
  ) -> (sum: Tensor, norm: Tensor) {
    kernels.addingNorm(input, update, gain: gain, epsilon: epsilon)
  }

  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    context: AttentionContext
  ) -> Tensor {
    kernels.attention(queries: queries, keys: keys, values: values, context: context)
  }

  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    remembering old: KeyValueCache.Layer,
    context: CacheContext
  ) -> (mixed: Tensor, remembered: KeyValueCache.Layer) {
    kernels.attention(
      queries: queries,
      keys: keys,
      values: values,
      remembering: old,
      context: context
    )
  }

  func gatedProjection(gate: Tensor, up: Tensor, projection: Tensor) -> Tensor {
    ComposedOperations().gatedProjection(gate: gate, up: up, projection: projection)
  }

  func crossEntropy(
    hidden: Tensor,
    projection: Tensor,
    projectionIsTransposed: Bool,
    targets: Tensor,
    weights: Tensor?,
    withGradients: Bool
  ) -> Tensor {
    ComposedOperations().crossEntropy(
      hidden: hidden,
      projection: projection,
      projectionIsTransposed: projectionIsTransposed,
      targets: targets,
      weights: weights,
      withGradients: withGradients
    )
  }
}
