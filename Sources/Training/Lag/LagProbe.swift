import Arrays
import Growing
import Kernels
import LanguageModels
import PJRT
import Runs
import Tensors

/// Trains one strategy on from the growth and measures it at the lags.
///
/// All probes of one depth run one compiled program: strategies differ in the state they begin with and
/// in nothing else.
struct LagProbe {
  let job: TrainingJob
  let engine: Engine
  let lags: [Int]
  private let kernels: KernelLibrary?
  private let program: Program
  private let validation: Validation

  /// A probe that runs a program of its own.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - engine: What trains.
  ///   - growth: The growth that all strategies stand in for: the plan's first.
  ///   - lags: Steps after growing.
  /// - Throws: `PJRTError`, `TraceError`, or ``TrainingError/noKernels(_:)``.
  init(job: TrainingJob, engine: Engine, growth: GrowthStep, lags: [Int]) throws {
    let kernels = try KernelChoice(job.recipe.kernels, client: engine.client).library
    let step = job.trainingStep(
      job.configuration(inStage: 1).withLayers(growth.map.depth),
      kernels: kernels,
      hasLayerRates: growth.layerRateFactors(atStepAfterGrowth: 0) != nil
    )
    self.init(
      job: job,
      engine: engine,
      kernels: kernels,
      program: try engine.compile(step.traced()),
      validation: Validation(job),
      lags: lags
    )
  }

  /// A probe that runs a training step that has been compiled.
  init(
    job: TrainingJob,
    engine: Engine,
    kernels: KernelLibrary?,
    program: Program,
    validation: Validation,
    lags: [Int]
  ) {
    self.job = job
    self.engine = engine
    self.kernels = kernels
    self.program = program
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
  func learned(
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
  func losses(
    from source: consuming DeviceState,
    by strategy: LagStrategy,
    at growthStep: Int,
    observer: (Int) -> Void,
    shouldStop: () -> Bool
  ) throws -> [Double]? {
    var state = source
    let stage = job.plan.stage(containing: growthStep)
    try job.grow(&state, by: strategy.step, into: stage, client: engine.client)
    let model = job.model(state.layout.configuration, kernels: kernels)
    var losses: [Double] = []
    var step = 0
    for lag in lags {
      while step < lag {
        if shouldStop() { return nil }
        try takeStep(
          growthStep + step,
          layerFactors: strategy.step.layerRateFactors(atStepAfterGrowth: step),
          &state
        )
        step += 1
        observer(step)
      }
      losses.append(try validation.loss(of: model, parameters: state.modelBuffers, engine: engine))
    }
    return losses
  }

  private func takeStep(
    _ step: Int,
    layerFactors: [Double]?,
    _ state: inout DeviceState
  ) throws {
    let batch = try job.buffers(ofStep: step, client: engine.client)
    let rates = try job.rateBuffers(
      ofStep: step,
      layerFactors: layerFactors,
      client: engine.client
    )
    let outputs = try program(state.buffers + batch + rates)
    state.replace(with: outputs.prefix(state.buffers.count))
    // Reading one number keeps the host from running ahead of the device.
    let loss = Double(try outputs[state.buffers.count].copyToHost().values(as: Float.self)[0])
    guard loss.isFinite else { throw TrainingError.diverged(step: step, loss: loss) }
  }
}
