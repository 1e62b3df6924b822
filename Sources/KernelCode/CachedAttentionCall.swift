import Arrays
import KernelInterface
import PJRT

/// The custom call `cached_attention`: queries, new keys and values, cosines, sines, how many tokens each row has read, cached
/// keys and cached values to the result, the cache with the new tokens in it, in its own memory, and scratch memory.
///
/// Attributes, all int32: `batch`, `length`, `heads`, `key_heads`, `head_size`, `capacity`, `window` and `workers`.
let cachedAttentionCall = CustomCall(
  name: "espalier.\(kernelSetName).cached_attention"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let shape = call.cachedAttentionShape, let workers = call.workers,
      let queries = call.reals(ofInput: 0, count: shape.queryCount),
      let keys = call.reals(ofInput: 1, count: shape.keyCount),
      let values = call.reals(ofInput: 2, count: shape.keyCount),
      let cosines = call.reals(ofInput: 3, count: shape.angleCount),
      let sines = call.reals(ofInput: 4, count: shape.angleCount),
      let starts = call.integers(ofInput: 5, count: shape.batch)
    else { return .failure("cached_attention: operands or attributes are missing or do not fit") }
    guard let result = call.reals(ofOutput: 0, count: shape.queryCount),
      let cachedKeys = call.reals(ofOutput: 1, count: shape.cacheCount),
      let cachedValues = call.reals(ofOutput: 2, count: shape.cacheCount),
      let scratch = call.scratch(
        ofOutput: 3,
        atLeast: workers.count * CachedAttention.Plan(shape).count
      )
    else { return .failure("cached_attention: sizes do not fit: \(shape)") }
    guard call.reals(ofInput: 6, count: shape.cacheCount) == ConstRealPointer(cachedKeys),
      call.reals(ofInput: 7, count: shape.cacheCount) == ConstRealPointer(cachedValues)
    else { return .failure("cached_attention: the cache is not updated in its place") }
    CachedAttention(
      shape: shape,
      queries: queries,
      keys: keys,
      values: values,
      rotation: Rotation(cosines: cosines, sines: sines, headSize: shape.headSize),
      starts: starts,
      cachedKeys: cachedKeys,
      cachedValues: cachedValues,
      result: result
    ).run(scratch: scratch, workers: workers)
    return .success
  }
}

extension CustomCallFrame {
  /// The sizes that the attributes state; nil if some are missing or impossible.
  fileprivate var cachedAttentionShape: CachedAttentionShape? {
    guard let batch = size("batch"), let length = size("length"), let heads = size("heads"),
      let keyHeads = size("key_heads"), let headSize = size("head_size"),
      let capacity = size("capacity"), let window = size("window"), batch > 0, length > 0,
      keyHeads > 0, heads > 0,
      heads % keyHeads == 0, headSize > 0, headSize % 2 == 0, capacity >= length,
      (1...capacity).contains(window)
    else { return nil }
    return CachedAttentionShape(
      batch: batch,
      length: length,
      headCount: heads,
      keyHeadCount: keyHeads,
      headSize: headSize,
      capacity: capacity,
      window: window
    )
  }
}
