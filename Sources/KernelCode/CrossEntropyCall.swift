import Arrays
import KernelInterface
import PJRT

/// The custom call `cross_entropy`: hidden states, projection, targets (int32) and weights to the weighted
/// sum of the losses and scratch memory.
///
/// Attributes, all int32: `projection_is_transposed` (0 or 1) and `workers`.
let crossEntropyCall = CustomCall(name: "espalier.\(kernelSetName).cross_entropy") { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (entropy, workers) = call.crossEntropy,
      let total = call.output(0)?.mutableValues(as: Real.self), total.count == 1,
      let scratch = call.output(1)?.mutableValues(as: Real.self), let start = scratch.baseAddress,
      scratch.count
        >= CrossEntropy.Plan(
          entropy.shape,
          withGradients: false,
          workers: workers.count
        ).count
    else { return .failure("cross_entropy: operands or attributes are missing or do not fit") }
    total[0] = entropy.run(nil, scratch: start, workers: workers)
    return .success
  }
}

/// The custom call `cross_entropy_gradient`: as `cross_entropy`, with the gradients by the hidden states and
/// by the projection between the sum and the scratch memory.
let crossEntropyGradientCall = CustomCall(
  name: "espalier.\(kernelSetName).cross_entropy_gradient"
) { frame in
  CustomCallFrame.handle(frame) { call in
    guard let (entropy, workers) = call.crossEntropy,
      let total = call.output(0)?.mutableValues(as: Real.self), total.count == 1,
      let hidden = call.output(1)?.mutableValues(as: Real.self),
      let projection = call.output(2)?.mutableValues(as: Real.self),
      hidden.count == entropy.shape.tokens * entropy.shape.width,
      projection.count == entropy.shape.classes * entropy.shape.width,
      let hiddenStart = hidden.baseAddress, let projectionStart = projection.baseAddress,
      let scratch = call.output(3)?.mutableValues(as: Real.self), let start = scratch.baseAddress,
      scratch.count
        >= CrossEntropy.Plan(
          entropy.shape,
          withGradients: true,
          workers: workers.count
        ).count
    else { return .failure("cross_entropy_gradient: operands are missing or do not fit") }
    total[0] = entropy.run(
      CrossEntropy.Gradients(hidden: hiddenStart, projection: projectionStart),
      scratch: start,
      workers: workers
    )
    return .success
  }
}

extension CustomCallFrame {
  /// The operands, and who works; nil if they do not fit.
  fileprivate var crossEntropy: (CrossEntropy, Workers)? {
    guard let workers,
      let isTransposed = attribute("projection_is_transposed", as: Int32.self),
      let hidden = input(0)?.values(as: Real.self),
      let projection = input(1), projection.rank == 2,
      let projectionValues = projection.values(as: Real.self),
      let targets = input(2)?.values(as: Int32.self),
      let weights = input(3)?.values(as: Real.self)
    else { return nil }
    let shape = CrossEntropyShape(
      tokens: targets.count,
      width: projection.dimension(isTransposed != 0 ? 1 : 0),
      classes: projection.dimension(isTransposed != 0 ? 0 : 1),
      projectionIsTransposed: isTransposed != 0
    )
    guard hidden.count == shape.tokens * shape.width, weights.count == shape.tokens,
      projectionValues.count == shape.classes * shape.width, shape.tokens > 0, shape.classes > 0,
      let hiddenStart = hidden.baseAddress, let projectionStart = projectionValues.baseAddress,
      let targetStart = targets.baseAddress, let weightStart = weights.baseAddress
    else { return nil }
    let entropy = CrossEntropy(
      shape: shape,
      hidden: hiddenStart,
      projection: projectionStart,
      targets: targetStart,
      weights: weightStart
    )
    return (entropy, workers)
  }
}
