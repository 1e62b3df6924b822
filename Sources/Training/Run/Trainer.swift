import Corpus
import Growing
import Kernels
import Recipes
import Runs
import Tensors

/// Trains one model through all stages of its plan.
///
/// The state stays on the device and is given from step to step; the host waits for it only to log, to
/// evaluate, to save and to grow. What a step does depends on the recipe and the step's number alone,
/// so a run that was stopped goes on to the same bits.
struct Trainer: ~Copyable {
  /// What is trained; its plan is the recipe's until growths are decided on otherwise.
  private(set) var job: TrainingJob
  /// Where the run stands.
  private(set) var position: TrainingPosition

  private let engine: Engine
  private let kernels: KernelLibrary?
  private var state: DeviceState
  private var journal: RunJournal
  private let tensorBoard: TensorBoardLog?
  private let checkpoints: TrainingCheckpoints
  private let evaluator: Evaluator
  /// Measures how well each next token is predicted, where that is one of several objectives.
  private let causalEvaluator: Evaluator?
  /// Lets the model write, where the recipe asks for it.
  private let sampleWriter: SampleWriter?
  /// Brings growths forward, where the recipe leaves that to the losses.
  private let lossWatch: LossWatch?
  private let watch: RunWatch<TrainingEvent>
  /// Told where the run stands whenever it has been saved.
  private let recordProgress: (TrainingPosition, TrainingJob) throws -> Void
  /// The step of the newest checkpoint; nil for none.
  private var savedStep: Int?
  /// Whether no loss has been measured of the newest checkpoint yet; until then older ones stay.
  private var hasUnprovenCheckpoint = false
  private var compiled: CompiledTrainingStep?
  /// The FLOPs of a compiled step by the compiler's own count; nil where the plugin gives none.
  private var compiledOperations: Double?

  init(
    _ job: TrainingJob,
    from start: TrainingStart,
    engine: Engine,
    kernels: KernelLibrary?,
    folder: RunFolder,
    sampleWriter: SampleWriter? = nil,
    tensorBoard: TensorBoardLog? = nil,
    watch: RunWatch<TrainingEvent>,
    recordProgress: @escaping (TrainingPosition, TrainingJob) throws -> Void
  ) throws {
    self.sampleWriter = sampleWriter
    self.tensorBoard = tensorBoard
    self.job = job
    self.engine = engine
    self.kernels = kernels
    (state, position) = (start.state, start.position)
    self.watch = watch
    self.recordProgress = recordProgress
    // What a run begins with that has taken steps lies in its folder.
    savedStep = position.step > 0 ? position.step : nil
    checkpoints = TrainingCheckpoints(folder: folder)
    journal = try RunJournal(
      start.state.devices.writesRun
        ? MetricsWriter(path: folder.metricsFile, keepingThroughStep: position.step) : nil,
      from: position,
      peak: PeakMeasurement.operationsPerSecond(
        engine,
        kernels: kernels,
        deviceCount: job.recipe.parallelism.devices
      )
    )
    func evaluator(_ objective: Objective? = nil) -> Evaluator {
      Evaluator(
        job,
        objective: objective,
        engine: engine,
        kernels: kernels,
        devices: start.state.devices
      )
    }
    self.evaluator = evaluator()
    if case .mixture = job.objective {
      causalEvaluator = evaluator(.causal)
    } else {
      causalEvaluator = nil
    }
    lossWatch = LossWatch(job.recipe)
  }

  /// Trains until all steps are done or someone asks to stop.
  ///
  /// - Returns: Why it ended. Either way the state has been saved.
  /// - Throws: `PJRTError`, ``TrainingError/diverged(step:what:checkpoint:)``, or what writing metrics and checkpoints
  ///   throws.
  mutating func run() throws -> TrainingSession.Ending {
    do {
      while position.step < job.plan.totalSteps {
        try watch.goOn()
        try growIfDue()
        let last = try takeSteps()
        let evaluation = isDue(.evaluation) ? try evaluated() : nil
        if evaluation != nil || isDue(.row) {
          // All processes ask for the norms of what each holds a part of; one writes them.
          let hasNorms = job.recipe.logging.tensorboard && evaluation != nil
          let norms = hasNorms ? try state.layerNorms() : [:]
          let row = try journal.record(last, at: position, of: job, evaluation: evaluation)
          try tensorBoard?.add(row, norms: norms)
          watch.report(.measured(row))
          try check(evaluation?.loss, "the validation loss")
        }
        if isDue(.checkpoint) {
          try save()
          if evaluation != nil { try prune() }
        }
      }
      // The model was measured when its last stage ended.
      if savedStep != position.step { try save() }
      try prune()
      return .completed
    } catch is Stopped {
      try save()
      return .interrupted
    } catch TrainingError.diverged(let step, let what, nil) {
      throw TrainingError.diverged(
        step: step,
        what: what,
        checkpoint: try checkpoints.paths().dropLast(hasUnprovenCheckpoint ? 1 : 0).last
      )
    }
  }
}

extension Trainer {
  /// Takes steps up to the next after which something is logged, evaluated, saved or grown.
  ///
  /// - Returns: The loss and the gradient's norm of the last one.
  private mutating func takeSteps() throws -> (loss: Double, gradientNorm: Double) {
    var stage = job.plan.stage(containing: position.step)
    let step = try compiledStep(of: stage)
    var end = nextPause(in: stage)
    var inFlight: [StepResult] = []
    var last: StepResult?
    let stopwatch = Stopwatch()
    while position.step < end, last == nil || !watch.isStopping {
      let result = try step(
        &state,
        batch: job.batch(ofStep: position.step),
        rates: job.rates(ofStep: position.step),
        gates: job.plan.scheduledGates(ofStep: position.step, seed: job.recipe.seed)
      )
      position.countStep(operations: compiledOperations)
      last = result
      inFlight.append(result)
      // One step runs and one waits: enough to keep the device busy, little to wait for when stopping.
      if inFlight.count > GrowthTrigger.delay { try finish(inFlight.removeFirst()) }
      if try growsEarly(in: stage) {
        stage = job.plan.stages[stage.index]
        end = position.step
      }
      watch.report(
        .advanced(step: position.step, totalSteps: job.plan.totalSteps, layers: stage.depth)
      )
    }
    for result in inFlight { try finish(result) }
    guard let last else { preconditionFailure("a stage has at least one step") }
    let (loss, gradientNorm) = (try last.readLoss(), try last.readGradientNorm())
    position.trainingSeconds += stopwatch.seconds
    try check(loss, "the loss")
    try check(gradientNorm, "the gradient's norm")
    if hasUnprovenCheckpoint { try prune() }
    position.lastLoss = loss
    if position.step < end { throw Stopped() }
    return (loss, gradientNorm)
  }

  /// Ends the training if a number is none any more.
  private func check(_ number: Double?, _ name: String) throws {
    guard let number, !number.isFinite else { return }
    throw TrainingError.diverged(name, number, afterStep: position.step)
  }

  /// Waits for a step, and reads its loss if growths go by it.
  private mutating func finish(_ result: StepResult) throws {
    guard let lossWatch else { return try result.wait() }
    var losses = position.recentLosses ?? RecentLosses(beginningAt: 0)
    let value = try result.readLoss()
    guard value.isFinite else {
      throw TrainingError.diverged("the loss", value, afterStep: losses.end + 1)
    }
    losses.append(value, keeping: lossWatch.lossCount)
    position.recentLosses = losses
  }

  /// Brings the growth at the stage's end forward to the present step, if the losses say so.
  private mutating func growsEarly(in stage: GrowthStage) throws -> Bool {
    guard let lossWatch, let losses = position.recentLosses,
      let plan = try lossWatch.plan(
        growingBefore: position.step,
        in: stage,
        of: job,
        losses: losses
      )
    else { return false }
    job = job.following(plan)
    watch.report(.levelledOff(step: position.step, plannedStep: stage.steps.upperBound))
    return true
  }

  /// Measures the model.
  private mutating func evaluated() throws -> Evaluation {
    let (model, parameters) = (state.layout.configuration, state.modelTensors)
    let loss = try evaluator.loss(of: model, parameters: parameters)
    if loss.isFinite { position.lastValidationLoss = loss }
    return Evaluation(
      loss: loss,
      causalLoss: try causalEvaluator?.loss(of: model, parameters: parameters),
      samples: try sampleWriter?.samples(of: model, parameters: parameters)
    )
  }

  private mutating func save() throws {
    try journal.synchronize()
    let path = try checkpoints.save(state, at: position, of: job)
    savedStep = position.step
    hasUnprovenCheckpoint = true
    guard let path else { return }
    try recordProgress(position, job)
    watch.report(.saved(step: position.step, path: path))
  }

  /// Removes old checkpoints, now that the newest is known to give a loss.
  private mutating func prune() throws {
    if state.devices.writesRun { try checkpoints.prune(keeping: job.recipe.checkpoints.keep) }
    hasUnprovenCheckpoint = false
  }

  /// Grows the model if a stage begins that it is not in yet.
  private mutating func growIfDue() throws {
    let stage = job.plan.stage(containing: position.step)
    guard stage.index != position.stage else { return }
    let decision = try decision(for: stage)
    if decision.changesPlan {
      job = try job.following(job.plan.replacingGrowth(stage.index - 1, with: decision.growth))
      position.note(decision)
    }
    let depth = state.layout.configuration.appliedLayerCount
    try job.grow(&state, by: decision.growth, into: stage)
    position.stage = stage.index
    if lossWatch != nil { position.recentLosses = RecentLosses(beginningAt: position.step) }
    watch.report(
      .grew(from: depth, to: stage.depth, step: position.step, growth: decision.growth)
    )
  }

  /// The growth into a stage: the planned one, or what an adaptive method or learning makes of it.
  private mutating func decision(for stage: GrowthStage) throws -> GrowthDecision {
    let decider = try GrowthDecider(
      job,
      engine: engine,
      kernels: kernels,
      evaluator: evaluator,
      watch: watch
    )
    // Compiled here, the program of trials is there for the stage itself.
    if decider.tries { _ = try compiledStep(of: stage) }
    return try decider.decision(
      inPlaceOf: job.plan.growths[stage.index - 1],
      for: stage,
      from: state
    )
  }

  /// The compiled step of a stage's model.
  private mutating func compiledStep(of stage: GrowthStage) throws -> CompiledTrainingStep {
    let step = job.trainingStep(of: stage, kernels: kernels)
    if let compiled, compiled.step.isSameProgram(as: step) { return compiled }
    let stopwatch = Stopwatch()
    let layers = step.model.configuration.appliedLayerCount
    watch.report(.compiling(layers: layers))
    let compiled = try CompiledTrainingStep(step, engine: engine)
    let seconds = stopwatch.seconds
    position.compileSeconds += seconds
    watch.report(
      .compiled(layers: layers, seconds: seconds, origin: compiled.program.origin)
    )
    self.compiled = compiled
    // The count is that of one device.
    compiledOperations = try compiled.program.executable.floatingPointOperationCount()
      .map { $0 * Double(job.recipe.parallelism.devices) }
    return compiled
  }
}

/// What a run does between some steps.
private enum Pause: CaseIterable {
  /// The model is measured, at the end of each stage as well.
  case evaluation
  /// A row of measurements is written.
  case row
  /// The state is saved.
  case checkpoint

  /// How many steps lie between; 0 for never.
  func interval(_ recipe: Recipe) -> Int {
    switch self {
    case .evaluation: recipe.evaluation.every
    case .row: recipe.logging.every
    case .checkpoint: recipe.checkpoints.every
    }
  }
}

extension Trainer {
  /// Whether it is time for something.
  private func isDue(_ pause: Pause) -> Bool {
    let interval = pause.interval(job.recipe)
    return interval > 0 && position.step.isMultiple(of: interval)
      || pause == .evaluation && position.step == job.stage(at: position).steps.upperBound
  }

  /// The next step after which there is something to do besides taking steps.
  private func nextPause(in stage: GrowthStage) -> Int {
    let intervals = Pause.allCases.map { $0.interval(job.recipe) }.filter { $0 > 0 }
    let next = intervals.map { (position.step / $0 + 1) * $0 }
    return min(next.min() ?? .max, stage.steps.upperBound)
  }
}
