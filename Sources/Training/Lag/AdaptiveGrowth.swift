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
struct AdaptiveGrowth {
  /// The ways to grow.
  let pool: [GrowthStrategy]
  /// The steps after growing at which they are judged.
  let lag: Int
  private let options: GrowthOptions

  /// The choice that a recipe asks for, or nil if its growths are fixed.
  ///
  /// - Throws: `GrowthError` for a pool that names unknown strategies or fewer than two.
  init?(_ recipe: Recipe) throws(GrowthError) {
    guard recipe.growth.method == GrowthMethod.adaptiveName else { return nil }
    pool = try recipe.growth.adaptive.strategies()
    lag = recipe.growth.adaptive.lag
    options = recipe.growth.options(seed: recipe.seed)
  }

  /// A growth and how it was found.
  struct Choice {
    let growth: GrowthStep
    let record: GrowthChoiceRecord
  }

  /// Tries the ways to grow and chooses one.
  ///
  /// - Parameters:
  ///   - planned: The growth that the plan has; its depths and policies are those of all trials.
  ///   - stage: The stage that begins.
  ///   - state: The state before growing; it stays as it is.
  ///   - probe: Trains trials on.
  ///   - observer: Told which trial has taken how many steps.
  ///   - shouldStop: Asked before every step.
  /// - Returns: The choice, or nil where someone asked to stop.
  /// - Throws: `GrowthError`, `PJRTError`, or ``TrainingError/diverged(step:loss:)``.
  func choice(
    inPlaceOf planned: GrowthStep,
    for stage: GrowthStage,
    from state: DeviceState,
    probe: LagProbe,
    observer: (TrainingEvent) -> Void,
    shouldStop: () -> Bool
  ) throws -> Choice? {
    let job = probe.job
    let candidates = candidates(inPlaceOf: planned, blockSize: job.plan.blockSize)
    guard candidates.count > 1 else {
      // One way to grow needs no trial: two operators may well do the same to a single block.
      let only = candidates.first?.step ?? planned
      return Choice(growth: only, record: record(stage, candidates.first?.name ?? "", [], 0))
    }
    let snapshot = try state.snapshot()
    var losses: [Double] = []
    for (index, candidate) in candidates.enumerated() {
      let copy = try DeviceState(snapshot, client: probe.engine.client)
      let measured = try probe.losses(from: copy, by: candidate, at: stage.firstStep) { step in
        observer(
          .trying(
            strategy: candidate.name,
            number: index + 1,
            count: candidates.count,
            step: step,
            lag: lag
          )
        )
      } shouldStop: {
        shouldStop()
      }
      guard let loss = measured?.last else { return nil }
      losses.append(loss)
    }
    let best = losses.indices.min { (losses[$0], $0) < (losses[$1], $1) } ?? 0
    let chosen = candidates[best]
    return Choice(
      growth: chosen.step,
      record: record(
        stage,
        chosen.name,
        zip(candidates, losses).map { .init(strategy: $0.name, validationLoss: $1) },
        operations(
          trials: candidates.count,
          depth: stage.depth,
          cost: job.cost,
          tokensPerStep: job.tokensPerStep
        )
      )
    )
  }

  /// The FLOPs, by the formula, of choosing all growths of a plan.
  ///
  /// - Parameters:
  ///   - plan: The plan; which growths have been chosen does not matter.
  ///   - cost: The cost of the model.
  ///   - tokensPerStep: Tokens a step trains on.
  /// - Returns: All steps of all trials.
  func operations(of plan: GrowthPlan, cost: TrainingCost, tokensPerStep: Int) -> Double {
    plan.growths.reduce(0) { sum, growth in
      let trials = candidates(inPlaceOf: growth, blockSize: plan.blockSize).count
      return sum
        + operations(
          trials: trials,
          depth: growth.map.depth,
          cost: cost,
          tokensPerStep: tokensPerStep
        )
    }
  }

  /// The FLOPs of the trials of one growth: none where there is only one way to grow.
  private func operations(
    trials: Int,
    depth: Int,
    cost: TrainingCost,
    tokensPerStep: Int
  ) -> Double {
    guard trials > 1 else { return 0 }
    return cost.operations(tokens: trials * lag * tokensPerStep, layers: depth)
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
