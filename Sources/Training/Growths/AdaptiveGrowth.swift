import Growing
import LanguageModels
import Recipes
import Runs

/// Chooses a growth by trying: the model grows in every way of a pool, each grown model is trained on for a
/// few steps of the same batches, and the one with the lowest held-out loss is the choice.
///
/// The trials leave nothing behind but the choice. Training then goes on from the state before growing, so
/// that its losses and checkpoints are those of an ordinary run with the chosen growth. All trials' steps
/// are charged.
///
/// Source: Karp et al. 2024, "Landscape-Aware Growing", arXiv 2406.02469, adaptive stacking.
package struct AdaptiveGrowth {
  /// The ways to grow.
  let pool: [GrowthOperator]
  /// The steps after growing at which they are judged.
  let lag: Int
  private let options: GrowthOptions

  /// The choice that a recipe asks for, or nil if its growths are fixed.
  ///
  /// - Throws: `GrowthError` for a pool that names unknown strategies or fewer than two.
  package init?(_ recipe: Recipe) throws(GrowthError) {
    guard recipe.growth.method == GrowthMethod.adaptiveName else { return nil }
    pool = try recipe.growth.adaptive.strategies()
    lag = recipe.growth.adaptive.lag
    options = recipe.growth.options(seed: recipe.seed)
  }

  /// Tries the ways to grow and chooses one.
  ///
  /// - Parameters:
  ///   - planned: The growth that the plan has; its depths and policies are those of all trials.
  ///   - stage: The stage that begins.
  ///   - state: The state before growing; it stays as it is.
  ///   - probe: Trains trials on.
  ///   - watch: Told which trial has taken how many steps, and asked before every step whether to go on.
  /// - Returns: The growth and what was tried for it.
  /// - Throws: ``Stopped``, `GrowthError`, `PJRTError`, or ``TrainingError/diverged(step:what:checkpoint:)``.
  func decision(
    inPlaceOf planned: GrowthStep,
    for stage: GrowthStage,
    from state: DeviceState,
    probe: LagProbe,
    watch: RunWatch<TrainingEvent>
  ) throws -> GrowthDecision {
    let job = probe.job
    var candidates = candidates(inPlaceOf: planned, blockSize: job.plan.blockSize)
    guard candidates.count > 1 else {
      // One way to grow needs no trial: two operators may well do the same to a single block.
      let only = candidates.first?.step ?? planned
      let record = record(stage, candidates.first?.name ?? "", [], 0)
      return GrowthDecision(growth: only, choice: record)
    }
    let candidateCount = candidates.count
    let snapshot = try state.snapshot()
    var (losses, maps): ([Double], [LearnedMapRecord]) = ([], [])
    for index in candidates.indices {
      if let learned = try probe.learned(
        candidates[index].step,
        from: state,
        at: stage.firstStep,
        watch: watch
      ) {
        candidates[index].step = learned.growth
        maps.append(learned.record)
      }
      let candidate = candidates[index]
      let trial = watch.reporting { (step: Int) in
        TrainingEvent.trying(
          strategy: candidate.name,
          number: index + 1,
          count: candidateCount,
          step: step,
          lag: lag
        )
      }
      let copy = try DeviceState(snapshot)
      losses += try probe.losses(from: copy, by: candidate.step, at: stage.firstStep, watch: trial)
    }
    let best = losses.indices.min { (losses[$0], $0) < (losses[$1], $1) } ?? 0
    let chosen = candidates[best]
    return GrowthDecision(
      growth: chosen.step,
      choice: record(
        stage,
        chosen.name,
        zip(candidates, losses).map { .init(strategy: $0.name, validationLoss: $1) },
        operations(
          trials: candidates.count,
          planned,
          of: state.layout.configuration,
          job.growthCost
        )
      ),
      maps: maps
    )
  }

  /// The FLOPs, by the formula, of choosing all growths of a plan.
  ///
  /// - Parameters:
  ///   - plan: The plan; which growths have been chosen does not matter.
  ///   - cost: What trials and learning cost.
  /// - Returns: All steps of all trials, and all learning of layer maps.
  package func operations(of plan: GrowthPlan, cost: GrowthCost) -> Double {
    plan.growths.enumerated().reduce(0) { sum, growth in
      let candidates = candidates(inPlaceOf: growth.element, blockSize: plan.blockSize)
      let source = cost.configuration.inStage(growth.offset, of: plan)
      let trials = operations(trials: candidates.count, growth.element, of: source, cost)
      return candidates.reduce(sum + trials) {
        $0 + cost.operations(learningMapOf: $1.step, of: source)
      }
    }
  }

  /// The FLOPs of the trials of one growth: none where there is only one way to grow.
  private func operations(
    trials: Int,
    _ growth: GrowthStep,
    of source: LlamaConfiguration,
    _ cost: GrowthCost
  ) -> Double {
    trials > 1 ? cost.operations(steps: trials * lag, after: growth, of: source) : 0
  }

  private func candidates(inPlaceOf planned: GrowthStep, blockSize: Int) -> [LagStrategy] {
    LagStrategy.fitting(pool, inPlaceOf: planned, blockSize: blockSize, options: options)
  }

  private func record(
    _ stage: GrowthStage,
    _ chosen: String,
    _ trials: [GrowthChoiceRecord.Trial],
    _ flops: Double
  ) -> GrowthChoiceRecord {
    GrowthChoiceRecord(
      afterStep: stage.firstStep,
      lag: lag,
      chosen: chosen,
      trials: trials,
      flops: flops
    )
  }
}
