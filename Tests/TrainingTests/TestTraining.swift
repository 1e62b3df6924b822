import Arrays
import EspalierTestSupport
import Growing
import LanguageModels
import PJRT
import Recipes
import Tensors
import Testing

@testable import Training

/// A training step with the state it works on.
struct TestTraining {
  let compiled: CompiledTrainingStep
  private(set) var state: DeviceState

  /// An engine that compiles quickly, for programs that run a few times only.
  static func quickEngine() throws -> Engine { try sharedEngine.get() }

  /// The only device of the engine above.
  static func devices() throws -> TrainingDevices {
    TrainingDevices(firstOf: try quickEngine())
  }

  private static let sharedEngine = Result<Engine, any Error> {
    Engine(client: try TestPlugin.client(), settings: ["xla_backend_optimization_level": "0"])
  }

  init(_ step: TrainingStep, state: DeviceState, engine: Engine? = nil) throws {
    compiled = try CompiledTrainingStep(step, engine: engine ?? Self.quickEngine())
    self.state = state
  }

  /// Takes one step.
  mutating func step(
    _ batches: [HostArray],
    rate: Double,
    gates: ScheduledGates? = nil
  ) throws -> (loss: Double, norm: Double) {
    let rates = StepRates(shared: rate)
    let result = try compiled(&state, batch: batches, rates: rates, gates: gates)
    return (try result.readLoss(), try result.readGradientNorm())
  }
}

extension DeviceState {
  /// What lies on the only device.
  var buffers: [Buffer] { tensors.map { $0.parts[0] } }
  /// What of the model lies on the only device.
  var modelBuffers: [Buffer] { modelTensors.map { $0.parts[0] } }

  /// The tensors by name.
  func arrays() throws -> [String: HostArray] {
    let named = try zip(layout.entries, buffers).map { ($0.name, try $1.copyToHost()) }
    return Dictionary(uniqueKeysWithValues: named)
  }
}

extension LlamaParity {
  func configuration(tied: Bool) -> LlamaConfiguration {
    let model = golden.model
    return LlamaConfiguration(
      layerCount: model.layers,
      width: model.width,
      headCount: model.headCount,
      keyValueHeadCount: model.keyValueHeadCount,
      feedForwardWidth: model.feedForwardWidth,
      vocabularySize: model.vocabularySize,
      contextLength: model.contextLength,
      tiesEmbedding: tied,
      ropeBase: model.ropeBase,
      normEpsilon: model.normEpsilon
    )
  }

  var optimizer: Recipe.Optimizer {
    let settings = golden.optimizer
    return Recipe.Optimizer(
      beta1: settings.beta1,
      beta2: settings.beta2,
      epsilon: settings.epsilon,
      weightDecay: settings.weightDecay,
      gradientClipping: settings.gradientClipping
    )
  }

  /// The state before the first step.
  func state(tied: Bool, optimizer: Recipe.Optimizer) throws -> DeviceState {
    let layout = StateLayout(configuration: configuration(tied: tied), optimizer: optimizer)
    return try DeviceState(layout: layout, devices: TestTraining.devices()) { entry in
      weights[entry.name] ?? HostArray(zeros: entry.type)
    }
  }

  /// The training of one of the golden courses.
  func training(
    tied: Bool = true,
    _ execution: Llama.LayerExecution = .unrolled,
    accumulation: Int = 1,
    separatesDocuments: Bool = false,
    optimizer: Recipe.Optimizer? = nil,
    engine: Engine? = nil
  ) throws -> TestTraining {
    let optimizer = optimizer ?? self.optimizer
    let step = TrainingStep(
      model: Llama(configuration(tied: tied), layerExecution: execution),
      optimizer: optimizer,
      batchSize: golden.batchSize,
      accumulation: accumulation,
      separatesDocuments: separatesDocuments
    )
    return try TestTraining(step, state: state(tied: tied, optimizer: optimizer), engine: engine)
  }
}
