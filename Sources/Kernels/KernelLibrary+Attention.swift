import Arrays
import KernelInterface
import StableHLO
import Tensors

// B batch, T tokens, H query heads, K key and value heads, C head size.

extension KernelLibrary {
  /// Causal grouped-query attention with rotary positions, in memory that grows with the length only.
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
  /// - Returns: `[B, T, H, C]`.
  public func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    cosines: Tensor,
    sines: Tensor,
    documents: Tensor?
  ) -> Tensor {
    let shape = AttentionShape(
      batch: queries.shape[0],
      length: queries.shape[1],
      headCount: queries.shape[2],
      keyHeadCount: keys.shape[2],
      headSize: queries.shape[3],
      separatesDocuments: documents != nil
    )
    let operands = [queries, keys, values, cosines, sines] + [documents].compactMap { $0 }
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
    [
      "batch": shape.batch, "length": shape.length, "heads": shape.headCount,
      "key_heads": shape.keyHeadCount, "head_size": shape.headSize, "workers": workerCount,
    ].mapValues(Self.attribute)
  }
}
