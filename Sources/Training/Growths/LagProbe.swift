import Arrays
import Growing
import Kernels
import LanguageModels
import PJRT
import Runs
import Tensors

/// Trains one strategy on from the growth and measures it at the lags.
///
/// Probes of models with the same tensors run one compiled program, which the engine keeps; they differ in
/// the state they begin with and in nothing else.
package struct LagProbe {
  let job: TrainingJob
  let engine: Engine
  let lags: [Int]
  private let kernels: KernelLibrary?
  private let validation: Validation

  /// A probe that chooses kernels and validation as the job's run would.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - engine: What trains.
  ///   - lags: Steps after growing.
  /// - Throws: ``TrainingError/noKernels(_:)``.
  package init(job: TrainingJob, engine: Engine, lags: [Int]) throws {
    self.init(
      job: job,
      engine: engine,
      kernels: try KernelChoice(job.recipe.kernels, client: engine.client).library,
      validation: Validation(job),
      lags: lags
    )
  }

  /// A probe with what the run that tries has already.
  init(
    job: TrainingJob,
    engine: Engine,
    kernels: KernelLibrary?,
    validation: Validation,
    lags: [Int]
  ) {
    self.job = job
    self.engine = engine
    self.kernels = kernels
    self.validation = validation
    self.lags = lags
  }

  /// A strategy with its layer map learnt, if it has one to learn.
  ///
  /// - Parameters:
  ///   - strategy: How it grows.
  ///   - source: The state before growing; it stays as it is.
  ///   - growthStep: The step at which it grows.
  ///   - observer: Told how far learning is.
  ///   - shouldStop: Asked before every step.
  /// - Returns: The strategy and what was learnt, or nil where someone asked to stop.
  /// - Throws: `PJRTError` or ``TrainingError/mapDiverged(step:loss:)``.
  package func learned(
    _ strategy: LagStrategy,
    from source: DeviceState,
    at growthStep: Int,
    observer: (TrainingEvent) -> Void,
    shouldStop: () -> Bool
  ) throws -> (strategy: LagStrategy, map: LearnedMapRecord?)? {
    guard strategy.step.mapLearning != nil else { return (strategy, nil) }
    let learner = MapLearner(job: job, engine: engine, kernels: kernels, validation: validation)
    let learned = try learner.learned(
      strategy.step,
      from: source,
      at: growthStep,
      observer: observer,
      shouldStop: shouldStop
    )
    guard let learned else { return nil }
    var fixed = strategy
    fixed.step = learned.growth
    return (fixed, learned.record)
  }

  /// Grows, trains on and measures.
  ///
  /// - Parameters:
  ///   - source: The state before growing; it is used up.
  ///   - strategy: How it grows; a layer map has been learnt.
  ///   - growthStep: The step at which it grows.
  ///   - observer: Told the steps taken after growing.
  ///   - shouldStop: Asked before every step.
  /// - Returns: The held-out losses at the lags, or nil where someone asked to stop.
  /// - Throws: `GrowthError`, `PJRTError`, or ``TrainingError/diverged(step:loss:)``.
  package func losses(
    from source: consuming DeviceState,
    by strategy: LagStrategy,
    at growthStep: Int,
    observer: (Int) -> Void,
    shouldStop: () -> Bool
  ) throws -> [Double]? {
    var state = source
    let stage = job.plan.stage(containing: growthStep)
    try job.grow(&state, by: strategy.step, into: stage, client: engine.client)
    let configuration = state.layout.configuration
    let program = try engine.compile(
      job.trainingStep(
        configuration,
        kernels: kernels,
        hasLayerRates: strategy.step.layerRateFactors(atStepAfterGrowth: 0) != nil,
        schedulesGates: strategy.step.schedulesGates
      ).traced()
    )
    let model = job.model(configuration, kernels: kernels)
    var losses: [Double] = []
    var step = 0
    for lag in lags {
      while step < lag {
        if shouldStop() { return nil }
        try takeStep(program, growthStep + step, after: strategy.step, at: growthStep, &state)
        step += 1
        observer(step)
      }
      losses.append(try validation.loss(of: model, parameters: state.modelBuffers, engine: engine))
    }
    return losses
  }

  private func takeStep(
    _ program: Program,
    _ step: Int,
    after growth: GrowthStep,
    at growthStep: Int,
    _ state: inout DeviceState
  ) throws {
    let batch = try job.buffers(ofStep: step, client: engine.client)
    let rates = try job.rateBuffers(
      ofStep: step,
      layerFactors: growth.layerRateFactors(atStepAfterGrowth: step - growthStep),
      client: engine.client
    )
    let gates = try engine.client.gateBuffers(
      growth.scheduledGates(ofStep: step, growthStep: growthStep, seed: job.recipe.seed)
    )
    let outputs = try program(state.buffers + batch + rates + gates)
    state.replace(with: outputs.prefix(state.buffers.count))
    // Reading one number keeps the host from running ahead of the device.
    let loss = Double(try outputs[state.buffers.count].copyToHost().values(as: Float.self)[0])
    guard loss.isFinite else { throw TrainingError.diverged(step: step, loss: loss) }
  }
}
