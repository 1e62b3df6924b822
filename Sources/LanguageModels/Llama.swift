import Arrays
import Kernels
import Tensors

// B batch, T tokens, D width, V vocabulary.

/// A decoder-only transformer of the Llama architecture: RMS norm before each part, rotary positions,
/// grouped-query attention and SwiGLU, with the variants that its configuration names.
///
/// The model is a function from parameters and tokens to tensors; it holds nothing but its settings.
public struct Llama: Sendable {
  /// How the layers are run.
  public enum LayerExecution: String, Hashable, Sendable, Codable, CaseIterable {
    /// One after the other in the program: the fastest step, a compile time that grows with depth.
    case unrolled
    /// As the body of one loop: compiles as fast at any depth, keeps each layer's values.
    case scan
    /// As the body of one loop that keeps only the residual stream and computes the rest again in the
    /// backward pass.
    case rematerialized
  }

  /// What computes attention where no kernels do.
  public enum Attention: String, Hashable, Sendable, CaseIterable {
    /// Plain StableHLO, which runs anywhere and holds the scores of all pairs of tokens.
    case composed
    /// NVIDIA's cuDNN, on its GPUs, where it can: causal rows in bfloat16 on one device.
    case cuDNN
  }

  /// The sizes.
  public let configuration: LlamaConfiguration
  /// How the layers are run.
  public let layerExecution: LayerExecution
  /// The kernels it calls; nil for plain StableHLO, which runs anywhere and can be differentiated more than
  /// once.
  public let kernels: KernelLibrary?
  /// The type of the residual stream and of what matrices are multiplied by; nil for the parameters' own.
  ///
  /// With `bfloat16` norms, softmax, logits and losses are computed in `float32`, and gradients have the parameters' type.
  /// There are no kernels for it.
  public let computationType: ElementType?
  /// The devices that share its programs: each takes some rows of a batch through the whole model.
  public let deviceCount: Int
  /// What computes attention where no kernels do.
  public let attention: Attention

  /// Makes a model.
  public init(
    _ configuration: LlamaConfiguration,
    layerExecution: LayerExecution = .unrolled,
    kernels: KernelLibrary? = nil,
    computationType: ElementType? = nil,
    deviceCount: Int = 1,
    attention: Attention = .composed
  ) {
    self.deviceCount = deviceCount
    self.attention = attention
    self.configuration = configuration
    self.layerExecution = layerExecution
    self.kernels = kernels
    self.computationType = computationType
  }

  private var sharing: RowSharing { RowSharing(deviceCount: deviceCount) }

  /// What the model is made of.
  private var operations: any ModelOperations {
    if let kernels {
      kernels
    } else {
      ComposedOperations(deviceCount: deviceCount, attention: attention)
    }
  }

  /// The logits of the next token at each position.
  ///
  /// - Parameters:
  ///   - tokens: `[B, T]`, `int32`.
  ///   - segments: `[B, T]`, `int32`: which document each token belongs to. Attention then stays
  ///     within a document. Nil lets it run over the whole row.
  ///   - parameters: The parameters.
  /// - Returns: `[B, T, V]`.
  public func logits(
    tokens: Tensor,
    segments: Tensor? = nil,
    parameters: LlamaParameters
  ) -> Tensor {
    logits(tokens: tokens, visibility: Visibility(segments: segments), parameters: parameters)
  }

  /// The logits at each position.
  ///
  /// - Parameters:
  ///   - tokens: `[B, T]`, `int32`.
  ///   - visibility: What each token sees.
  ///   - parameters: The parameters.
  /// - Returns: `[B, T, V]`.
  public func logits(
    tokens: Tensor,
    visibility: Visibility,
    parameters: LlamaParameters
  ) -> Tensor {
    logits(
      hidden: hiddenStates(tokens: tokens, visibility: visibility, parameters: parameters),
      parameters: parameters
    )
  }

  /// The logits behind chosen hidden states.
  ///
  /// - Parameters:
  ///   - hidden: `[B, T, D]`, rows of ``hiddenStates(tokens:visibility:parameters:)``.
  ///   - parameters: The parameters.
  /// - Returns: `[B, T, V]`.
  public func logits(hidden: Tensor, parameters: LlamaParameters) -> Tensor {
    let (projection, isTransposed) = parameters.outputProjection
    return ComposedOperations().logits(hidden, projection, isTransposed: isTransposed)
  }

  /// The negative log-likelihood of each next token, summed, and how many tokens were counted.
  ///
  /// - Parameters:
  ///   - sequences: `[B, T + 1]`, `int32`: inputs and, one further, their targets.
  ///   - segments: `[B, T + 1]`, `int32`: which document each token belongs to. A token that begins
  ///     a document is then no target, since nothing before it is visible. Nil counts all.
  ///   - parameters: The parameters.
  ///   - isDifferentiated: Whether a gradient of the total will be asked for, which kernels then compute
  ///     along with it.
  /// - Returns: Two scalars of the parameters' type: nats, and the number of targets.
  public func totalLoss(
    sequences: Tensor,
    segments: Tensor? = nil,
    parameters: LlamaParameters,
    isDifferentiated: Bool = true
  ) -> (total: Tensor, count: Tensor) {
    let length = sequences.shape[-1] - 1
    let inputs = sequences.sliced(0..<length, alongAxis: 1)
    let targets = sequences.sliced(1..<length + 1, alongAxis: 1)
    let counted = segments.map {
      $0.sliced(0..<length, alongAxis: 1) .== $0.sliced(1..<length + 1, alongAxis: 1)
    }
    return totalLoss(
      tokens: inputs,
      targets: targets,
      weights: counted,
      visibility: Visibility(segments: segments?.sliced(0..<length, alongAxis: 1)),
      parameters: parameters,
      isDifferentiated: isDifferentiated
    )
  }

  /// The negative log-likelihood of chosen targets, summed, and how many there are.
  ///
  /// - Parameters:
  ///   - tokens: `[B, T]`, `int32`.
  ///   - targets: `[B, T]`, `int32`: the token to predict at each position.
  ///   - weights: `[B, T]`: 1 where the prediction counts and 0 where it does not; nil counts all.
  ///   - visibility: What each token sees.
  ///   - parameters: The parameters.
  ///   - isDifferentiated: Whether a gradient of the total will be asked for, which kernels then compute
  ///     along with it.
  /// - Returns: Two scalars of the parameters' type: nats, and the number of targets that count.
  public func totalLoss(
    tokens: Tensor,
    targets: Tensor,
    weights: Tensor?,
    visibility: Visibility,
    parameters: LlamaParameters,
    isDifferentiated: Bool = true
  ) -> (total: Tensor, count: Tensor) {
    let hidden = hiddenStates(tokens: tokens, visibility: visibility, parameters: parameters)
    let type = hidden.elementType.accumulating
    let weights = weights?.converted(to: type)
    let (projection, isTransposed) = sharing.whole(parameters).outputProjection
    let total = operations.crossEntropy(
      hidden: hidden,
      projection: projection,
      projectionIsTransposed: isTransposed,
      targets: targets,
      weights: weights,
      withGradients: isDifferentiated
    )
    let count = weights?.sum() ?? Tensor(Double(targets.shape.elementCount), type)
    return (total, count)
  }

  /// The residual stream after the last layer and the final norm.
  ///
  /// - Parameters:
  ///   - tokens: `[B, T]`, `int32`.
  ///   - visibility: What each token sees.
  ///   - parameters: The parameters.
  /// - Returns: `[B, T, D]`.
  public func hiddenStates(
    tokens: Tensor,
    visibility: Visibility,
    parameters: LlamaParameters
  ) -> Tensor {
    let shared = sharing.whole(parameters)
    let rows = sharing.inRows(shared[.embedding].gatheringRows(at: tokens))
    let context = AttentionContext(
      configuration,
      visibility: visibility,
      length: tokens.shape[-1],
      elementType: rows.elementType
    )
    let embedded = rows.converted(to: computationType ?? rows.elementType)
    let operations = operations
    let block = LlamaBlock(configuration: configuration, operations: operations) {
      operations.attention(queries: $0, keys: $1, values: $2, context: context)
    }
    return operations.rootMeanSquareNorm(
      run(block, over: parameters.layers, from: embedded),
      gain: shared[.finalNorm],
      epsilon: configuration.normEpsilon
    )
  }

  private func run(_ block: LlamaBlock, over layers: LlamaParameters, from input: Tensor) -> Tensor
  {
    guard configuration.layerCount > 0 else { return input }
    let scales = residualScales(input.elementType.accumulating)
    guard layerExecution == .unrolled else {
      let tensors = layers.tensors.map(inOrderOfRunning)
      let (carry, _) = scan(
        over: tensors + [scales].compactMap { $0 },
        initial: [input],
        rematerializing: layerExecution == .rematerialized
      ) { carry, slices in
        let layer = sharing.whole(
          layers.replacingTensors(with: Array(slices.prefix(tensors.count)))
        )
        let next = block(carry[0], layer, scale: scales == nil ? nil : slices.last)
        return ([sharing.inRows(next)], [])
      }
      return carry[0]
    }
    let slices = layers.tensors.map { $0.unstacked() }
    let order = configuration.layerOrder ?? Array(0..<configuration.layerCount)
    let steps = scales?.unstacked()
    return order.enumerated().reduce(input) { hidden, run in
      let layer = sharing.whole(layers.replacingTensors(with: slices.map { $0[run.element] }))
      return sharing.inRows(block(hidden, layer, scale: steps?[run.offset]))
    }
  }
}
