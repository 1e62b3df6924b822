import Arrays
import Tensors

// B batch, T new tokens, S places of the cache, K key and value heads, C head size.

/// Where new tokens stand in a cache, and what they see of it; the same in all layers.
struct CacheContext {
  let rotary: RotaryEmbedding
  /// `[B]`, `int32`: where each row's new tokens begin.
  let starts: Tensor
  /// `[B, 1, 1, T, S]`: what each new token sees.
  let isVisible: Tensor
  /// How many of the last tokens are seen; nil for all that there are.
  let window: Int?

  init(_ configuration: LlamaConfiguration, starts: Tensor, length: Int, capacity: Int) {
    let batch = starts.shape[0]
    let square = TensorType(.int32, [batch, length, capacity])
    let positions =
      Tensor.indices(square, alongAxis: 1) + starts.reshaped(to: [batch, 1, 1])
    let places = Tensor.indices(square, alongAxis: 2)
    self.starts = starts
    window = configuration.slidingWindow.flatMap { $0 < capacity ? $0 : nil }
    var isVisible = places .<= positions
    if let window {
      isVisible = isVisible .& Visibility.isNear(places, positions, window: window)
    }
    self.isVisible = isVisible.reshaped(to: [batch, 1, 1, length, capacity])
    let half = TensorType(.float32, [batch, 1, length, configuration.headSize / 2])
    rotary = RotaryEmbedding(
      configuration,
      positions: Tensor.indices(half, alongAxis: 2)
        + starts.converted(to: .float32).reshaped(to: [batch, 1, 1, 1])
    )
  }
}

extension ComposedOperations: ReadingOperations {
  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    remembering old: KeyValueCache.Layer,
    context: CacheContext
  ) -> (mixed: Tensor, remembered: KeyValueCache.Layer) {
    let remembered = KeyValueCache.Layer(
      keys: placed(context.rotary(keys.transposed([0, 2, 1, 3])), over: old.keys, context.starts),
      values: placed(values.transposed([0, 2, 1, 3]), over: old.values, context.starts)
    )
    let mixed = attention(
      queries: context.rotary(queries.transposed([0, 2, 1, 3])),
      keys: remembered.keys,
      values: remembered.values,
      isVisible: context.isVisible
    )
    return (mixed, remembered)
  }

  /// Old rows `[B, K, S, C]` with new ones `[B, K, T, C]` in their places, which takes no more than writing them.
  private func placed(_ new: Tensor, over old: Tensor, _ starts: Tensor) -> Tensor {
    let zero = Tensor(0, .int32)
    return (0..<starts.shape[0]).reduce(old) { cache, row in
      cache.updatingSlice(
        with: new.sliced(row..<row + 1, alongAxis: 0),
        at: [
          Tensor(Double(row), .int32), zero,
          starts.sliced(row..<row + 1, alongAxis: 0).reshaped(to: []), zero,
        ]
      )
    }
  }
}
