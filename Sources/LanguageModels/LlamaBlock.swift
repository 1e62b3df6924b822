import Growing
import Tensors

// B batch, T tokens, D width.

/// One layer: attention and feed-forward, each read from a norm of the residual stream and added to it.
struct LlamaBlock {
  let configuration: LlamaConfiguration
  let operations: any LayerOperations
  /// Attention of queries `[B, T, H, C]` to keys and values `[B, T, K, C]`, yet to be turned by their positions; as the
  /// queries.
  let attend: (_ queries: Tensor, _ keys: Tensor, _ values: Tensor) -> Tensor

  /// Applies the layer to the residual stream.
  ///
  /// - Parameters:
  ///   - hiddenBTD: The residual stream.
  ///   - layer: The layer's parameters.
  ///   - scale: What its outputs are multiplied by, a scalar; nil for one.
  /// - Returns: The next residual stream.
  func callAsFunction(
    _ hiddenBTD: Tensor,
    _ layer: LlamaParameters,
    scale: Tensor? = nil
  ) -> Tensor {
    func scaled(_ outputBTD: Tensor) -> Tensor {
      scale.map { scale in outputBTD.computed(in: scale.elementType) { $0 * scale } } ?? outputBTD
    }
    let epsilon = configuration.normEpsilon
    let read = operations.rootMeanSquareNorm(
      hiddenBTD,
      gain: layer[.attentionNorm],
      epsilon: epsilon
    )
    let (attended, normed) = operations.addingNorm(
      hiddenBTD,
      scaled(gated(attention(read, layer), .attention, layer)),
      gain: layer[.feedForwardNorm],
      epsilon: epsilon
    )
    return attended + scaled(gated(feedForward(normed, layer), .feedForward, layer))
  }

  /// What attention and the feed-forward part add to the residual stream, one behind the other.
  ///
  /// - Parameters: As those of ``callAsFunction(_:_:scale:)``.
  /// - Returns: Both, as the residual stream; their sum with it is the next one.
  func contributions(
    _ hiddenBTD: Tensor,
    _ layer: LlamaParameters,
    scale: Tensor
  ) -> (attention: Tensor, feedForward: Tensor) {
    func normed(_ input: Tensor, _ gain: LlamaParameter) -> Tensor {
      operations.rootMeanSquareNorm(input, gain: layer[gain], epsilon: configuration.normEpsilon)
    }
    let attended =
      gated(attention(normed(hiddenBTD, .attentionNorm), layer), .attention, layer) * scale
    let read = normed(hiddenBTD + attended, .feedForwardNorm)
    return (attended, gated(feedForward(read, layer), .feedForward, layer) * scale)
  }

  /// What a part of the layer adds to the residual stream: its output, times its gate if it has one.
  private func gated(_ outputBTD: Tensor, _ sublayer: Sublayer, _ layer: LlamaParameters) -> Tensor
  {
    guard let gates = layer.outputGates else { return outputBTD }
    let column = sublayer.rawValue
    return outputBTD.computed(in: gates.elementType) {
      $0 * gates.sliced(column..<column + 1, alongAxis: 0)
    }
  }

  /// Attention between its projections.
  private func attention(_ inputBTD: Tensor, _ layer: LlamaParameters) -> Tensor {
    let (batch, length) = (inputBTD.shape[0], inputBTD.shape[1])
    let (queries, keys, values) = heads(of: inputBTD, layer)
    let mixed = attend(queries, keys, values)
    let width = configuration.headCount * configuration.headSize
    return biased(
      mixed.reshaped(to: [batch, length, width]).projected(by: layer[.output]),
      .outputBias,
      layer
    )
  }

  /// Queries `[B, T, H, C]`, keys and values `[B, T, K, C]` of what a layer reads, yet to be turned by their positions.
  func heads(
    of inputBTD: Tensor,
    _ layer: LlamaParameters
  ) -> (queries: Tensor, keys: Tensor, values: Tensor) {
    let (batch, length) = (inputBTD.shape[0], inputBTD.shape[1])
    func projected(_ weights: LlamaParameter, _ bias: LlamaParameter, _ heads: Int) -> Tensor {
      biased(inputBTD.projected(by: layer[weights]), bias, layer)
        .reshaped(to: [batch, length, heads, configuration.headSize])
    }
    let keyHeads = configuration.keyValueHeadCount
    return (
      normed(projected(.query, .queryBias, configuration.headCount), .queryNorm, layer),
      normed(projected(.key, .keyBias, keyHeads), .keyNorm, layer),
      projected(.value, .valueBias, keyHeads)
    )
  }

  /// A projection's result with its bias, if the model has it.
  private func biased(_ result: Tensor, _ bias: LlamaParameter, _ layer: LlamaParameters) -> Tensor
  {
    guard let bias = layer[ifPresent: bias] else { return result }
    return result.computed(in: bias.elementType) { $0 + bias }
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
      gate: inputBTD.projected(by: layer[.gate]),
      up: inputBTD.projected(by: layer[.up]),
      projection: layer[.down]
    )
  }
}
