import Growing
import GrowthSelection
import PJRT
import Recipes
import Runs
import Tensors
import Training

/// A comparison of growing strategies from one checkpoint: landscape-aware growing.
///
/// A recipe says how the small model is trained and when it grows first. For every seed the study trains
/// up to there, as an ordinary run in `source-SEED` of its folder, then lets every strategy of the pool
/// grow from that checkpoint and trains each on, on the same batches, measuring it at the lags on the same
/// held-out sequences. `lag.json` is written after each, so a study that was stopped goes on; at the end
/// `lag.md` and `report.html` say what came out.
///
/// Source: Karp et al. 2024, "Landscape-Aware Growing: The Power of a Little LAG", arXiv 2406.02469.
public struct LagStudy {
  /// What a study tells whoever watches it.
  public enum Event: Sendable {
    /// The small model of a seed has taken a step.
    case source(seed: UInt64, step: Int, of: Int)
    /// A strategy has taken a step after growing.
    case probe(strategy: String, seed: UInt64, step: Int, of: Int)
    /// A strategy of a seed is done: so many of so many.
    case finished(strategy: String, seed: UInt64, loss: Double, count: Int, of: Int)
    /// Something that the user should know, in one sentence.
    case notice(String)
  }

  /// The folder.
  public let folder: String
  /// What is known so far.
  public private(set) var record: LagRecord
  private let recipe: Recipe
  private let pool: [LagStrategy]

  /// Where the record lies.
  public var recordFile: String { "\(folder)/lag.json" }

  /// Prepares a study, or goes on with the one in the folder.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe that grows.
  ///   - strategies: The pool's names; nil for all that lead to the same depth.
  ///   - seeds: The seeds.
  ///   - lags: Steps after growing; nil for 0, 1, 2, 5, 10 and so on up to the end.
  ///   - steps: The steps after growing; nil for those of the stage that follows.
  ///   - folder: The folder.
  /// - Throws: `GrowthError`, ``LagError`` or ``StudyError`` for what cannot be compared; nothing has
  ///   been written then.
  public init(
    recipe: Recipe,
    strategies: [String]?,
    seeds: [UInt64],
    lags: [Int]?,
    steps: Int?,
    folder: String
  ) throws {
    let plan = try recipe.growthPlan()
    guard plan.stages.count > 1 else { throw StudyError.nothingGrows(name: recipe.name) }
    let pool = try LagStrategy.pool(
      strategies,
      inPlaceOf: plan.growths[0],
      blockSize: plan.blockSize,
      options: recipe.growth.options(seed: recipe.seed)
    )
    let growthStep = plan.stages[1].firstStep
    let end = steps ?? plan.stages[1].stepCount
    guard end > 0, end <= plan.totalSteps - growthStep else {
      throw StudyError.tooManyLagSteps(steps: end, left: plan.totalSteps - growthStep)
    }
    let lags = lags.map { $0.last == end ? $0 : $0 + [end] } ?? Self.defaultLags(through: end)
    // Checks the pool, the lags and the seeds by the rules of the losses that will be.
    _ = try LagLosses(
      strategies: pool.map(\.name),
      lags: lags,
      losses: seeds.map { _ in pool.map { _ in lags.map { _ in 0 } } }
    )
    let fresh = LagRecord(
      formatVersion: LagRecord.formatVersion,
      name: recipe.name,
      recipe: recipe.yamlText(),
      growthStep: growthStep,
      layersBefore: plan.stages[0].depth,
      layersAfter: plan.stages[1].depth,
      tokensPerStep: recipe.training.batchSize * recipe.model.contextLength,
      strategies: pool.map {
        LagRecord.Strategy(
          name: $0.name,
          layerMap: $0.step.map.description,
          preservesFunction: $0.preservation,
          learningSteps: $0.step.mapLearning?.steps
        )
      },
      lags: lags,
      seeds: seeds,
      losses: seeds.map { _ in pool.map { _ in nil } },
      selections: []
    )
    self.folder = folder
    self.recipe = recipe
    self.pool = pool
    record = try StudyFile.resumed(fresh, path: "\(folder)/lag.json")
  }

  /// 0, then 1, 2, 5, 10, 20, 50 and so on, and the end.
  static func defaultLags(through end: Int) -> [Int] {
    var lags = [0]
    var decade = 1
    while decade < end {
      lags += [decade, 2 * decade, 5 * decade].filter { $0 < end }
      decade *= 10
    }
    return lags + [end]
  }

  /// Runs what has not run.
  ///
  /// - Parameters:
  ///   - engine: What trains.
  ///   - arguments: The command line, for the records of the source runs.
  ///   - watch: Told what happens, and asked before every step whether to go on.
  /// - Returns: Whether all is done; otherwise someone asked to stop.
  /// - Throws: `FileError.inUse` where another process works in the folder, or what training throws.
  public mutating func run(
    engine: Engine,
    arguments: [String],
    watch: RunWatch<Event>
  ) throws -> Bool {
    try StudyFile.goOn(with: record, in: folder, path: recordFile) { latest in
      record = latest
      try runTheRest(engine, arguments, watch)
    }
  }

  private mutating func runTheRest(
    _ engine: Engine,
    _ arguments: [String],
    _ watch: RunWatch<Event>
  ) throws {
    for (seedIndex, seed) in record.seeds.enumerated()
    where record.losses[seedIndex].contains(nil) {
      var recipe = recipe
      recipe.seed = seed
      let source = RunFolder(path: "\(folder)/source-\(seed)")
      try trainSource(recipe, source, engine, arguments, watch)
      let job = try TrainingJob(recipe)
      let probe = try LagProbe(job: job, engine: engine, lags: record.lags)
      for (index, strategy) in pool.enumerated() where record.losses[seedIndex][index] == nil {
        let end = record.lags.last ?? 0
        let state = try sourceState(job, source, engine)
        let learned = try probe.learned(
          strategy.step,
          from: state,
          at: record.growthStep,
          watch: watch.reporting { _ in
            .probe(strategy: strategy.name, seed: seed, step: 0, of: end)
          }
        )
        let losses = try probe.losses(
          from: state,
          by: learned?.growth ?? strategy.step,
          at: record.growthStep,
          watch: watch.reporting { step in
            .probe(strategy: strategy.name, seed: seed, step: step, of: end)
          }
        )
        record.losses[seedIndex][index] = losses
        try record.conclude()
        try StudyFile.write(record, path: recordFile)
        let all = record.losses.flatMap { $0 }
        watch.report(
          .finished(
            strategy: strategy.name,
            seed: seed,
            loss: losses.last ?? .nan,
            count: all.count { $0 != nil },
            of: all.count
          )
        )
      }
    }
    try writeReports()
  }

  /// Writes what came out as a page and as Markdown.
  private func writeReports() throws {
    let study = try record.study()
    try StudyFile.write(study.page, path: "\(folder)/report.html")
    try StudyFile.write(study.markdown, path: "\(folder)/lag.md")
  }

  /// Trains the small model up to the growth, unless that is done.
  ///
  /// - Throws: ``Stopped`` where someone asked to stop before.
  private func trainSource(
    _ recipe: Recipe,
    _ folder: RunFolder,
    _ engine: Engine,
    _ arguments: [String],
    _ watch: RunWatch<Event>
  ) throws {
    var session = try TrainingSession(
      newOrResuming: recipe,
      folder: folder,
      engine: engine,
      arguments: arguments,
      notice: { watch.report(.notice($0)) }
    )
    let end = record.growthStep
    var step = session.completedSteps
    guard step < end else { return }
    let upToGrowth = RunWatch<TrainingEvent> { event in
      guard case .advanced(let now, _, _) = event else { return }
      step = now
      watch.report(.source(seed: recipe.seed, step: now, of: end))
    } shouldStop: {
      step >= end || watch.isStopping
    }
    _ = try session.run(upToGrowth)
    if step < end { throw Stopped() }
  }

  /// The state before growing, uploaded anew for each strategy, which uses it up.
  private func sourceState(
    _ job: TrainingJob,
    _ folder: RunFolder,
    _ engine: Engine
  ) throws -> DeviceState {
    // Whatever there is to say about the checkpoints was said when the run was opened.
    let restored = try TrainingCheckpoints(folder: folder)
      .restoreLatest(job: job, engine: engine) { _ in }
    guard let restored, restored.position.step == record.growthStep else {
      throw StudyError.sourceElsewhere(
        path: folder.path,
        step: restored?.position.step ?? 0,
        growthStep: record.growthStep
      )
    }
    return restored.state
  }
}
