import Growing
import Tensors

// B batch, T tokens, D width.

/// One layer: attention and feed-forward, each read from a norm of the residual stream and added to it.
struct LlamaBlock {
  let configuration: LlamaConfiguration
  let operations: any ModelOperations
  /// Attention of queries `[B, T, H, C]` to keys and values `[B, T, K, C]`, yet to be turned by their positions; as the
  /// queries.
  let attend: (_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor

  /// Applies the layer to the residual stream.
  func callAsFunction(_ hiddenBTD: Tensor, _ layer: LlamaParameters) -> Tensor {
    let epsilon = configuration.normEpsilon
    let read = operations.rootMeanSquareNorm(
      hiddenBTD,
      gain: layer[.attentionNorm],
      epsilon: epsilon
    )
    let (attended, normed) = operations.addingNorm(
      hiddenBTD,
      gated(attention(read, layer), .attention, layer),
      gain: layer[.feedForwardNorm],
      epsilon: epsilon
    )
    return attended + gated(feedForward(normed, layer), .feedForward, layer)
  }

  /// What a part of the layer adds to the residual stream: its output, times its gate if it has one.
  private func gated(_ outputBTD: Tensor, _ sublayer: Sublayer, _ layer: LlamaParameters) -> Tensor
  {
    guard let gates = layer.outputGates else { return outputBTD }
    let column = sublayer.rawValue
    return outputBTD * gates.sliced(column..<column + 1, alongAxis: 0)
  }

  /// Attention between its projections.
  private func attention(_ inputBTD: Tensor, _ layer: LlamaParameters) -> Tensor {
    let (batch, length) = (inputBTD.shape[0], inputBTD.shape[1])
    let (heads, size) = (configuration.headCount, configuration.headSize)
    func projected(_ weights: LlamaParameter, _ bias: LlamaParameter, _ heads: Int) -> Tensor {
      biased(inputBTD.dot(layer[weights]), bias, layer)
        .reshaped(to: [batch, length, heads, size])
    }
    let keyHeads = configuration.keyValueHeadCount
    let mixed = attend(
      normed(projected(.query, .queryBias, heads), .queryNorm, layer),
      normed(projected(.key, .keyBias, keyHeads), .keyNorm, layer),
      projected(.value, .valueBias, keyHeads)
    )
    let output = mixed.reshaped(to: [batch, length, heads * size]).dot(layer[.output])
    return biased(output, .outputBias, layer)
  }

  /// A projection's result with its bias, if the model has it.
  private func biased(_ result: Tensor, _ bias: LlamaParameter, _ layer: LlamaParameters) -> Tensor
  {
    layer[ifPresent: bias].map { result + $0 } ?? result
  }

  /// Heads `[B, T, H, C]`, each normed, if the model does so.
  private func normed(_ heads: Tensor, _ gain: LlamaParameter, _ layer: LlamaParameters) -> Tensor {
    guard let gain = layer[ifPresent: gain] else { return heads }
    return operations.rootMeanSquareNorm(heads, gain: gain, epsilon: configuration.normEpsilon)
  }

  /// The feed-forward part `(silu(x W₁) ⊙ x W₂) W₃`, called SwiGLU.
  ///
  /// Source: Shazeer 2020, section 2.
  private func feedForward(_ inputBTD: Tensor, _ layer: LlamaParameters) -> Tensor {
    operations.gatedProjection(
      gate: inputBTD.dot(layer[.gate]),
      up: inputBTD.dot(layer[.up]),
      projection: layer[.down]
    )
  }
}
