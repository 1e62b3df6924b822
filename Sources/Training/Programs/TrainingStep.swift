import Arrays
import Kernels
import LanguageModels
import Optimization
import Recipes
import StableHLO
import Tensors

/// Traces the program of one training step at one depth.
///
/// ``CompiledTrainingStep`` calls it. The state is donated, so a step updates it in place.
public struct TrainingStep: Sendable {
  /// The model at its present depth.
  public let model: Llama
  /// How the parameters are updated, and by how much gradients are clipped.
  public let optimizer: Recipe.Optimizer
  /// Sequences a step.
  public let batchSize: Int
  /// Parts the batch is worked through in; each but one is finished before the next begins.
  public let accumulation: Int
  /// The arrays of a batch.
  let batchLayout: BatchLayout
  /// Whether each layer has a learning rate of its own.
  public let hasLayerRates: Bool
  /// Whether a schedule sets output gates, which the model then has and which are held.
  public let schedulesGates: Bool
  /// What makes neighbouring blocks alike, and how many layers a block has; nil for nothing.
  let blockCosine: (weight: Double, blockSize: Int)?
  /// The devices that share the step, and what of its state is cut into parts.
  public let parallelism: Recipe.Parallelism

  /// Describes a step.
  package init(
    model: Llama,
    optimizer: Recipe.Optimizer,
    batchSize: Int,
    accumulation: Int = 1,
    separatesDocuments: Bool = false,
    targets: BatchLayout.Targets = .next,
    hasLayerRates: Bool = false,
    schedulesGates: Bool = false,
    blockCosine: (weight: Double, blockSize: Int)? = nil,
    parallelism: Recipe.Parallelism = Recipe.Parallelism()
  ) {
    self.parallelism = parallelism
    self.blockCosine = blockCosine
    self.model = model
    self.optimizer = optimizer
    self.batchSize = batchSize
    self.accumulation = accumulation
    self.hasLayerRates = hasLayerRates
    self.schedulesGates = schedulesGates
    batchLayout = BatchLayout(targets: targets, separatesDocuments: separatesDocuments)
  }

  /// The names, types and roles of the state's tensors.
  public var layout: StateLayout {
    StateLayout(configuration: model.configuration, optimizer: optimizer)
  }

  /// The types of the batch's arrays.
  public var batchTypes: [TensorType] {
    batchLayout.types(batchSize: batchSize, contextLength: model.configuration.contextLength)
  }

  /// Whether another step of the same job has the same program.
  func isSameProgram(as other: TrainingStep) -> Bool {
    model.configuration == other.model.configuration && hasLayerRates == other.hasLayerRates
      && schedulesGates == other.schedulesGates
  }

  /// Traces the step.
  ///
  /// - Throws: `TraceError` for sizes that do not fit together.
  /// - Returns: The function.
  public func traced() throws(TraceError) -> TracedFunction {
    let layout = layout
    let layers = model.configuration.layerCount
    let types = StepInputs(
      state: layout.entries.map(\.type),
      batch: batchTypes,
      rate: TensorType(.float32, .scalar),
      layerRates: hasLayerRates ? TensorType(.float32, [layers]) : nil,
      gates: schedulesGates ? GateInput.type(layers: layers) : nil
    )
    let shardings = shardings
    return try TracedFunction(
      "training_step",
      parameters: types.values,
      donating: Dictionary(uniqueKeysWithValues: types.state.indices.map { ($0, $0) })
    ) { outputs(of: types.replacingValues(with: $0)).values }
    .calling(model.kernels)
    .distributed(
      over: parallelism.devices,
      parameters: shardings.values,
      results: StepOutputs(
        state: shardings.state,
        loss: .replicated,
        gradientNorm: .replicated
      ).values
    )
  }

  /// How what the program takes lies on the devices.
  private var shardings: StepInputs<TensorSharding> {
    StepInputs(
      state: layout.entries.map(parallelism.sharding),
      batch: batchTypes.map { parallelism.sharding(ofRows: $0.shape[0]) },
      rate: .replicated,
      layerRates: hasLayerRates ? .replicated : nil,
      gates: schedulesGates ? .replicated : nil
    )
  }

  private func outputs(of inputs: StepInputs<Tensor>) -> StepOutputs<Tensor> {
    let layout = layout
    let parameters = LlamaParameters(
      configuration: model.configuration,
      tensors: Array(inputs.state.prefix(layout.specifications.count))
    )
    let gates = inputs.gates.map(GateInput.init)
    let (loss, gradients) = lossAndGradients(parameters, batches: inputs.batch, gates: gates)
    let (clippedGradients, norm) = clipped(
      lyingAsParameters(gradients),
      toNorm: optimizer.gradientClipping
    )
    let next = layout.optimizer.updated(
      parameters.tensors,
      gradients: clippedGradients.tensors,
      slots: Array(inputs.state.dropFirst(layout.specifications.count)),
      learningRate: inputs.rate,
      layerRates: inputs.layerRates
    )
    var nextParameters = parameters.replacingTensors(with: next.parameters)
    if let gates { nextParameters.outputGates = gates.stored(inPlaceOf: parameters) }
    return StepOutputs(
      state: nextParameters.tensors + next.slots,
      loss: loss,
      gradientNorm: norm
    )
  }

  /// Gradients that lie on the devices as their parameters do, so that how the optimizer's state lies has no say in how the
  /// model is computed.
  private func lyingAsParameters(_ gradients: LlamaParameters) -> LlamaParameters {
    guard parallelism.devices > 1 else { return gradients }
    let shardings = parallelism.shardings(of: layout.specifications)
    return gradients.replacingTensors(
      with: zip(gradients.tensors, shardings).map { $0.constrained(to: $1) }
    )
  }

  /// The mean loss over the batch, and the gradient of what is made small: the loss and, where there is one, the
  /// penalty on blocks that differ.
  func lossAndGradients(
    _ parameters: LlamaParameters,
    batches: [Tensor],
    gates: GateInput?
  ) -> (loss: Tensor, gradients: LlamaParameters) {
    let result = measuredLossAndGradients(parameters, batches: batches, gates: gates)
    guard let blockCosine, model.configuration.layerOrder == nil,
      let cosine = parameters.blockCosine(blockSize: blockCosine.blockSize)
    else { return result }
    let penalty = Tensor(-blockCosine.weight, cosine.elementType) * cosine
    let slopes = gradient(of: penalty, withRespectTo: parameters).tensors
    let sums = zip(result.gradients.tensors, slopes).map { $0 + $1 }
    return (result.loss, result.gradients.replacingTensors(with: sums))
  }

  private func measuredLossAndGradients(
    _ parameters: LlamaParameters,
    batches: [Tensor],
    gates: GateInput?
  ) -> (loss: Tensor, gradients: LlamaParameters) {
    guard accumulation > 1 else {
      let (total, count) = batchLayout.totalLoss(
        of: model,
        batch: batches,
        parameters: applied(parameters, gates)
      )
      let loss = total / batchLayout.divisor(count)
      return (loss, gradient(of: loss, withRespectTo: parameters))
    }
    return accumulated(parameters, batches: batches, gates: gates)
  }

  /// The parameters that a step runs with.
  ///
  /// Gates and other parameters that are held are constants to the loss, so that their gradients are zero: nothing
  /// clips by them, and the optimizer leaves them where they are.
  private func applied(_ parameters: LlamaParameters, _ gates: GateInput?) -> LlamaParameters {
    var applied = parameters
    let isHeld = layout.optimizer.assignments.map(\.rule.holds)
    if isHeld.contains(true) {
      applied = parameters.replacingTensors(
        with: zip(parameters.tensors, isHeld).map { $1 ? $0.withoutGradient() : $0 }
      )
    }
    guard model.configuration.outputGates == .held else { return applied }
    applied.outputGates = (gates?.applied(inPlaceOf: parameters) ?? parameters.outputGates)?
      .withoutGradient()
    return applied
  }

  /// The parts of an array with a row a sequence: `[accumulation, rows, ...]`.
  ///
  /// Each part takes rows of every device's, so that all devices work on all parts and no row changes its device.
  private func cut(_ array: Tensor) -> Tensor {
    let rest = Array(array.shape.dimensions.dropFirst())
    let rows = batchSize / accumulation
    let (devices, axes) = (parallelism.devices, rest.indices.map { $0 + 3 })
    guard devices > 1 else { return array.reshaped(to: [accumulation, rows] + rest) }
    return array.reshaped(to: [devices, accumulation, rows / devices] + rest)
      .transposed([1, 0, 2] + axes)
      .reshaped(to: [accumulation, rows] + rest)
  }

  /// Adds up totals and their gradients over the parts of the batch, and divides once at the end.
  private func accumulated(
    _ parameters: LlamaParameters,
    batches: [Tensor],
    gates: GateInput?
  ) -> (loss: Tensor, gradients: LlamaParameters) {
    let parts = batches.map(cut)
    let zero = Tensor(0, .float32)
    let sums = parameters.tensors.map { Tensor.zeros($0.type) }
    let (carry, _) = scan(over: parts, initial: [zero, zero] + sums) { carry, slices in
      let (total, count) = batchLayout.totalLoss(
        of: model,
        batch: slices,
        parameters: applied(parameters, gates)
      )
      let gradients = gradient(of: total, withRespectTo: parameters.tensors)
      let added = zip(carry.dropFirst(2), gradients).map { $0 + $1 }
      return ([carry[0] + total, carry[1] + count] + added, [])
    }
    let gradients = parameters.replacingTensors(with: Array(carry.dropFirst(2)))
    let count = batchLayout.divisor(carry[1])
    return (carry[0] / count, gradients.mapTensors { _, sum in sum / count })
  }
}
