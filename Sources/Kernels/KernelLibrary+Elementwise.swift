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
      [self] operands,
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

  /// The gated unit `silu(gate) · up`.
  ///
  /// - Parameters:
  ///   - gate: Any shape, `float32`.
  ///   - up: As the gate.
  /// - Returns: As the gate.
  public func gatedUnit(gate: Tensor, up: Tensor) -> Tensor {
    func target(_ kernel: String, _ types: [TensorType]) -> CustomCallTarget {
      CustomCallTarget(
        name: name(of: kernel),
        attributes: ["workers": Self.attribute(workerCount)],
        resultTypes: types
      )
    }
    let type = gate.type
    let gradientTarget = target("gated_unit_gradient", [type, type])
    return Tensor.customCall(target("gated_unit", [type]), [gate, up]) { operands, _, cotangents in
      Tensor.customCall(gradientTarget, [operands[0], operands[1], cotangents[0]])
    }[0]
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
