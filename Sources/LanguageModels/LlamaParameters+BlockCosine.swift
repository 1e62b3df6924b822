import Tensors

extension LlamaParameters {
  /// How much alike the weights of neighbouring blocks are: the mean cosine between each layer and the one a block
  /// further on, over all matrices.
  ///
  /// Source: Saunshi et al. 2025, "Reasoning with Latent Thoughts", arXiv 2502.17416, section 5, with every matrix of a
  /// layer as a group.
  ///
  /// - Parameter blockSize: How many layers form a block.
  /// - Returns: A scalar from -1 to 1, or nil for a model of one block.
  public func blockCosine(blockSize: Int) -> Tensor? {
    let cosines = layers.tensors.filter { $0.rank > 2 }.compactMap { stacked -> Tensor? in
      let depth = stacked.shape[0]
      guard blockSize > 0, depth > blockSize else { return nil }
      let rows = stacked.reshaped(to: [depth, stacked.shape.elementCount / depth])
      let one = rows.sliced(0..<depth - blockSize, alongAxis: 0)
      let other = rows.sliced(blockSize..<depth, alongAxis: 0)
      func products(_ one: Tensor, _ other: Tensor) -> Tensor { (one * other).sum(axes: [1]) }
      // Output projections may begin at zero, and a cosine with nothing is none.
      let least = Tensor(1e-12, rows.elementType)
      let norms = (products(one, one) * products(other, other)).maximum(least).squareRoot()
      return (products(one, other) / norms).mean()
    }
    guard let first = cosines.first else { return nil }
    return cosines.dropFirst().reduce(first, +) / Tensor(Double(cosines.count), first.elementType)
  }
}
