import Arrays
import StableHLO
import Tensors

// B batch, T queries, S keys, H heads, K key and value heads, G heads a key head, C head size, V vocabulary.

/// A model's parts in plain StableHLO, but for attention where that is to be cuDNN's.
struct ComposedOperations: ModelOperations {
  /// The most logits that exist at a time while a loss is computed; by default 512 MB of float32 on each device.
  let mostLogits: Int
  private let sharing: RowSharing
  private let attends: Llama.Attention

  /// Operations of a program that devices share by rows.
  init(
    deviceCount: Int = 1,
    attention: Llama.Attention = .composed,
    mostLogits: Int = 1 << 27
  ) {
    self.mostLogits = mostLogits * deviceCount
    sharing = RowSharing(deviceCount: deviceCount)
    attends = attention
  }

  func rootMeanSquareNorm(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor {
    let norm = input.computed(in: gain.elementType) { input in
      let meanSquare = (input * input).mean(axes: [-1], keepingAxes: true)
      return input * (meanSquare + epsilon).reciprocalSquareRoot() * gain
    }
    return sharing.inRows(norm)
  }

  func addingNorm(
    _ input: Tensor,
    _ update: Tensor,
    gain: Tensor,
    epsilon: Double
  ) -> (sum: Tensor, norm: Tensor) {
    let sum = sharing.inRows(input + update)
    return (sum, rootMeanSquareNorm(sum, gain: gain, epsilon: epsilon))
  }

  func attention(
    queries: Tensor,
    keys: Tensor,
    values: Tensor,
    context: AttentionContext
  ) -> Tensor {
    let turnedQueries = context.rotary(queries.transposed([0, 2, 1, 3]))
    let turnedKeys = context.rotary(keys.transposed([0, 2, 1, 3]))
    let deviceCount = sharing.deviceCount
    if attends == .cuDNN,
      CuDNNAttention.canAttend(queries, context.visibility, deviceCount: deviceCount)
    {
      return CuDNNAttention.attention(
        queries: turnedQueries.transposed([0, 2, 1, 3]),
        keys: turnedKeys.transposed([0, 2, 1, 3]),
        values: values,
        deviceCount: deviceCount
      )
    }
    return sharing.inRows(
      attention(
        queries: turnedQueries,
        keys: turnedKeys,
        values: values.transposed([0, 2, 1, 3]),
        isVisible: context.isVisible
      )
    )
  }

  /// Attention between tensors that have been turned by their positions, which may be of other tokens.
  ///
  /// - Parameters:
  ///   - queries: `[B, H, T, C]`.
  ///   - keys: `[B, K, S, C]`.
  ///   - values: `[B, K, S, C]`.
  ///   - isVisible: `[T, S]`, or `[B, 1, 1, T, S]` when it differs from row to row.
  /// - Returns: `[B, T, H, C]`.
  func attention(queries: Tensor, keys: Tensor, values: Tensor, isVisible: Tensor) -> Tensor {
    let (batch, heads, length, size) = (
      queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]
    )
    let (keyHeads, keyLength) = (keys.shape[1], keys.shape[2])
    let weights = attentionWeights(queries: queries, keys: keys, isVisible: isVisible)
      .converted(to: values.elementType)
    let mixed = weights.reshaped(to: [batch, keyHeads, heads / keyHeads * length, keyLength])
      .dot(values, summing: 3, with: 2, batchAxisCount: 2)
    return mixed.reshaped(to: [batch, heads, length, size]).transposed([0, 2, 1, 3])
  }

  /// How much each query looks at each key: `[B, K, G, T, S]`, sums of one along S; as
  /// ``attention(queries:keys:values:isVisible:)``.
  func attentionWeights(queries: Tensor, keys: Tensor, isVisible: Tensor) -> Tensor {
    let (batch, heads, length, size) = (
      queries.shape[0], queries.shape[1], queries.shape[2], queries.shape[3]
    )
    let (keyHeads, keyLength) = (keys.shape[1], keys.shape[2])
    let groups = heads / keyHeads

    // The queries of a group are put one after the other, so that keys need not be repeated.
    let grouped = queries.reshaped(to: [batch, keyHeads, groups * length, size])
    let scores = grouped.dot(
      keys,
      summing: 3,
      with: 3,
      batchAxisCount: 2,
      resultType: queries.elementType.wider
    )
    let scoresBKGTS =
      scores.reshaped(to: [batch, keyHeads, groups, length, keyLength])
      * (1 / Double(size).squareRoot())
    return Tensor.select(
      isVisible,
      scoresBKGTS,
      otherwise: Tensor(-1e30, scores.elementType)
    ).softmax()
  }

  func gatedProjection(gate: Tensor, up: Tensor, projection: Tensor) -> Tensor {
    sharing.inRows(gate * gate.logistic() * up).projected(by: projection)
  }

  func crossEntropy(
    hidden: Tensor,
    projection: Tensor,
    projectionIsTransposed: Bool,
    targets: Tensor,
    weights: Tensor?,
    withGradients: Bool
  ) -> Tensor {
    func total(_ hidden: Tensor, _ targets: Tensor, _ weights: Tensor?) -> Tensor {
      let logits = logits(hidden, projection, isTransposed: projectionIsTransposed)
      let losses = losses(logits: logits, targets: targets)
      return weights.map { losses * $0 }?.sum() ?? losses.sum()
    }
    let classes = projection.shape[projectionIsTransposed ? 0 : 1]
    let (rows, length) = (targets.shape[0], targets.shape[1])
    let parts = partCount(rows: rows, length: length, classes: classes)
    guard parts > 1 else { return total(hidden, targets, weights) }
    // Each part has tokens of all rows, so that devices that share the rows share the parts.
    func cut(_ tensor: Tensor) -> Tensor {
      let rest = Array(tensor.shape.dimensions.dropFirst(2))
      return tensor.reshaped(to: [rows, parts, length / parts] + rest)
        .transposed([1, 0, 2] + rest.indices.map { $0 + 3 })
    }
    let inputs = [cut(hidden), cut(targets)] + (weights.map { [cut($0)] } ?? [])
    let zero = Tensor(0, hidden.elementType.accumulating)
    // Gradients are computed along with each part's losses, so that its logits are made once and dropped.
    let (sums, outputs) = scan(
      over: inputs,
      initial: [zero] + (withGradients ? [.zeros(projection.type)] : [])
    ) { sums, part in
      let own = total(part[0], part[1], part.count > 2 ? part[2] : nil)
      guard withGradients else { return ([sums[0] + own], []) }
      let gradients = gradient(of: own, withRespectTo: [part[0], projection])
      return ([sums[0] + own, sums[1] + gradients[1]], [gradients[0]])
    }
    guard withGradients else { return sums[0] }
    return sums[0].withGradients(
      [outputs[0].transposed([1, 0, 2, 3]).reshaped(to: hidden.shape.dimensions), sums[1]],
      by: [hidden, projection]
    )
  }

  /// Into how many equal parts rows are cut along their length so that no part has too many logits, the fewest there are.
  func partCount(rows: Int, length: Int, classes: Int) -> Int {
    let logits = rows * length * classes
    guard logits > mostLogits else { return 1 }
    let least = (logits + mostLogits - 1) / mostLogits
    return (least...max(least, length)).first { length.isMultiple(of: $0) } ?? length
  }

  /// The logits `[B, T, V]` of hidden states.
  func logits(_ hidden: Tensor, _ projection: Tensor, isTransposed: Bool) -> Tensor {
    hidden.dot(
      projection.converted(to: hidden.elementType),
      DotDimensions(
        leftContracting: [2],
        rightContracting: [isTransposed ? 1 : 0],
        resultType: hidden.elementType.wider
      )
    )
  }

  /// The negative log-likelihood of each target, `[B, T]`.
  private func losses(logits: Tensor, targets: Tensor) -> Tensor {
    let classes = Tensor.indices(TensorType(targets.elementType, logits.shape), alongAxis: -1)
    // A comparison fuses with the sum; a gather would need a scatter for its gradient.
    let isTarget = classes .== targets.insertingAxis(at: 2)
    let chosen = Tensor.select(
      isTarget,
      logits,
      otherwise: Tensor.zeros(TensorType(logits.elementType, .scalar))
    ).sum(axes: [2])
    return logits.logarithmOfSumOfExponentials() - chosen
  }
}
