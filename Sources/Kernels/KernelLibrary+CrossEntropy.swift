import Arrays
import KernelInterface
import StableHLO
import Tensors

extension KernelLibrary {
  /// The weighted sum of the negative log-likelihoods of targets, without the logits ever being whole in
  /// memory.
  ///
  /// With gradients, they are computed along with the sum, for a third product instead of a fourth. They
  /// cannot be differentiated again.
  ///
  /// - Parameters:
  ///   - hidden: `[..., width]`, `float32`.
  ///   - projection: `[width, classes]`, or `[classes, width]` if it is transposed.
  ///   - projectionIsTransposed: Whether the projection is an embedding that is used again.
  ///   - targets: `[...]`, `int32`, each in `0..<classes`; any other makes the sum NaN.
  ///   - weights: `[...]`: the factor of each token's loss; nil for 1.
  ///   - withGradients: Whether the sum will be differentiated.
  /// - Returns: A scalar, in nats.
  public func crossEntropy(
    hidden: Tensor,
    projection: Tensor,
    projectionIsTransposed: Bool,
    targets: Tensor,
    weights: Tensor?,
    withGradients: Bool
  ) -> Tensor {
    let shape = CrossEntropyShape(
      tokens: targets.shape.elementCount,
      width: hidden.shape[-1],
      classes: projection.shape[projectionIsTransposed ? 0 : 1],
      projectionIsTransposed: projectionIsTransposed
    )
    let total = TensorType(hidden.elementType, .scalar)
    let scratch = scratch(kernels.crossEntropyScratch(shape, withGradients, workerCount))
    let target = CustomCallTarget(
      name: name(of: withGradients ? "cross_entropy_gradient" : "cross_entropy"),
      attributes: [
        "projection_is_transposed": Self.attribute(projectionIsTransposed ? 1 : 0),
        "workers": Self.attribute(workerCount),
      ],
      resultTypes: withGradients
        ? [total, hidden.type, projection.type, scratch] : [total, scratch]
    )
    let weights = weights ?? Tensor(1, hidden.elementType).broadcast(to: targets.shape)
    let operands = [hidden, projection, targets, weights]
    guard withGradients else { return Tensor.customCall(target, operands)[0] }
    return Tensor.customCall(target, operands) { _, results, cotangents in
      [results[1] * cotangents[0], results[2] * cotangents[0], nil, nil]
    }[0]
  }
}
