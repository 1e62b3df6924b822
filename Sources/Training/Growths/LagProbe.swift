import Growing
import Kernels
import LanguageModels
import Runs
import Tensors

/// Trains one growth on and measures it at the lags.
///
/// Probes of models with the same tensors run one compiled program, which the engine keeps; they differ in
/// the state they begin with and in nothing else.
package struct LagProbe {
  let job: TrainingJob
  let engine: Engine
  let lags: [Int]
  private let kernels: KernelLibrary?
  private let evaluator: Evaluator

  /// A probe that chooses kernels and held-out sequences as the job's run would.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - engine: What trains.
  ///   - lags: Steps after growing.
  /// - Throws: ``TrainingError/noKernels(_:)`` or ``TrainingError/tooFewDevices(wanted:found:platform:)``.
  package init(job: TrainingJob, engine: Engine, lags: [Int]) throws {
    let choice = try KernelChoice(job.recipe, client: engine.client)
    let (job, kernels) = (job.computing(by: choice), choice.library)
    self.init(
      job: job,
      engine: engine,
      kernels: kernels,
      evaluator: Evaluator(
        job,
        engine: engine,
        kernels: kernels,
        devices: try job.devices(of: engine)
      ),
      lags: lags
    )
  }

  /// A probe with what the run that tries has already.
  init(
    job: TrainingJob,
    engine: Engine,
    kernels: KernelLibrary?,
    evaluator: Evaluator,
    lags: [Int]
  ) {
    self.job = job
    self.engine = engine
    self.kernels = kernels
    self.evaluator = evaluator
    self.lags = lags
  }

  /// A growth with its layer map learnt.
  ///
  /// - Parameters:
  ///   - growth: The growth.
  ///   - source: The state before growing; it stays as it is.
  ///   - growthStep: The step at which it grows.
  ///   - watch: Told how far learning is, and asked before every step whether to go on.
  /// - Returns: The growth and what was learnt, or nil where it has no map to learn.
  /// - Throws: ``Stopped``, `PJRTError` or ``TrainingError/mapDiverged(step:loss:)``.
  package func learned(
    _ growth: GrowthStep,
    from source: DeviceState,
    at growthStep: Int,
    watch: RunWatch<TrainingEvent>
  ) throws -> MapLearner.Learned? {
    guard let learning = growth.mapLearning else { return nil }
    return try MapLearner(job: job, engine: engine, kernels: kernels, evaluator: evaluator)
      .learned(growth, learning, from: source, at: growthStep, watch: watch)
  }

  /// Grows, trains on and measures.
  ///
  /// - Parameters:
  ///   - source: The state before growing; it is used up.
  ///   - growth: How it grows; a layer map has been learnt.
  ///   - growthStep: The step at which it grows.
  ///   - watch: Told the steps taken after growing, and asked before every step whether to go on.
  /// - Returns: The held-out losses at the lags.
  /// - Throws: ``Stopped``, `GrowthError`, `PJRTError`, or ``TrainingError/diverged(step:what:checkpoint:)``.
  package func losses(
    from source: consuming DeviceState,
    by growth: GrowthStep,
    at growthStep: Int,
    watch: RunWatch<Int>
  ) throws -> [Double] {
    var state = source
    let stage = job.plan.stage(containing: growthStep)
    try job.grow(&state, by: growth, into: stage)
    let configuration = state.layout.configuration
    let step = try CompiledTrainingStep(
      job.trainingStep(
        configuration,
        kernels: kernels,
        hasLayerRates: growth.layerRateFactors(atStepAfterGrowth: 0) != nil,
        schedulesGates: growth.schedulesGates
      ),
      engine: engine
    )
    var taken = 0
    return try lags.map { lag in
      while taken < lag {
        try watch.goOn()
        try takeStep(step, growthStep + taken, after: growth, at: growthStep, &state)
        taken += 1
        watch.report(taken)
      }
      let loss = try evaluator.loss(of: configuration, parameters: state.modelTensors)
      try check(loss, "the validation loss", afterStep: growthStep + lag)
      return loss
    }
  }

  private func check(_ loss: Double, _ name: String, afterStep step: Int) throws {
    guard !loss.isFinite else { return }
    throw TrainingError.diverged(name, loss, afterStep: step)
  }

  private func takeStep(
    _ compiled: CompiledTrainingStep,
    _ step: Int,
    after growth: GrowthStep,
    at growthStep: Int,
    _ state: inout DeviceState
  ) throws {
    let factors = growth.layerRateFactors(atStepAfterGrowth: step - growthStep)
    let result = try compiled(
      &state,
      batch: job.batch(ofStep: step),
      rates: job.rates(ofStep: step, layerFactors: factors),
      gates: growth.scheduledGates(ofStep: step, growthStep: growthStep, seed: job.recipe.seed)
    )
    // Reading one number keeps the host from running ahead of the device.
    try check(result.readLoss(), "the loss", afterStep: step + 1)
  }
}
