import Arrays
import Kernels
import LanguageModels
import Tensors

/// Traces the program that evaluates a batch: the summed loss and the number of targets.
public struct EvaluationStep: Sendable {
  /// The model at its present depth.
  public let model: Llama
  /// Sequences a batch.
  public let batchSize: Int
  /// Whether attention stays within documents.
  public let separatesDocuments: Bool

  /// Describes an evaluation.
  public init(model: Llama, batchSize: Int, separatesDocuments: Bool = false) {
    self.model = model
    self.batchSize = batchSize
    self.separatesDocuments = separatesDocuments
  }

  /// Traces the evaluation; its parameters are the model's, the batch, and the segments if any.
  ///
  /// - Throws: `TraceError` for sizes that do not fit together.
  /// - Returns: The function.
  public func traced() throws(TraceError) -> TracedFunction {
    let layout = StateLayout(configuration: model.configuration)
    let types = layout.modelEntries.map(\.type)
    let batch = TensorType(.int32, [batchSize, model.configuration.contextLength + 1])
    let batches = [TensorType](repeating: batch, count: separatesDocuments ? 2 : 1)
    return try TracedFunction("evaluation", parameters: types + batches) { inputs in
      let parameters = LlamaParameters(
        configuration: model.configuration,
        tensors: Array(inputs.prefix(types.count))
      )
      let (total, count) = model.totalLoss(
        sequences: inputs[types.count],
        segments: separatesDocuments ? inputs.last : nil,
        parameters: parameters,
        isDifferentiated: false
      )
      return [total, count]
    }.calling(model.kernels)
  }
}
