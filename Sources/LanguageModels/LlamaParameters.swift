import Arrays
import Tensors

/// The parameters of one layer, or of all layers stacked along a leading axis.
struct LlamaLayer: TensorStructure {
  var attentionNorm: Tensor
  var query: Tensor
  var key: Tensor
  var value: Tensor
  var output: Tensor
  var feedForwardNorm: Tensor
  var gate: Tensor
  var up: Tensor
  var down: Tensor
  /// What each ``Sublayer`` adds is multiplied by, `[2]`; nil without gates.
  var outputGates: Tensor?

  mutating func forEachTensor(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("layers.attentionNorm", &attentionNorm)
    try body("layers.query", &query)
    try body("layers.key", &key)
    try body("layers.value", &value)
    try body("layers.output", &output)
    try body("layers.feedForwardNorm", &feedForwardNorm)
    try body("layers.gate", &gate)
    try body("layers.up", &up)
    try body("layers.down", &down)
    if var gates = outputGates {
      try body("layers.outputGates", &gates)
      outputGates = gates
    }
  }
}

/// The parameters of a ``Llama``, named as in its checkpoints.
public struct LlamaParameters: TensorStructure {
  var embedding: Tensor
  var layers: LlamaLayer
  var finalNorm: Tensor
  var head: Tensor?

  /// Puts tensors into their places.
  ///
  /// - Parameters:
  ///   - configuration: The model's sizes.
  ///   - tensors: One a specification of
  ///     ``LlamaConfiguration/parameterSpecifications(finalLayerCount:)``, in that order.
  public init(configuration: LlamaConfiguration, tensors: [Tensor]) {
    let count = 11 + (configuration.hasOutputGates ? 1 : 0) + (configuration.tiesEmbedding ? 0 : 1)
    precondition(tensors.count == count, "the Llama has \(count) parameters, not \(tensors.count)")
    embedding = tensors[0]
    layers = LlamaLayer(
      attentionNorm: tensors[1],
      query: tensors[2],
      key: tensors[3],
      value: tensors[4],
      output: tensors[5],
      feedForwardNorm: tensors[6],
      gate: tensors[7],
      up: tensors[8],
      down: tensors[9],
      outputGates: configuration.hasOutputGates ? tensors[10] : nil
    )
    finalNorm = tensors[configuration.hasOutputGates ? 11 : 10]
    head = configuration.tiesEmbedding ? nil : tensors[count - 1]
  }

  /// The output gates of all layers, `[layers, 2]`; nil without gates.
  public var outputGates: Tensor? {
    get { layers.outputGates }
    set { layers.outputGates = newValue }
  }

  /// Visits the tensors in the checkpoint's order.
  public mutating func forEachTensor(
    _ body: (_ name: String, _ tensor: inout Tensor) throws -> Void
  ) rethrows {
    try body("embedding", &embedding)
    try layers.forEachTensor(body)
    try body("finalNorm", &finalNorm)
    if var projection = head {
      try body("head", &projection)
      head = projection
    }
  }
}
