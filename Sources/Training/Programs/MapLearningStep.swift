import Arrays
import Growing
import Kernels
import LanguageModels
import Optimization
import Tensors

/// Traces the program of one step of learning a layer map.
///
/// Learnt is what is added to the map's first numbers. ``CompiledMapLearning`` calls the program. The additions
/// alone are donated to it: the old model stays as it is.
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

  /// AdamW with the recipe's settings, without decay: it would pull towards the first numbers.
  private var optimizer: Optimizer {
    let matrix = OptimizedParameter("map", TensorType(.float32, mixing.shape))
    return Optimizer([.init(matrix, rule: step.optimizer.adamW)])
  }

  /// The types of the additions and of what the optimizer knows of them.
  var additionTypes: [TensorType] {
    [TensorType(.float32, mixing.shape)] + optimizer.slots.map(\.type)
  }

  /// Traces the step.
  ///
  /// - Throws: `TraceError` for sizes that do not fit together.
  /// - Returns: The function.
  func traced() throws(TraceError) -> TracedFunction {
    let types = Inputs(
      model: mixing.source.parameterTypes,
      additions: additionTypes,
      batch: step.batchTypes,
      rate: TensorType(.float32, .scalar)
    )
    let donated = types.model.count..<types.model.count + types.additions.count
    return try TracedFunction(
      "map_learning_step",
      parameters: types.values,
      donating: Dictionary(uniqueKeysWithValues: zip(donated, 0...))
    ) { outputs(of: types.replacingValues(with: $0)) }
    .calling(step.model.kernels)
    .distributed(
      over: step.parallelism.devices,
      parameters: Inputs(
        model: step.parallelism.shardings(of: mixing.source.parameterSpecifications),
        additions: types.additions.map { _ in .replicated },
        batch: types.batch.map { step.parallelism.sharding(ofRows: $0.shape[0]) },
        rate: .replicated
      ).values,
      results: types.additions.map { _ in .replicated } + [.replicated]
    )
  }

  /// What the program takes, in this order; it gives back the additions and the loss.
  struct Inputs<Value> {
    /// The old model's tensors.
    var model: [Value]
    /// What is added to the map's first numbers, and what the optimizer knows of it.
    var additions: [Value]
    /// The arrays of the batch.
    var batch: [Value]
    /// The learning rate.
    var rate: Value

    /// All values in order.
    var values: [Value] { model + additions + batch + [rate] }

    /// The same inputs as other values.
    func replacingValues<Other>(with values: [Other]) -> Inputs<Other> {
      let (first, second) = (model.count, model.count + additions.count)
      return Inputs<Other>(
        model: Array(values[..<first]),
        additions: Array(values[first..<second]),
        batch: Array(values[second..<second + batch.count]),
        rate: values[second + batch.count]
      )
    }
  }

  private func outputs(of inputs: Inputs<Tensor>) -> [Tensor] {
    let (loss, gradient) = lossAndGradient(
      inputs.model,
      additions: inputs.additions[0],
      batches: inputs.batch
    )
    let next = optimizer.updated(
      [inputs.additions[0]],
      gradients: [gradient],
      slots: Array(inputs.additions.dropFirst()),
      learningRate: inputs.rate
    )
    return next.parameters + next.slots + [loss]
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
