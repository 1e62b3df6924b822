import Arrays
import KernelInterface
import StableHLO
import Tensors

// B batch, T new tokens, H query heads, K key and value heads, C head size, S places of the cache.

extension KernelLibrary {
  /// Attention of a few new tokens to all that a cache holds, in which the new keys and values take their places.
  ///
  /// Keys and values are updated in their memory; a program that has use for the old ones copies them before. It has no
  /// gradient.
  ///
  /// - Parameters:
  ///   - queries: `[B, T, H, C]`, yet to be turned by their positions.
  ///   - keys: `[B, T, K, C]`, likewise; `K` divides `H`.
  ///   - values: `[B, T, K, C]`.
  ///   - cosines: `[B, 1, T, C / 2]`, of the new tokens' positions.
  ///   - sines: As the cosines.
  ///   - starts: `[B]`, `int32`: how many tokens each row has read, which is where its new ones go.
  ///   - cachedKeys: `[B, K, S, C]`, turned.
  ///   - cachedValues: `[B, K, S, C]`.
  ///   - window: How many of the last tokens a token sees, itself among them; nil for all.
  /// - Returns: `[B, T, H, C]`, and the cache with the new tokens in it.
  public func cachedAttention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    cosines: Tensor,
    sines: Tensor,
    starts: Tensor,
    cachedKeys: Tensor,
    cachedValues: Tensor,
    window: Int? = nil
  ) -> (mixed: Tensor, keys: Tensor, values: Tensor) {
    let shape = CachedAttentionShape(
      batch: queries.shape[0],
      length: queries.shape[1],
      headCount: queries.shape[2],
      keyHeadCount: keys.shape[2],
      headSize: queries.shape[3],
      capacity: cachedKeys.shape[2],
      window: window
    )
    let attributes = [
      "batch": shape.batch, "length": shape.length, "heads": shape.headCount,
      "key_heads": shape.keyHeadCount, "head_size": shape.headSize, "capacity": shape.capacity,
      "window": shape.window, "workers": workerCount,
    ]
    let target = CustomCallTarget(
      name: name(of: "cached_attention"),
      attributes: attributes.mapValues(Self.attribute),
      resultTypes: [
        queries.type, cachedKeys.type, cachedValues.type,
        scratch(kernels.cachedAttentionScratch(shape, workerCount)),
      ],
      updatedOperands: [1: 6, 2: 7]
    )
    let results = Tensor.customCall(
      target,
      [queries, keys, values, cosines, sines, starts, cachedKeys, cachedValues]
    )
    return (results[0], results[1], results[2])
  }
}
