import Corpus
import LanguageModels
import Recipes
import Runs
import SavedModels
import Tensors

/// A saved model that learns to answer prompts.
///
/// Fine-tuning is a run like any other: its text is a token file of examples in its own folder, its objective the
/// tokens of the answers, its first model the saved one. So it is measured, saved, resumed and compared as runs are.
public struct FineTuning: Sendable {
  /// What is asked for besides the recipe's fields.
  public struct Settings: Sendable {
    /// How often each example is trained on, where the number of steps is not given.
    public var epochs: Int
    /// The steps; nil for as many as the epochs take.
    public var steps: Int?
    /// The rows that a step takes; nil for 8, or all where there are fewer.
    public var batchSize: Int?
    /// The share of examples that is held out; one at least.
    public var heldOutShare: Double
    /// The seed of the order, of what is held out and of what LoRA begins with.
    public var seed: UInt64
    /// Low-rank additions to train in place of all weights; nil for all weights.
    public var lora: Recipe.Optimizer.LowRank?

    /// Creates settings.
    public init(
      epochs: Int = 3,
      steps: Int? = nil,
      batchSize: Int? = nil,
      heldOutShare: Double = 0.1,
      seed: UInt64 = 0,
      lora: Recipe.Optimizer.LowRank? = nil
    ) {
      self.epochs = epochs
      self.steps = steps
      self.batchSize = batchSize
      self.heldOutShare = heldOutShare
      self.seed = seed
      self.lora = lora
    }

    /// The rate that all weights are trained with unless another is given.
    public static let learningRate = 3e-4
    /// The rate of low-rank additions, which take about ten times as much.
    public static let lowRankLearningRate = 3e-3
  }

  private let origin: TrainingOrigin
  /// The tokens of the model's text, which are not all that it may know.
  private let tokenCount: Int
  private let settings: Settings
  private let overrides: [RecipeOverride]
  private let examples: EncodedExamples
  private let folder: RunFolder

  /// Prepares fine-tuning and checks all that can be checked before something is written.
  ///
  /// - Parameters:
  ///   - origin: The saved model, whose optimizer begins anew.
  ///   - tokenizer: Its tokenizer.
  ///   - data: The examples.
  ///   - folder: The folder of the run; it must not hold one.
  ///   - settings: What is asked for.
  ///   - overrides: Other values for fields of the recipe.
  /// - Throws: `ExampleError` for an example that does not fit the model, `TokenizerError`, `RecipeError`,
  ///   ``TrainingError`` for a model that no recipe can state, or `RunError.alreadyARun`.
  public init(
    _ origin: TrainingOrigin,
    tokenizer: Tokenizer,
    data: ExampleFile,
    folder: RunFolder,
    settings: Settings,
    overrides: [RecipeOverride] = []
  ) throws {
    let model = origin.model.configuration
    guard !RunStore(folder).exists else { throw RunError.alreadyARun(path: folder.path) }
    guard origin.state.objective?.kind != .masked else {
      throw TrainingError.originMasked(path: origin.model.checkpoint.path)
    }
    self.origin = origin
    tokenCount = tokenizer.vocabularySize
    self.settings = settings
    self.overrides = overrides
    self.folder = folder
    examples = try EncodedExamples(data, with: tokenizer, contextLength: model.contextLength)
    let recipe = try draft()
    let wanted = LlamaConfiguration(
      recipe,
      objective: try Objective(recipe),
      tokenCount: tokenCount
    )
    try origin.check(wanted.inStage(0, of: recipe.growthPlan()))
  }

  /// The recipe of the run, but for the steps that follow from how many rows the examples fill.
  ///
  /// - Returns: A recipe with the device and all else that was asked for.
  /// - Throws: `RecipeError`.
  public func draft() throws(RecipeError) -> Recipe { try recipe(rowCount: examples.count) }

  /// Writes the examples into the run's folder and begins the run.
  ///
  /// - Parameters:
  ///   - engine: What trains.
  ///   - arguments: The command line, for the record.
  /// - Returns: The session.
  /// - Throws: What writing a token file and `TrainingSession.init(new:)` throw.
  public func session(engine: Engine, arguments: [String]) throws -> TrainingSession {
    try RunStore(folder).makeFolder()
    try examples.write(
      to: folder.examplesFile,
      split: DocumentSplit(validationFraction: settings.heldOutShare, seed: settings.seed)
    )
    let context = origin.model.configuration.contextLength
    let rowCount = try TokenFile(path: folder.examplesFile)
      .exampleSequences(of: .train, contextLength: context).count
    return try TrainingSession(
      new: recipe(rowCount: rowCount),
      folder: folder,
      engine: engine,
      arguments: arguments,
      origin: origin
    )
  }

  /// The recipe for examples in so many rows.
  private func recipe(rowCount: Int) throws(RecipeError) -> Recipe {
    let model = origin.model.configuration
    let batchSize = settings.batchSize ?? min(8, rowCount)
    let steps = settings.steps ?? settings.epochs * ((rowCount - 1) / max(batchSize, 1) + 1)
    let recipe = Recipe(
      name: Recipe.name(fromFile: folder.name),
      seed: settings.seed,
      corpus: Recipe.Corpus(tokens: folder.examplesFile, separateDocuments: true),
      model: Recipe.Model(model),
      training: Recipe.Training(
        steps: steps,
        batchSize: batchSize,
        objective: Recipe.Objective(
          kind: .answers,
          answers: .init(extraTokens: max(0, model.vocabularySize - tokenCount))
        ),
        optimizer: Recipe.Optimizer(
          kind: settings.lora == nil ? .adamW : .lora,
          // What the model has learnt before is not pulled towards zero.
          weightDecay: 0,
          lora: settings.lora ?? Recipe.Optimizer.LowRank()
        ),
        learningRate: Recipe.LearningRate(
          peak: settings.lora == nil ? Settings.learningRate : Settings.lowRankLearningRate,
          warmupSteps: Recipe.LearningRate.defaultWarmupSteps(steps: steps)
        )
      ),
      evaluation: Recipe.Evaluation(every: max(1, steps / 10)),
      logging: Recipe.Logging(every: max(1, steps / 50)),
      checkpoints: Recipe.Checkpoints(every: max(1, steps / 5))
    )
    return try Recipe.parse(recipe.yamlText(), file: folder.recipeFile, overrides: overrides)
  }
}
