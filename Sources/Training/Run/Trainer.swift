import Arrays
import Growing
import Kernels
import LanguageModels
import PJRT
import Runs
import Tensors

/// Trains one model through all stages of its plan.
///
/// The state stays on the device and is given from step to step; the host waits for it only to log, to
/// evaluate, to save and to grow. What a step does depends on the recipe and the step's number alone,
/// so a run that was stopped goes on to the same bits.
public struct Trainer: ~Copyable {
  /// Why training came to an end.
  public enum Ending: Sendable {
    /// All steps are done.
    case completed
    /// Someone asked to stop; the state was saved.
    case interrupted
  }

  /// What is trained; its plan is the recipe's until growths are decided on otherwise.
  public private(set) var job: TrainingJob
  /// Where the run stands.
  public private(set) var position: TrainingPosition

  private let engine: Engine
  private let kernels: KernelLibrary?
  private var state: DeviceState
  private var metrics: MetricsWriter
  private let checkpoints: TrainingCheckpoints
  private let validation: Validation
  /// Measures how well each next token is predicted, where that is one of several objectives.
  private let causalValidation: Validation?
  private let observer: (TrainingEvent) -> Void
  /// Told where the run stands whenever it has been saved.
  private let recordProgress: (TrainingPosition, TrainingJob) throws -> Void
  /// Brings growths forward, where the recipe leaves that to the losses.
  private let watch: LossWatch?
  private let peak: Double
  private var compiled: CompiledStep?
  private var stopwatch = Stopwatch()
  private var recordedSeconds: Double
  private var recordedStep: Int

  init(
    job: TrainingJob,
    engine: Engine,
    kernels: KernelLibrary?,
    state: DeviceState,
    position: TrainingPosition,
    metrics: consuming MetricsWriter,
    checkpoints: TrainingCheckpoints,
    observer: @escaping (TrainingEvent) -> Void,
    recordProgress: @escaping (TrainingPosition, TrainingJob) throws -> Void
  ) throws {
    self.job = job
    self.engine = engine
    self.kernels = kernels
    self.state = state
    self.position = position
    self.metrics = metrics
    self.checkpoints = checkpoints
    self.observer = observer
    self.recordProgress = recordProgress
    validation = Validation(job)
    if case .mixture = job.objective {
      causalValidation = Validation(job, objective: .causal)
    } else {
      causalValidation = nil
    }
    watch = LossWatch(job.recipe)
    peak = try PeakMeasurement.operationsPerSecond(engine, kernels: kernels)
    recordedSeconds = position.trainingSeconds
    recordedStep = position.step
  }

  /// Trains until all steps are done or someone asks to stop.
  ///
  /// - Parameter shouldStop: Asked before every step.
  /// - Returns: Why it ended. Either way the state has been saved.
  /// - Throws: `PJRTError`, `TrainingError.diverged`, or what writing metrics and checkpoints throws.
  public mutating func run(shouldStop: () -> Bool) throws -> Ending {
    while position.step < job.plan.totalSteps {
      if shouldStop() {
        try save()
        return .interrupted
      }
      guard try growIfDue(shouldStop: shouldStop) else {
        try save()
        return .interrupted
      }
      try runStretch(shouldStop: shouldStop)
    }
    if try checkpoints.latestStep() != position.step { try save() }
    return .completed
  }

  /// Takes steps up to the next at which the host has something to do, and does it.
  private mutating func runStretch(shouldStop: () -> Bool) throws {
    var stage = job.plan.stage(containing: position.step)
    let program = try program(of: stage)
    var end = nextPause(in: stage)
    var inFlight: [Buffer] = []
    var last: (loss: Buffer, norm: Buffer)?
    stopwatch.start()
    while position.step < end, last == nil || !shouldStop() {
      let outputs = try takeStep(program)
      last = (outputs[0], outputs[1])
      inFlight.append(outputs[0])
      // One step runs and one waits: enough to keep the device busy, little to wait for when stopping.
      if inFlight.count > GrowthTrigger.delay { try finishStep(inFlight.removeFirst()) }
      position.step += 1
      if try growsEarly(in: stage) {
        stage = job.plan.stages[stage.index]
        end = position.step
      }
      observer(
        .advanced(step: position.step, totalSteps: job.plan.totalSteps, layers: stage.depth)
      )
    }
    guard let last else { return }
    for loss in inFlight { try finishStep(loss) }
    let loss = Double(try last.loss.copyToHost().values(as: Float.self)[0])
    let norm = Double(try last.norm.copyToHost().values(as: Float.self)[0])
    position.trainingSeconds += stopwatch.stop()
    guard loss.isFinite else { throw TrainingError.diverged(step: position.step, loss: loss) }
    position.lastLoss = loss
    guard position.step == end else { return }
    try pause(stage: stage, loss: loss, gradientNorm: norm)
  }

  /// Waits for a step, and reads its loss if growths go by it.
  private mutating func finishStep(_ loss: Buffer) throws {
    guard let watch else { return try loss.waitUntilReady() }
    var losses = position.recentLosses ?? RecentLosses(beginningAt: 0)
    let value = Double(try loss.copyToHost().values(as: Float.self)[0])
    guard value.isFinite else { throw TrainingError.diverged(step: losses.end + 1, loss: value) }
    losses.append(value, keeping: watch.lossCount)
    position.recentLosses = losses
  }

  /// Brings the growth at the stage's end forward to the present step, if the losses say so.
  private mutating func growsEarly(in stage: GrowthStage) throws -> Bool {
    guard let watch, let losses = position.recentLosses,
      let plan = try watch.plan(growingBefore: position.step, in: stage, of: job, losses: losses)
    else { return false }
    job = job.following(plan)
    observer(
      .levelledOff(step: position.step, plannedStep: stage.firstStep + stage.stepCount)
    )
    return true
  }

  private mutating func takeStep(_ program: Program) throws -> ArraySlice<Buffer> {
    let batch = try job.buffers(ofStep: position.step, client: engine.client)
    let rates = try job.rateBuffers(
      ofStep: position.step,
      layerFactors: job.schedule.layerFactors(atStep: position.step),
      client: engine.client
    )
    let gates = try engine.client.gateBuffers(
      job.plan.scheduledGates(ofStep: position.step, seed: job.recipe.seed)
    )
    let outputs = try program(state.buffers + batch + rates + gates)
    state.replace(with: outputs.prefix(state.buffers.count))
    if let operations = compiled?.operations {
      position.compiledOperations = (position.compiledOperations ?? 0) + operations
    }
    return ArraySlice(Array(outputs.dropFirst(state.buffers.count)))
  }

  /// The next step after which something is logged, evaluated, saved or grown.
  private func nextPause(in stage: GrowthStage) -> Int {
    let step = position.step
    let recipe = job.recipe
    let intervals = [recipe.logging.every, recipe.evaluation.every, recipe.checkpoints.every]
    let next = intervals.filter { $0 > 0 }.map { (step / $0 + 1) * $0 }
    return (next + [stage.firstStep + stage.stepCount]).min() ?? step + 1
  }

  private mutating func pause(stage: GrowthStage, loss: Double, gradientNorm: Double) throws {
    let step = position.step
    let isStageEnd = step == stage.firstStep + stage.stepCount
    let isEvaluated = isStageEnd || step.isDue(every: job.recipe.evaluation.every)
    var (validationLoss, causalValidationLoss): (Double?, Double?)
    if isEvaluated {
      let model = job.model(job.configuration(inStage: stage.index), kernels: kernels)
      let parameters = state.modelBuffers
      validationLoss = try validation.loss(of: model, parameters: parameters, engine: engine)
      causalValidationLoss = try causalValidation?
        .loss(of: model, parameters: parameters, engine: engine)
      position.lastValidationLoss = validationLoss
    }
    if isEvaluated || step.isDue(every: job.recipe.logging.every) {
      try record(
        stage: stage,
        loss: loss,
        validationLoss: validationLoss,
        causalValidationLoss: causalValidationLoss,
        gradientNorm: gradientNorm
      )
    }
    let isLast = step == job.plan.totalSteps
    if isLast || step.isDue(every: job.recipe.checkpoints.every) { try save() }
  }

  private mutating func record(
    stage: GrowthStage,
    loss: Double,
    validationLoss: Double?,
    causalValidationLoss: Double?,
    gradientNorm: Double
  ) throws {
    let step = position.step
    let operations = job.operations(throughStep: step)
    let seconds = max(position.trainingSeconds - recordedSeconds, 1e-9)
    let rate = (operations - job.operations(throughStep: recordedStep)) / seconds
    let record = MetricsRecord(
      step: step,
      stage: stage.index,
      layers: stage.depth,
      tokens: step * job.tokensPerStep,
      flops: operations,
      compiledFlops: position.compiledOperations,
      growthFlops: position.growthOperations,
      seconds: position.trainingSeconds,
      loss: loss,
      validationLoss: validationLoss,
      causalValidationLoss: causalValidationLoss,
      learningRate: job.schedule.rate(atStep: step - 1),
      gradientNorm: gradientNorm,
      tokensPerSecond: Double((step - recordedStep) * job.tokensPerStep) / seconds,
      shareOfPeak: min(rate / peak, 1)
    )
    try metrics.append(record)
    recordedSeconds = position.trainingSeconds
    recordedStep = step
    observer(.measured(record))
  }

  private mutating func save() throws {
    try metrics.synchronize()
    let path = try checkpoints.save(state, at: position, of: job)
    try recordProgress(position, job)
    observer(.saved(step: position.step, path: path))
  }

  /// Grows the model if it is not that of the stage.
  ///
  /// - Returns: False where someone asked to stop while the growth was decided on.
  private mutating func growIfDue(shouldStop: () -> Bool) throws -> Bool {
    let stage = job.plan.stage(containing: position.step)
    let present = state.layout.configuration
    guard job.configuration(inStage: stage.index) != present,
      let planned = job.plan.growth(before: position.step)
    else { return true }
    guard let growth = try decided(planned, for: stage, shouldStop: shouldStop) else {
      return false
    }
    try job.grow(&state, by: growth, into: stage, client: engine.client)
    if watch != nil { position.recentLosses = RecentLosses(beginningAt: position.step) }
    let depth = present.appliedLayerCount
    observer(.grew(from: depth, to: stage.depth, step: position.step, growth: growth))
    return true
  }

  /// The growth to carry out: the planned one, or under an adaptive method the one that was found best, with
  /// its layer map learnt where it has one to learn.
  ///
  /// - Returns: Nil where someone asked to stop; nothing is kept then.
  private mutating func decided(
    _ planned: GrowthStep,
    for stage: GrowthStage,
    shouldStop: () -> Bool
  ) throws -> GrowthStep? {
    guard var decision = try chosen(inPlaceOf: planned, for: stage, shouldStop: shouldStop) else {
      return nil
    }
    if decision.growth.mapLearning != nil {
      let learned = try MapLearner(
        job: job,
        engine: engine,
        kernels: kernels,
        validation: validation
      ).learned(
        decision.growth,
        from: state,
        at: stage.firstStep,
        observer: observer,
        shouldStop: shouldStop
      )
      guard let learned else { return nil }
      decision.growth = learned.growth
      decision.maps.append(learned.record)
    }
    guard decision.changesPlan else { return planned }
    job = try job.following(job.plan.replacingGrowth(stage.index - 1, with: decision.growth))
    position.note(decision)
    return decision.growth
  }

  /// The growth that an adaptive method finds best, or else the planned one; nil where someone asked to stop.
  private mutating func chosen(
    inPlaceOf planned: GrowthStep,
    for stage: GrowthStage,
    shouldStop: () -> Bool
  ) throws -> GrowthDecision? {
    guard let adaptive = try AdaptiveGrowth(job.recipe) else {
      return GrowthDecision(growth: planned)
    }
    // Compiled here, the program of the trials is there for the stage itself.
    _ = try program(of: stage)
    let probe = LagProbe(
      job: job,
      engine: engine,
      kernels: kernels,
      validation: validation,
      lags: [adaptive.lag]
    )
    let decision = try adaptive.decision(
      inPlaceOf: planned,
      for: stage,
      from: state,
      probe: probe,
      observer: observer,
      shouldStop: shouldStop
    )
    if let choice = decision?.choice { observer(.chose(choice)) }
    return decision
  }

  /// The compiled step of a stage's model.
  private mutating func program(of stage: GrowthStage) throws -> Program {
    let configuration = job.configuration(inStage: stage.index)
    let hasLayerRates = job.schedule.layerFactors(atStep: stage.firstStep) != nil
    let schedulesGates = job.plan.schedulesGates(inStage: stage.index)
    if let compiled, compiled.configuration == configuration,
      compiled.hasLayerRates == hasLayerRates, compiled.schedulesGates == schedulesGates
    {
      return compiled.program
    }
    let layers = configuration.appliedLayerCount
    let clock = ContinuousClock()
    let start = clock.now
    observer(.compiling(layers: layers))
    let program = try engine.compile(
      job.trainingStep(
        configuration,
        kernels: kernels,
        hasLayerRates: hasLayerRates,
        schedulesGates: schedulesGates
      ).traced()
    )
    let seconds = (clock.now - start).seconds
    position.compileSeconds += seconds
    observer(.compiled(layers: layers, seconds: seconds, origin: program.origin))
    compiled = CompiledStep(
      configuration: configuration,
      hasLayerRates: hasLayerRates,
      schedulesGates: schedulesGates,
      program: program,
      operations: try program.executable.floatingPointOperationCount()
    )
    return program
  }
}

/// The program of a stage's steps.
private struct CompiledStep {
  let configuration: LlamaConfiguration
  let hasLayerRates: Bool
  let schedulesGates: Bool
  let program: Program
  /// The FLOPs of a step by the compiler's own count, where the plugin gives one.
  let operations: Double?
}

extension Int {
  /// Whether something that happens every so many steps happens after this one; 0 means never.
  fileprivate func isDue(every interval: Int) -> Bool {
    interval > 0 && isMultiple(of: interval)
  }
}

/// Measures the time that passes while it runs.
private struct Stopwatch {
  private let clock = ContinuousClock()
  private var started: ContinuousClock.Instant?

  mutating func start() {
    started = clock.now
  }

  mutating func stop() -> Double {
    defer { started = nil }
    return started.map { (clock.now - $0).seconds } ?? 0
  }
}
