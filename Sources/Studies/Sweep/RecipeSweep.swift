import Growing
import Recipes
import Reports
import Runs
import Tensors
import Training

/// Trains several recipes with several seeds at the same cost, and compares them seed by seed.
///
/// A seed decides initialisation and the order of the text in all arms, so differences within a seed say
/// more than the losses do. Each run is an ordinary one, in `ARM/seed-SEED` of the sweep's folder; one that
/// was stopped goes on. At the end `sweep.md` and `report.html` say what came out.
public struct RecipeSweep {
  /// What a sweep tells whoever watches it.
  public enum Event: Sendable {
    /// A run has taken a step, or chooses how to grow.
    case training(arm: String, seed: UInt64, TrainingEvent)
    /// A run is done: so many of so many.
    case finished(arm: String, seed: UInt64, loss: Double, count: Int, of: Int)
    /// Something that the user should know, in one sentence.
    case notice(String)
  }

  /// The folder.
  public let folder: String
  /// What is known so far.
  public private(set) var record: SweepRecord
  private let recipes: [Recipe]

  /// Where the record lies.
  public var recordFile: String { "\(folder)/sweep.json" }

  /// Prepares a sweep, or goes on with the one in the folder.
  ///
  /// - Parameters:
  ///   - recipes: At least two valid recipes with different names. With ``SweepBudget/flops`` the first
  ///     one's cost is everyone's, and the others' steps follow from it.
  ///   - seeds: At least one seed, each once.
  ///   - budget: What the arms have in common.
  ///   - folder: The folder.
  /// - Throws: ``StudyError`` for what cannot be compared, `GrowthError`, `TokenFileError`; nothing has
  ///   been written then.
  public init(
    recipes: [Recipe],
    seeds: [UInt64],
    budget: SweepBudget,
    folder: String
  ) throws {
    guard recipes.count > 1 else { throw StudyError.sweepTooSmall(count: recipes.count) }
    let names = recipes.map(\.name)
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw StudyError.armTwice(name: twice)
    }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else { throw StudyError.seedTwice }
    if budget == .flops, let unknown = recipes.first(where: { $0.growthTrigger != nil }) {
      throw StudyError.costUnknown(name: unknown.name)
    }
    let jobs = try recipes.map { try TrainingJob($0) }
    let cost = try jobs[0].chargedOperations(of: recipes[0])
    let fitted =
      budget == .steps
      ? recipes : [recipes[0]] + (try jobs.dropFirst().map { try $0.recipe(costing: cost) })
    let fresh = SweepRecord(
      formatVersion: SweepRecord.formatVersion,
      budget: budget,
      seeds: seeds,
      arms: try zip(jobs, fitted).map { job, recipe in
        try Self.arm(job, recipe, seedCount: seeds.count)
      },
      losses: [],
      comparisons: []
    )
    self.folder = folder
    self.recipes = fitted
    record = try StudyFile.resumed(fresh, path: "\(folder)/sweep.json")
  }

  private static func arm(
    _ job: TrainingJob,
    _ recipe: Recipe,
    seedCount: Int
  ) throws -> SweepRecord.Arm {
    var seedless = recipe
    seedless.seed = 0
    let charged = try job.chargedOperations(of: recipe)
    let following = try job.following(recipe.growthPlan())
    let (training, updating) = following.operations(ofSteps: recipe.training.steps)
    return SweepRecord.Arm(
      name: recipe.name,
      method: recipe.growth.method,
      steps: recipe.training.steps,
      tokens: recipe.training.steps * job.tokensPerStep,
      chargedFlops: charged,
      growthFlops: charged - training - updating,
      recipe: seedless.yamlText(),
      losses: [Double?](repeating: nil, count: seedCount),
      choices: [[String]?](repeating: nil, count: seedCount)
    )
  }

  /// The folder of a run.
  ///
  /// - Parameters:
  ///   - arm: The arm's place.
  ///   - seed: The seed.
  /// - Returns: The folder, whether or not there is a run in it yet.
  public func runFolder(arm: Int, seed: UInt64) -> RunFolder {
    RunFolder(path: "\(folder)/\(recipes[arm].name)/seed-\(seed)")
  }

  /// Runs what has not run, seed by seed.
  ///
  /// - Parameters:
  ///   - engine: What trains.
  ///   - arguments: The command line, for the records of the runs.
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
    for (seedIndex, seed) in record.seeds.enumerated() {
      for (index, arm) in record.arms.enumerated() where arm.losses[seedIndex] == nil {
        let run = try train(arm: index, seed, engine, arguments, watch)
        guard let loss = run.outcome.finalValidationLoss else { throw Stopped() }
        record.arms[index].losses[seedIndex] = loss
        record.arms[index].choices[seedIndex] = run.choices?.map(\.chosen)
        record.conclude()
        try StudyFile.write(record, path: recordFile)
        let all = record.arms.flatMap(\.losses)
        watch.report(
          .finished(
            arm: arm.name,
            seed: seed,
            loss: loss,
            count: all.count { $0 != nil },
            of: all.count
          )
        )
      }
    }
    try writeReports()
  }

  /// Writes the tables as Markdown, and a page about the first seed's runs.
  private func writeReports() throws {
    let runs = try record.seeds.prefix(1).flatMap { seed in
      try recipes.indices.map { try LoadedRun.load(runFolder(arm: $0, seed: seed)) }
    }
    let title = record.arms.map(\.name).joined(separator: ", ")
    try StudyFile.write(
      Report.comparisonPage(of: runs, title: title),
      path: "\(folder)/report.html"
    )
    try StudyFile.write(record.study.markdown, path: "\(folder)/sweep.md")
  }

  /// Trains a run to its end, or goes on with it.
  ///
  /// - Throws: ``Stopped`` where someone asked to stop before.
  private func train(
    arm: Int,
    _ seed: UInt64,
    _ engine: Engine,
    _ arguments: [String],
    _ watch: RunWatch<Event>
  ) throws -> RunRecord {
    var recipe = recipes[arm]
    recipe.seed = seed
    let folder = runFolder(arm: arm, seed: seed)
    var session = try TrainingSession(
      newOrResuming: recipe,
      folder: folder,
      engine: engine,
      arguments: arguments,
      notice: { watch.report(.notice($0)) }
    )
    let result = try session.run(
      watch.reporting { .training(arm: recipe.name, seed: seed, $0) }
    )
    guard result.ending == .completed else { throw Stopped() }
    return result.record
  }
}
