import Tensors

/// All that a training step changes: the parameters and what the optimizer knows of them.
public struct TrainingState<Parameters: TensorStructure>: TensorStructure {
  /// The model's parameters.
  public var parameters: Parameters
  /// Running means of the gradients.
  public var firstMoment: Parameters
  /// Running means of the squared gradients.
  public var secondMoment: Parameters
  /// For each layer, the number of updates its moments have seen, `[layers]`, `int32`.
  ///
  /// Layers count for themselves, since growth can add one whose moments start at zero.
  public var layerSteps: Tensor
  /// The number of updates the other parameters' moments have seen; an `int32` scalar.
  public var sharedSteps: Tensor
  /// For each layer, the number of updates the moments of its output gates have seen, `[layers]`, `int32`;
  /// nil where gates are not trained.
  ///
  /// A layer can have been trained for long when its gates come.
  public var gateSteps: Tensor?

  /// Puts the parts together.
  public init(
    parameters: Parameters,
    firstMoment: Parameters,
    secondMoment: Parameters,
    layerSteps: Tensor,
    sharedSteps: Tensor,
    gateSteps: Tensor? = nil
  ) {
    self.parameters = parameters
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.layerSteps = layerSteps
    self.sharedSteps = sharedSteps
    self.gateSteps = gateSteps
  }

  /// Visits the parameters, then the optimizer's tensors.
  public mutating func forEachTensor(
    _ body: (_ name: String, _ tensor: inout Tensor) throws -> Void
  ) rethrows {
    try parameters.forEachTensor(body)
    try firstMoment.forEachTensor { try body("firstMoment.\($0)", &$1) }
    try secondMoment.forEachTensor { try body("secondMoment.\($0)", &$1) }
    try body("steps.layers", &layerSteps)
    try body("steps.shared", &sharedSteps)
    if var steps = gateSteps {
      try body("steps.outputGates", &steps)
      gateSteps = steps
    }
  }
}
