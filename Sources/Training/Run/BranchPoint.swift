import Checkpoints
import Growing
import LanguageModels
import Tensors
import Recipes
import Runs
import SavedModels

/// A checkpoint of a run, the trunk, with whose training other runs go on: each with a length, a decay of the learning
/// rate and a mixture of texts of its own.
///
/// A branch takes over everything: weights, the optimizer's state, the step, what was measured. What the trunk cost is
/// part of what a branch costs.
public struct BranchPoint: Sendable {
  /// The trunk's folder.
  public let trunk: RunFolder
  /// The step at which branches begin.
  public let step: Int
  let model: SavedModel
  let state: SavedState
  private let record: RunRecord

  /// Opens a checkpoint of a trunk.
  ///
  /// - Parameters:
  ///   - trunk: The trunk's folder; a run may be training in it.
  ///   - step: The checkpoint's step.
  /// - Throws: `RunError` for a folder without a run, ``TrainingError/noBranchPoint(path:step:steps:)``,
  ///   ``TrainingError/branchBeforeGrowth(path:step:lastGrowth:)``, `CheckpointError` or `SavedModelError`.
  public init(of trunk: RunFolder, step: Int) throws {
    self.trunk = trunk
    self.step = step
    record = try RunStore(trunk).record()
    let checkpoints = TrainingCheckpoints(folder: trunk)
    let steps = try checkpoints.steps()
    guard steps.contains(step) else {
      throw TrainingError.noBranchPoint(path: trunk.path, step: step, steps: steps)
    }
    model = try SavedModel(StoredCheckpoint.open(checkpoints.path(ofStep: step)))
    state = try SavedState(of: model)
    let lastGrowth = state.plan.stages[state.plan.stages.count - 1].firstStep
    guard step >= lastGrowth else {
      throw TrainingError.branchBeforeGrowth(path: trunk.path, step: step, lastGrowth: lastGrowth)
    }
  }

  /// Where the recipe of the trunk lies, from which a branch's can be made.
  public var recipeFile: String { trunk.recipeFile }

  /// What makes a recipe one of a branch of so many steps: it ends with them, the rate falls over all of them, and a
  /// mixture begins with them.
  ///
  /// - Parameters:
  ///   - steps: The steps of the branch; positive.
  ///   - flag: How messages call them, such as `--steps 200`.
  /// - Returns: Values for fields of the recipe.
  public func overrides(steps: Int, flag: String) -> [RecipeOverride] {
    let total = step + steps
    return [
      ("training.steps", "\(total)"),
      ("training.learningRate.schedule", "warmup-stable-decay"),
      ("training.learningRate.decayFraction", "\(Double(steps) / Double(total))"),
    ].map { RecipeOverride(field: $0, value: $1, flag: flag) }
  }

  /// What makes the mixture of a recipe begin where the branch does.
  public var mixtureOverride: RecipeOverride {
    RecipeOverride(field: "corpus.mixtureStart", value: "\(step)", flag: "--at \(step)")
  }

  /// The fields in which a branch's recipe may differ from its trunk's.
  static let freeFields: Set<String> = Recipe.changeableFields.union([
    "name", "training.steps", "training.learningRate.schedule",
    "training.learningRate.finalFraction", "training.learningRate.decayFraction",
    "corpus.mixture", "corpus.mixtureStart", "evaluation.sequences",
  ])

  /// The job of a branch, after a check that it goes on with this training.
  ///
  /// - Parameter recipe: The branch's recipe.
  /// - Returns: The job, whose plan is the trunk's with another end.
  /// - Throws: ``TrainingError`` for a recipe that is no branch's, or what ``TrainingJob`` throws.
  func job(_ recipe: Recipe) throws -> TrainingJob {
    let isFree = Self.freeFields
    let changed = record.changedFields(in: recipe).filter { !isFree.contains($0.name) }
    guard changed.isEmpty else { throw TrainingError.branchDiffers(path: trunk.path, changed) }
    let mixture = record.recipe?["corpus.mixture"] ?? "null"
    if mixture != "null" {
      let fields = record.changedFields(in: recipe).filter { $0.name.hasPrefix("corpus.mixture") }
      guard fields.isEmpty else { throw TrainingError.branchDiffers(path: trunk.path, fields) }
    }
    guard recipe.training.steps > step else {
      throw TrainingError.branchTooShort(
        path: trunk.path,
        step: step,
        steps: recipe.training.steps
      )
    }
    let job = try TrainingJob(recipe)
    guard job.corpus.fileChecksum == record.corpus.checksum else {
      throw TrainingError.corpusChanged(
        path: job.corpus.path,
        expected: record.corpus.checksum,
        found: job.corpus.fileChecksum
      )
    }
    let branch = job.following(try state.plan.lengthened(toSteps: recipe.training.steps))
    guard try branch.hasRates(upTo: step, of: trunkJob(like: branch)) else {
      throw TrainingError.branchRates(path: trunk.path, step: step)
    }
    return branch
  }

  /// The trunk's own job, for its rates.
  private func trunkJob(like branch: TrainingJob) throws -> TrainingJob {
    var recipe = try Recipe.load(path: trunk.recipeFile)
    recipe.corpus.tokens = branch.recipe.corpus.tokens
    return try TrainingJob(recipe).following(state.plan)
  }

  /// What a branch begins with.
  ///
  /// - Parameters:
  ///   - job: The branch's.
  ///   - engine: Whose devices take the state.
  /// - Returns: The state, the position and the plan.
  /// - Throws: `SavedModelError`, `SafetensorsError` or `PJRTError`.
  func start(of job: TrainingJob, engine: Engine) throws -> TrainingStart {
    let layout = StateLayout(
      configuration: model.configuration,
      optimizer: job.recipe.training.optimizer
    )
    return TrainingStart(
      state: try DeviceState(layout: layout, devices: job.devices(of: engine)) {
        try model.array(of: $0)
      },
      position: state.position,
      plan: job.plan
    )
  }

  /// What the record of a branch says of it.
  var originRecord: OriginRecord {
    OriginRecord(
      checkpoint: model.checkpoint.path,
      step: step,
      optimizer: TrainingOrigin.Optimizer.keep.rawValue,
      trunk: trunk.path
    )
  }
}
