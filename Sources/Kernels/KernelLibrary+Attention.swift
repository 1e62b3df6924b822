import Arrays
import KernelInterface
import StableHLO
import Tensors

// B batch, T tokens, H query heads, K key and value heads, C head size.

extension KernelLibrary {
  /// Grouped-query attention with rotary positions, in memory that grows with the length only; causal, but
  /// for a prefix that all see.
  ///
  /// Queries and keys are turned by the positions' angles, so they come as the projections give them. The
  /// gradient is a kernel too, so it cannot be differentiated again.
  ///
  /// - Parameters:
  ///   - queries: `[B, T, H, C]`, `float32`.
  ///   - keys: `[B, T, K, C]`; `K` divides `H`.
  ///   - values: `[B, T, K, C]`.
  ///   - cosines: `[T, C / 2]`, of each position's angles.
  ///   - sines: `[T, C / 2]`.
  ///   - documents: `[B, T]`, `int32`: a token sees only tokens of its own number. Nil for all.
  ///   - prefixLengths: `[B]`, `int32`: how many of a sequence's first tokens are seen by all of it; a
  ///     number outside `0...T` counts as the nearer end. Nil for none.
  /// - Returns: `[B, T, H, C]`.
  public func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    cosines: Tensor,
    sines: Tensor,
    documents: Tensor?,
    prefixLengths: Tensor? = nil
  ) -> Tensor {
    let shape = AttentionShape(
      batch: queries.shape[0],
      length: queries.shape[1],
      headCount: queries.shape[2],
      keyHeadCount: keys.shape[2],
      headSize: queries.shape[3],
      separatesDocuments: documents != nil,
      hasPrefixes: prefixLengths != nil
    )
    let operands =
      [queries, keys, values, cosines, sines] + [documents, prefixLengths].compactMap { $0 }
    let results = Tensor.customCall(attentionTarget(shape, queries.type), operands) {
      [self]
      operands,
      results,
      cotangents in
      let gradients: [Tensor?] = Tensor.customCall(
        attentionGradientTarget(shape, operands.prefix(3).map(\.type)),
        operands + [results[0], results[1], cotangents[0]]
      )
      return gradients.prefix(3) + operands.dropFirst(3).map { _ in nil }
    }
    return results[0]
  }

  private func attentionTarget(_ shape: AttentionShape, _ type: TensorType) -> CustomCallTarget {
    CustomCallTarget(
      name: name(of: "attention"),
      attributes: attributes(shape),
      resultTypes: [
        type,
        TensorType(type.elementType, [shape.batch, shape.headCount, shape.length]),
        scratch(kernels.attentionScratch(shape, workerCount)),
      ]
    )
  }

  private func attentionGradientTarget(
    _ shape: AttentionShape,
    _ types: [TensorType]
  ) -> CustomCallTarget {
    CustomCallTarget(
      name: name(of: "attention_gradient"),
      attributes: attributes(shape),
      resultTypes: types + [scratch(kernels.attentionGradientScratch(shape, workerCount))]
    )
  }

  private func attributes(_ shape: AttentionShape) -> [String: String] {
    var attributes = [
      "batch": shape.batch, "length": shape.length, "heads": shape.headCount,
      "key_heads": shape.keyHeadCount, "head_size": shape.headSize, "workers": workerCount,
    ]
    // Only where there are any, so that the programs of causal attention stay the same.
    if shape.hasPrefixes { attributes["has_prefixes"] = 1 }
    return attributes.mapValues(Self.attribute)
  }
}
