import Growing
import Kernels
import Runs
import Tensors

/// Decides how a run grows: as planned, by trying where the method is adaptive, and with the layer map learnt
/// where the growth has one to learn.
struct GrowthDecider {
  private let adaptive: AdaptiveGrowth?
  private let probe: LagProbe
  private let watch: RunWatch<TrainingEvent>

  /// What decides on the growths of a run.
  ///
  /// - Parameters:
  ///   - job: What is trained.
  ///   - engine: What trains.
  ///   - kernels: The kernels of the run.
  ///   - evaluator: Measures models.
  ///   - watch: Told what is tried and learnt, and asked whether to go on.
  /// - Throws: `GrowthError` for a pool that names unknown strategies or fewer than two.
  init(
    _ job: TrainingJob,
    engine: Engine,
    kernels: KernelLibrary?,
    evaluator: Evaluator,
    watch: RunWatch<TrainingEvent>
  ) throws(GrowthError) {
    adaptive = try AdaptiveGrowth(job.recipe)
    probe = LagProbe(
      job: job,
      engine: engine,
      kernels: kernels,
      evaluator: evaluator,
      lags: adaptive.map { [$0.lag] } ?? []
    )
    self.watch = watch
  }

  /// Whether growths are tried before one is chosen.
  var tries: Bool { adaptive != nil }

  /// Decides on a growth.
  ///
  /// - Parameters:
  ///   - planned: The growth that the plan has.
  ///   - stage: The stage that begins.
  ///   - state: The state before growing; it stays as it is.
  /// - Returns: The growth to carry out, and what was run to decide on it.
  /// - Throws: ``Stopped``, and nothing is kept then; `GrowthError`, `PJRTError` or ``TrainingError``.
  func decision(
    inPlaceOf planned: GrowthStep,
    for stage: GrowthStage,
    from state: DeviceState
  ) throws -> GrowthDecision {
    var decision = GrowthDecision(growth: planned)
    if let adaptive {
      decision = try adaptive.decision(
        inPlaceOf: planned,
        for: stage,
        from: state,
        probe: probe,
        watch: watch
      )
      if let choice = decision.choice { watch.report(.chose(choice)) }
    }
    if let learned = try probe.learned(
      decision.growth,
      from: state,
      at: stage.firstStep,
      watch: watch
    ) {
      decision.growth = learned.growth
      decision.maps.append(learned.record)
    }
    return decision
  }
}
