import Arrays
import Growing
import Kernels
import LanguageModels
import Tensors

/// Traces the program of one step of learning a layer map.
///
/// Learnt is what is added to the map's first numbers. The program's parameters are the old model's tensors,
/// these additions with what the optimizer knows of them, the arrays of the batch and the learning rate; its
/// results are the new additions, likewise, and the loss. The additions alone are donated: the old model stays
/// as it is.
///
/// Source: Wang et al. 2023, arXiv 2303.00980 (LiGO).
struct MapLearningStep: Sendable {
  /// How the old layers are mixed.
  let mixing: LayerMixing
  /// The map's first numbers, `[M][L]`.
  let start: [[Double]]
  /// Which numbers of the map are learnt; the others stand still.
  let learnable: [[Bool]]
  /// The step that would train the grown model: its loss, its batches and its optimizer.
  let step: TrainingStep

  /// Describes the learning of a growth's map.
  ///
  /// - Parameters:
  ///   - growth: The growth, with blends to learn.
  ///   - source: The model before growing.
  ///   - step: A step of the grown model.
  init(_ growth: GrowthStep, from source: LlamaConfiguration, step: TrainingStep) {
    mixing = LayerMixing(source: source, grown: step.model.configuration)
    start = growth.layerWeights
    learnable = growth.learnableWeights
    self.step = step
  }

  /// The types of the additions and of what the optimizer knows of them.
  var additionTypes: [TensorType] {
    let matrix = TensorType(.float32, mixing.shape)
    return [matrix, matrix, matrix, TensorType(.int32, .scalar)]
  }

  /// Traces the step.
  ///
  /// - Throws: `TraceError` for sizes that do not fit together.
  /// - Returns: The function.
  func traced() throws(TraceError) -> TracedFunction {
    let models = mixing.sourceTypes
    let end = models.count + additionTypes.count
    let batches = step.batchTypes
    let places = zip(models.count..<end, 0...)
    return try TracedFunction(
      "map_learning_step",
      parameters: models + additionTypes + batches + [TensorType(.float32, .scalar)],
      donating: Dictionary(uniqueKeysWithValues: places.map { ($0, $1) })
    ) { inputs in
      let additions = AdamW.Slot(
        value: inputs[models.count],
        mean: inputs[models.count + 1],
        square: inputs[models.count + 2],
        steps: inputs[models.count + 3]
      )
      let (loss, gradient) = lossAndGradient(
        Array(inputs.prefix(models.count)),
        additions: additions.value,
        batches: Array(inputs[end..<end + batches.count])
      )
      let next = step.optimizer.updated(
        additions,
        gradient: gradient,
        learningRate: inputs[end + batches.count]
      )
      return next.tensors + [loss]
    }.calling(step.model.kernels)
  }

  /// The mean loss of the grown model over a batch, and its gradient by the map, zero where nothing is learnt.
  ///
  /// - Parameters:
  ///   - tensors: The old model's.
  ///   - additions: What is added to the map's first numbers, `[M, L]`.
  ///   - batches: The arrays of the batch.
  /// - Returns: A scalar and a gradient of `[M, L]`.
  func lossAndGradient(
    _ tensors: [Tensor],
    additions: Tensor,
    batches: [Tensor]
  ) -> (loss: Tensor, gradient: Tensor) {
    let weights = constant(start, additions.elementType) + additions
    let grown = mixing.mixed(tensors, by: weights)
    let (loss, gradients) = step.lossAndGradients(grown, batches: batches, gates: nil)
    let gradient = vectorJacobianProduct(
      of: grown.tensors,
      cotangents: gradients.tensors,
      withRespectTo: [weights]
    )[0]
    let mask = learnable.map { $0.map { $0 ? 1.0 : 0 } }
    guard mask.contains(where: { $0.contains(0) }) else { return (loss, gradient) }
    return (loss, gradient * constant(mask, gradient.elementType))
  }

  private func constant(_ rows: [[Double]], _ elementType: ElementType) -> Tensor {
    Tensor(HostArray(rows.flatMap { $0 }, shape: mixing.shape)).converted(to: elementType)
  }
}
