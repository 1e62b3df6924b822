import Tensors

/// The names of a Llama's parameters, as in its checkpoints.
package enum LlamaParameter: String {
  case embedding
  case attentionNorm = "layers.attentionNorm"
  case query = "layers.query"
  case key = "layers.key"
  case value = "layers.value"
  case queryBias = "layers.queryBias"
  case keyBias = "layers.keyBias"
  case valueBias = "layers.valueBias"
  /// The gains by which each query head is normed, `[layers, C]`.
  case queryNorm = "layers.queryNorm"
  case keyNorm = "layers.keyNorm"
  case output = "layers.output"
  case outputBias = "layers.outputBias"
  case feedForwardNorm = "layers.feedForwardNorm"
  case gate = "layers.gate"
  case up = "layers.up"
  case down = "layers.down"
  /// What each ``Sublayer`` adds is multiplied by.
  case outputGates = "layers.outputGates"
  case finalNorm
  case head
}

/// The parameters of a ``Llama``, named as in its checkpoints.
///
/// Which there are and their order is what ``LlamaConfiguration/parameterSpecifications(finalLayerCount:)``
/// says, and nothing else.
public struct LlamaParameters: TensorStructure {
  private struct Entry {
    let name: String
    let isLayered: Bool
    var tensor: Tensor
  }

  private var entries: [Entry]

  /// Puts tensors into their places.
  ///
  /// - Parameters:
  ///   - configuration: The model's sizes.
  ///   - tensors: One a specification of
  ///     ``LlamaConfiguration/parameterSpecifications(finalLayerCount:)``, in that order.
  public init(configuration: LlamaConfiguration, tensors: [Tensor]) {
    self.init(configuration.parameterSpecifications, tensors: tensors)
  }

  /// Some of a model's parameters, or what one layer has of them.
  init(_ specifications: [ParameterSpecification], tensors: [Tensor]) {
    precondition(
      tensors.count == specifications.count,
      "the Llama has \(specifications.count) parameters, not \(tensors.count)"
    )
    entries = zip(specifications, tensors).map {
      Entry(name: $0.name, isLayered: $0.isLayered, tensor: $1)
    }
  }

  /// The output gates of all layers, `[layers, 2]`, or of one, `[2]`; nil without gates.
  public var outputGates: Tensor? {
    get { self[ifPresent: .outputGates] }
    set {
      guard let newValue, let place = place(of: .outputGates) else { return }
      entries[place].tensor = newValue
    }
  }

  /// What makes logits of hidden states: the head `[D, V]`, or else the embedding `[V, D]`, transposed.
  var outputProjection: (weights: Tensor, isTransposed: Bool) {
    if let head = self[ifPresent: .head] { return (head, false) }
    return (self[.embedding], true)
  }

  /// Those that are stacked along a leading layer axis.
  var layers: LlamaParameters {
    var copy = self
    copy.entries.removeAll { !$0.isLayered }
    return copy
  }

  /// A parameter that every model has.
  subscript(_ name: LlamaParameter) -> Tensor {
    guard let tensor = self[ifPresent: name] else {
      preconditionFailure("there is no parameter \(name.rawValue)")
    }
    return tensor
  }

  /// A parameter that some models have.
  subscript(ifPresent name: LlamaParameter) -> Tensor? {
    place(of: name).map { entries[$0].tensor }
  }

  private func place(of name: LlamaParameter) -> Int? {
    entries.firstIndex { $0.name == name.rawValue }
  }

  /// Visits the tensors in the checkpoint's order.
  public mutating func forEachTensor(
    _ body: (_ name: String, _ tensor: inout Tensor) throws -> Void
  ) rethrows {
    for index in entries.indices { try body(entries[index].name, &entries[index].tensor) }
  }
}
