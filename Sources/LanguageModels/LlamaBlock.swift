import Arrays
import Growing
import Kernels
import StableHLO
import Tensors

// B batch, T queries, S keys, D width, H heads, K key and value heads, G heads a key head, C head size.

/// One layer: attention and feed-forward, each read from a norm of the residual stream and added to it.
struct LlamaBlock {
  let configuration: LlamaConfiguration
  private let rotary: RotaryEmbedding
  /// What is visible: `[T, S]`, or `[B, 1, 1, T, S]` when it differs from row to row.
  private let isVisible: Tensor
  private let visibility: Visibility
  private let kernels: KernelLibrary?

  init(
    configuration: LlamaConfiguration,
    length: Int,
    elementType: ElementType,
    visibility: Visibility,
    kernels: KernelLibrary?
  ) {
    self.configuration = configuration
    self.visibility = visibility
    self.kernels = kernels
    rotary = RotaryEmbedding(
      length: length,
      headSize: configuration.headSize,
      base: configuration.ropeBase,
      elementType: elementType
    )
    isVisible = visibility.mask(length: length)
  }

  /// Applies the layer to the residual stream.
  func callAsFunction(_ hiddenBTD: Tensor, _ layer: LlamaLayer) -> Tensor {
    let epsilon = configuration.normEpsilon
    if let kernels {
      let mixed = gated(
        attention(
          kernels.rootMeanSquareNorm(hiddenBTD, gain: layer.attentionNorm, epsilon: epsilon),
          layer
        ),
        .attention,
        layer
      )
      let (attended, normed) = kernels.addingNorm(
        hiddenBTD,
        mixed,
        gain: layer.feedForwardNorm,
        epsilon: epsilon
      )
      return attended + gated(feedForward(normed, layer), .feedForward, layer)
    }
    let mixed = attention(
      rootMeanSquareNorm(hiddenBTD, gain: layer.attentionNorm, epsilon: epsilon),
      layer
    )
    let attended = hiddenBTD + gated(mixed, .attention, layer)
    let fed = feedForward(
      rootMeanSquareNorm(attended, gain: layer.feedForwardNorm, epsilon: epsilon),
      layer
    )
    return attended + gated(fed, .feedForward, layer)
  }

  /// What a part of the layer adds to the residual stream: its output, times its gate if it has one.
  private func gated(_ outputBTD: Tensor, _ sublayer: Sublayer, _ layer: LlamaLayer) -> Tensor {
    guard let gates = layer.outputGates else { return outputBTD }
    let column = sublayer.rawValue
    return outputBTD * gates.sliced(column..<column + 1, alongAxis: 0)
  }

  /// Grouped-query attention; `G` query heads share each key and value head.
  ///
  /// Source: Vaswani et al. 2017, section 3.2; Ainslie et al. 2023, section 2.2.
  private func attention(_ inputBTD: Tensor, _ layer: LlamaLayer) -> Tensor {
    let (batch, length) = (inputBTD.shape[0], inputBTD.shape[1])
    let (heads, keyHeads, size) = (
      configuration.headCount, configuration.keyValueHeadCount, configuration.headSize
    )
    if let kernels {
      let joined = kernels.attention(
        queries: inputBTD.dot(layer.query).reshaped(to: [batch, length, heads, size]),
        keys: inputBTD.dot(layer.key).reshaped(to: [batch, length, keyHeads, size]),
        values: inputBTD.dot(layer.value).reshaped(to: [batch, length, keyHeads, size]),
        cosines: rotary.cosines,
        sines: rotary.sines,
        documents: visibility.segments,
        prefixLengths: visibility.prefixLengths
      )
      return joined.reshaped(to: [batch, length, heads * size]).dot(layer.output)
    }
    let groups = heads / keyHeads
    let queryBHTC = rotary(separateHeads(inputBTD.dot(layer.query), heads))
    let keyBKSC = rotary(separateHeads(inputBTD.dot(layer.key), keyHeads))
    let valueBKSC = separateHeads(inputBTD.dot(layer.value), keyHeads)

    // The queries of a group are put one after the other, so that keys need not be repeated.
    let grouped = queryBHTC.reshaped(to: [batch, keyHeads, groups * length, size])
    let scores = grouped.dot(
      keyBKSC,
      DotDimensions(
        leftBatch: [0, 1],
        rightBatch: [0, 1],
        leftContracting: [3],
        rightContracting: [3]
      )
    )
    let scoresBKGTS =
      scores.reshaped(to: [batch, keyHeads, groups, length, length])
      * (1 / Double(size).squareRoot())
    let weights = Tensor.select(
      isVisible,
      scoresBKGTS,
      otherwise: Tensor(-1e30, scores.elementType)
    ).softmax()
    let mixed = weights.reshaped(to: [batch, keyHeads, groups * length, length]).dot(
      valueBKSC,
      DotDimensions(
        leftBatch: [0, 1],
        rightBatch: [0, 1],
        leftContracting: [3],
        rightContracting: [2]
      )
    )
    let joined = mixed.reshaped(to: [batch, heads, length, size])
      .transposed([0, 2, 1, 3])
      .reshaped(to: [batch, length, heads * size])
    return joined.dot(layer.output)
  }

  /// From `[B, T, H C]` to `[B, H, T, C]`.
  private func separateHeads(_ tensor: Tensor, _ heads: Int) -> Tensor {
    tensor.reshaped(to: [tensor.shape[0], tensor.shape[1], heads, configuration.headSize])
      .transposed([0, 2, 1, 3])
  }

  /// The feed-forward part `(silu(x W₁) ⊙ x W₂) W₃`, called SwiGLU.
  ///
  /// Source: Shazeer 2020, section 2.
  private func feedForward(_ inputBTD: Tensor, _ layer: LlamaLayer) -> Tensor {
    let gate = inputBTD.dot(layer.gate)
    if let kernels {
      return kernels.gatedProjection(
        gate: gate,
        up: inputBTD.dot(layer.up),
        projection: layer.down
      )
    }
    return (gate * gate.logistic() * inputBTD.dot(layer.up)).dot(layer.down)
  }
}
