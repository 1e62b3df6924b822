import Tensors

/// Divides by the root of the mean square along the last axis, and multiplies by a gain.
///
/// Source: Zhang and Sennrich 2019, equation 4.
///
/// - Parameters:
///   - input: `[..., D]`.
///   - gain: `[D]`.
///   - epsilon: Added to the mean square.
/// - Returns: `[..., D]`.
func rootMeanSquareNorm(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor {
  let meanSquare = (input * input).mean(axes: [-1], keepingAxes: true)
  return input * (meanSquare + epsilon).reciprocalSquareRoot() * gain
}
