import Tensors

/// How a model's values lie on devices that share a program: each takes some rows of a batch through the whole model.
///
/// What devices hold of the parameters between steps does not matter to it. Without it XLA's partitioner would let ways in
/// which parameters and the optimizer's state are cut spread into the model, and move activations between devices.
struct RowSharing: Sendable {
  /// How many devices; of one there is nothing to say.
  let deviceCount: Int

  /// A value with an axis of rows in front, of which each device has some, and of its gradient.
  func inRows(_ value: Tensor) -> Tensor {
    deviceCount > 1 ? value.constrained(to: .split(axis: 0)) : value
  }

  /// Parameters where they are used: whole on every device, as long as they are needed.
  ///
  /// Their gradients lie as whoever asks for them wants.
  func whole(_ parameters: LlamaParameters) -> LlamaParameters {
    guard deviceCount > 1 else { return parameters }
    return parameters.mapTensors { _, tensor in
      tensor.constrained(to: .replicated, constrainsGradient: false)
    }
  }
}
