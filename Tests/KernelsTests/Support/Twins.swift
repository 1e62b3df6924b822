import Kernels
import Arrays
import StableHLO
import Tensors

// What kernels compute, in plain StableHLO.
// B batch, T tokens, H query heads, K key and value heads, G heads a key head, C head size.

/// The operands of attention.
struct AttentionOperands {
  /// `[B, T, H, C]`.
  var queries: Tensor
  /// `[B, T, K, C]`.
  var keys: Tensor
  /// `[B, T, K, C]`.
  var values: Tensor
  /// `[T, C / 2]`.
  var cosines: Tensor
  /// `[T, C / 2]`.
  var sines: Tensor
  /// `[B, T]`.
  var documents: Tensor?
  /// `[B]`.
  var prefixLengths: Tensor?
}

/// Attention with all its scores at once.
func attentionTwin(_ operands: AttentionOperands) -> Tensor {
  let shape = operands.queries.shape
  let (batch, length, heads, size) = (shape[0], shape[1], shape[2], shape[3])
  let keyHeads = operands.keys.shape[2]
  let groups = heads / keyHeads
  func turned(_ tensor: Tensor) -> Tensor {
    let angles = [length, 1, size / 2]
    let (cosines, sines) = (
      operands.cosines.reshaped(to: angles), operands.sines.reshaped(to: angles)
    )
    let halves = tensor.split(into: 2, alongAxis: -1)
    return .concatenate(
      [halves[0] * cosines - halves[1] * sines, halves[1] * cosines + halves[0] * sines],
      alongAxis: -1
    )
  }
  let queriesBKGTC = turned(operands.queries)
    .reshaped(to: [batch, length, keyHeads, groups, size])
    .transposed([0, 2, 3, 1, 4])
  let pairs = DotDimensions(
    leftBatch: [0, 1],
    rightBatch: [0, 2],
    leftContracting: [4],
    rightContracting: [3]
  )
  let scoresBKGTS = queriesBKGTC.dot(turned(operands.keys), pairs) / Double(size).squareRoot()
  let square = TensorType(.int32, [length, length])
  var isVisible = Tensor.indices(square, alongAxis: 0) .>= Tensor.indices(square, alongAxis: 1)
  if let lengths = operands.prefixLengths {
    isVisible =
      isVisible
      .| (Tensor.indices(square, alongAxis: 1) .< lengths.reshaped(to: [batch, 1, 1, 1, 1]))
  }
  if let documents = operands.documents {
    let own = documents.reshaped(to: [batch, 1, 1, length, 1])
    isVisible = (own .== documents.reshaped(to: [batch, 1, 1, 1, length])) .& isVisible
  }
  let weights = Tensor.select(
    isVisible,
    scoresBKGTS,
    otherwise: Tensor(-1e30, scoresBKGTS.elementType)
  ).softmax()
  let mixedBKGTC = weights.dot(
    operands.values,
    DotDimensions(
      leftBatch: [0, 1],
      rightBatch: [0, 2],
      leftContracting: [4],
      rightContracting: [1]
    )
  )
  return mixedBKGTC.transposed([0, 3, 1, 2, 4]).reshaped(to: shape.dimensions)
}

/// The weighted sum of the losses, by way of all logits.
func crossEntropyTwin(
  hidden: Tensor,
  projection: Tensor,
  projectionIsTransposed: Bool,
  targets: Tensor,
  weights: Tensor
) -> Tensor {
  let logits = hidden.dot(
    projection,
    DotDimensions(
      leftContracting: [hidden.rank - 1],
      rightContracting: [projectionIsTransposed ? 1 : 0]
    )
  )
  let classes = Tensor.indices(TensorType(.int32, logits.shape), alongAxis: -1)
  let isTarget = classes .== targets.insertingAxis(at: targets.rank)
  let chosen = Tensor.select(isTarget, logits, otherwise: Tensor(0, logits.elementType))
    .sum(axes: [-1])
  return ((logits.logarithmOfSumOfExponentials() - chosen) * weights).sum()
}

/// Each row divided by its root mean square and multiplied by a gain.
func normTwin(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor {
  let square = (input * input).mean(axes: [-1], keepingAxes: true)
  return input * (square + epsilon).reciprocalSquareRoot() * gain
}

/// `silu(gate) · up`.
func gatedUnitTwin(gate: Tensor, up: Tensor) -> Tensor { gate * gate.logistic() * up }

extension KernelLibrary {
  /// The gated unit by itself: projected, element by element, by 1.
  func gatedUnit(gate: Tensor, up: Tensor) -> Tensor {
    let column = [gate.shape.elementCount, 1]
    return gatedProjection(
      gate: gate.reshaped(to: column),
      up: up.reshaped(to: column),
      projection: Tensor(1, gate.elementType).broadcast(to: [1, 1])
    ).reshaped(to: gate.shape.dimensions)
  }
}
