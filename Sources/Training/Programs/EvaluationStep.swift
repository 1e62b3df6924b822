import Arrays
import Kernels
import LanguageModels
import Recipes
import Tensors

/// Traces the program that evaluates a batch: the summed loss and the number of targets.
struct EvaluationStep: Sendable {
  /// The model at its present depth.
  let model: Llama
  /// Sequences a batch.
  let batchSize: Int
  /// The devices that share it, and what of the model is cut into parts.
  let parallelism: Recipe.Parallelism
  /// The arrays of a batch.
  let batchLayout: BatchLayout

  /// Describes an evaluation.
  init(
    model: Llama,
    batchSize: Int,
    separatesDocuments: Bool = false,
    targets: BatchLayout.Targets = .next,
    parallelism: Recipe.Parallelism = Recipe.Parallelism()
  ) {
    self.parallelism = parallelism
    self.model = model
    self.batchSize = batchSize
    batchLayout = BatchLayout(targets: targets, separatesDocuments: separatesDocuments)
  }

  /// Traces the evaluation; its parameters are the model's and the arrays of the batch.
  ///
  /// - Throws: `TraceError` for sizes that do not fit together.
  /// - Returns: The function.
  func traced() throws(TraceError) -> TracedFunction {
    let types = model.configuration.parameterTypes
    let batches = batchLayout.types(
      batchSize: batchSize,
      contextLength: model.configuration.contextLength
    )
    return try TracedFunction("evaluation", parameters: types + batches) { inputs in
      let parameters = LlamaParameters(
        configuration: model.configuration,
        tensors: Array(inputs.prefix(types.count))
      )
      let (total, count) = batchLayout.totalLoss(
        of: model,
        batch: Array(inputs.dropFirst(types.count)),
        parameters: parameters,
        isDifferentiated: false
      )
      return [total, count]
    }
    .calling(model.kernels)
    .distributed(
      over: parallelism.devices,
      parameters: parallelism.shardings(of: model.configuration.parameterSpecifications)
        + batches.map { parallelism.sharding(ofRows: $0.shape[0]) },
      results: [.replicated, .replicated]
    )
  }
}
