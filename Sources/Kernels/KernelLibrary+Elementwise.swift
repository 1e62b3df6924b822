import Arrays
import KernelInterface
import StableHLO
import Tensors

extension KernelLibrary {
  /// The norm of rows: each divided by its root mean square and multiplied by a gain.
  ///
  /// - Parameters:
  ///   - input: `[..., width]`, `float32`.
  ///   - gain: `[width]`.
  ///   - epsilon: What is added to the mean square.
  /// - Returns: As the input.
  public func rootMeanSquareNorm(_ input: Tensor, gain: Tensor, epsilon: Double) -> Tensor {
    Tensor.customCall(normTarget(input.type, [input.type], epsilon), [input, gain]) {
      [self]
      operands,
      results,
      cotangents in
      normGradients([operands[0], operands[1], results[1], cotangents[0]], epsilon)
    }[0]
  }

  /// A sum and the norm of its rows.
  ///
  /// - Parameters:
  ///   - input: `[..., width]`, `float32`.
  ///   - update: As the input.
  ///   - gain: `[width]`.
  ///   - epsilon: What is added to the mean square.
  /// - Returns: Both as the input.
  public func addingNorm(
    _ input: Tensor,
    _ update: Tensor,
    gain: Tensor,
    epsilon: Double
  ) -> (sum: Tensor, norm: Tensor) {
    let results = Tensor.customCall(
      normTarget(input.type, [input.type, input.type], epsilon),
      [input, gain, update]
    ) { [self] operands, results, cotangents in
      let gradients = normGradients(
        [results[2], operands[1], results[1], cotangents[0], cotangents[2]],
        epsilon
      )
      return gradients + [gradients[0]]
    }
    return (results[2], results[0])
  }

  /// The gated unit `silu(gate) · up`, projected.
  ///
  /// The unit itself is not kept for the gradient, which computes it again.
  ///
  /// - Parameters:
  ///   - gate: `[..., inner]`, `float32`.
  ///   - up: As the gate.
  ///   - projection: `[inner, columns]`.
  /// - Returns: `[..., columns]`.
  public func gatedProjection(gate: Tensor, up: Tensor, projection: Tensor) -> Tensor {
    let (inner, columns) = (projection.shape[0], projection.shape[1])
    let shape = MatrixProductShape(
      rows: gate.shape.elementCount / inner,
      columns: columns,
      depth: inner
    )
    let result = TensorType(
      gate.elementType,
      Shape(gate.shape.dimensions.dropLast() + [columns])
    )
    let target = gatedTarget(
      "gated_projection",
      [result, scratch(kernels.gatedProjectionScratch(shape, workerCount))]
    )
    let gradientTarget = gatedTarget("gated_unit_gradient", [gate.type, gate.type, gate.type])
    return Tensor.customCall(target, [gate, up, projection]) { operands, _, cotangents in
      let leading = Array(0..<operands[0].rank - 1)
      let unitGradient = cotangents[0].dot(
        operands[2],
        DotDimensions(leftContracting: [leading.count], rightContracting: [1])
      )
      let results = Tensor.customCall(gradientTarget, [operands[0], operands[1], unitGradient])
      let projectionGradient = results[2].dot(
        cotangents[0],
        DotDimensions(leftContracting: leading, rightContracting: leading)
      )
      return [results[0], results[1], projectionGradient]
    }[0]
  }

  private func gatedTarget(_ kernel: String, _ types: [TensorType]) -> CustomCallTarget {
    CustomCallTarget(
      name: name(of: kernel),
      attributes: ["workers": Self.attribute(workerCount)],
      resultTypes: types
    )
  }

  private func normTarget(
    _ type: TensorType,
    _ results: [TensorType],
    _ epsilon: Double
  ) -> CustomCallTarget {
    let rows = Shape(Array(type.shape.dimensions.dropLast()))
    return CustomCallTarget(
      name: name(of: "rms_norm"),
      attributes: normAttributes(epsilon),
      resultTypes: [type, TensorType(type.elementType, rows)] + results.dropFirst()
    )
  }

  /// The gradients by what was scaled and by the gain.
  private func normGradients(_ operands: [Tensor], _ epsilon: Double) -> [Tensor] {
    let rows = operands[2].shape.elementCount
    let target = CustomCallTarget(
      name: name(of: "rms_norm_gradient"),
      attributes: normAttributes(epsilon),
      resultTypes: [
        operands[0].type, operands[1].type,
        scratch(kernels.normGradientScratch(rows, operands[1].shape[0])),
      ]
    )
    return Array(Tensor.customCall(target, operands).prefix(2))
  }

  private func normAttributes(_ epsilon: Double) -> [String: String] {
    ["epsilon": Self.attribute(Float(epsilon)), "workers": Self.attribute(workerCount)]
  }
}
