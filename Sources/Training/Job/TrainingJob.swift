import Corpus
import Growing
import Kernels
import LanguageModels
import Recipes

/// A recipe with all that follows from it: the model, the plan, the data and the schedule.
///
/// A job is a value without state; where a run stands is a ``TrainingPosition``. Runs that decide on
/// their growths while they train go on with another job: ``following(_:)``.
public struct TrainingJob: Sendable {
  /// The recipe with its objective, its model, its plan and their costs.
  private(set) var resolved: ResolvedRecipe
  /// The packed corpus.
  public let corpus: TokenFile
  /// The learning rate.
  private(set) var schedule: LearningRateSchedule
  /// The token files that are mixed with the corpus, in the recipe's order.
  let mixedFiles: [TokenFile]
  /// What is trained on.
  let trainingSequences: MixedSequences
  /// What the model is measured on.
  let validationSequences: TokenSequences
  /// Which sequences each step takes.
  let sampler: MixtureSampler

  /// Opens the corpus, and checks that it is as it was written and that everything fits together.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - tokenFile: Where its token file lies; nil for where the recipe says.
  ///   - mixedFiles: Where the files of its mixture lie; nil likewise.
  /// - Throws: `TokenFileError`, `ExampleError`, `GrowthError` or ``TrainingError``.
  public init(
    _ recipe: Recipe,
    tokenFile: String? = nil,
    mixedFiles: [String]? = nil
  ) throws {
    let parts = recipe.corpus.mixtureParts
    let mixed = try (mixedFiles ?? parts.map(\.tokens)).map { try TokenFile(path: $0) }
    corpus = try TokenFile(path: tokenFile ?? recipe.corpus.tokens)
    try corpus.checkTokens()
    resolved = try ResolvedRecipe(recipe, corpus: corpus)
    for file in mixed {
      try file.checkTokens()
      guard file.tokenizerChecksum == corpus.tokenizerChecksum else {
        throw TrainingError.mixedTokenizers(path: file.path, corpus: corpus.path)
      }
    }
    self.mixedFiles = mixed
    let (context, objective) = (recipe.model.contextLength, resolved.objective)
    let sequences = try ([corpus] + mixed).map {
      try objective.sequences(of: .train, in: $0, context)
    }
    trainingSequences = MixedSequences(sequences)
    validationSequences = try resolved.objective.sequences(of: .validation, in: corpus, context)
    sampler = MixtureSampler(
      seed: recipe.seed,
      counts: sequences.map(\.count),
      percentages: parts.map(\.percentage),
      batchSize: recipe.training.batchSize,
      firstBatch: recipe.corpus.mixtureStart
    )
    schedule = resolved.schedule
  }

  /// The same training by another plan, as runs need that decide on growths while they train.
  ///
  /// - Parameter plan: A plan of as many steps that ends with the same model.
  /// - Returns: The job, with the learning rate that follows from the plan.
  public func following(_ plan: GrowthPlan) -> TrainingJob {
    var job = self
    job.resolved = resolved.following(plan)
    job.schedule = job.resolved.schedule
    return job
  }

  /// The same training on a device for which kernels have been chosen.
  ///
  /// - Parameter choice: The choice.
  /// - Returns: The job, whose programs compute attention as was chosen.
  package func computing(by choice: KernelChoice) -> TrainingJob {
    var job = self
    job.resolved.attention = choice.attention
    return job
  }

  /// The recipe.
  public var recipe: Recipe { resolved.recipe }

  /// Whether steps up to one have the same rates in another job.
  ///
  /// - Parameters:
  ///   - step: The first step that may differ.
  ///   - other: The other job.
  /// - Returns: True if all earlier ones have.
  func hasRates(upTo step: Int, of other: TrainingJob) -> Bool {
    (0..<step).allSatisfy { schedule.rate(atStep: $0) == other.schedule.rate(atStep: $0) }
  }

  /// What the model learns to predict.
  public var objective: Objective { resolved.objective }

  /// The model at its final depth.
  public var configuration: LlamaConfiguration { resolved.configuration }

  /// The stages and how the model grows between them.
  public var plan: GrowthPlan { resolved.plan }

  /// The cost of training the final model by formula.
  public var cost: TrainingCost { resolved.cost }

  /// What deciding on growths costs.
  package var growthCost: GrowthCost { resolved.growthCost }

  /// Tokens a step trains on.
  public var tokensPerStep: Int { resolved.tokensPerStep }

  /// The training FLOPs of a step in each stage, relative to one of the final model.
  public var relativeStepCosts: [Double] {
    let final = cost.operations(tokens: tokensPerStep, layers: plan.finalDepth)
    return plan.stages.map { operationsPerStep(of: $0) / final }
  }

  /// How many times cheaper the plan is than training the final model throughout, by the formula.
  public var expectedSpeedUp: Double { 1 / plan.relativeCost(stepCosts: relativeStepCosts) }

  /// The stage of the plan that the model is in.
  func stage(at position: TrainingPosition) -> GrowthStage { plan.stages[position.stage ?? 0] }

  /// The model of a stage, with what is tied in it.
  func configuration(inStage stage: Int) -> LlamaConfiguration {
    resolved.configuration(inStage: stage)
  }

  /// The model of given sizes, run as the recipe says.
  func model(_ configuration: LlamaConfiguration, kernels: KernelLibrary?) -> Llama {
    resolved.model(configuration, kernels: kernels)
  }

  /// The training step at a depth: of the model of the plan's last stage with it, or, where no stage has it,
  /// of the final model with so many layers, none of them tied.
  ///
  /// - Parameters:
  ///   - layers: The depth, tied layers counted as often as they run.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  /// - Returns: The step of the plan's last stage of that depth, with what is tied and gated in it; where
  ///   there is no such stage, of a plain model.
  public func trainingStep(layers: Int, kernels: KernelLibrary?) -> TrainingStep {
    let stage = plan.stages.last { $0.depth == layers }
    let model = stage.map { configuration(inStage: $0.index) } ?? configuration.withLayers(layers)
    return trainingStep(model, kernels: kernels)
  }

  /// The training step of a stage of the plan.
  func trainingStep(of stage: GrowthStage, kernels: KernelLibrary?) -> TrainingStep {
    resolved.trainingStep(of: stage, kernels: kernels)
  }

  /// The training step of a model of given sizes; see ``ResolvedRecipe``.
  func trainingStep(
    _ configuration: LlamaConfiguration,
    kernels: KernelLibrary?,
    hasLayerRates: Bool = false,
    schedulesGates: Bool = false
  ) -> TrainingStep {
    resolved.trainingStep(
      configuration,
      kernels: kernels,
      hasLayerRates: hasLayerRates,
      schedulesGates: schedulesGates
    )
  }

  /// The training FLOPs of the first steps of the plan, by the formula.
  public func operations(throughStep step: Int) -> Double {
    sum(throughStep: step) { resolved.operations(steps: $0, of: $1) }
  }

  /// The FLOPs of the optimizer in the first steps of the plan, beyond a few for each parameter.
  ///
  /// - Returns: The FLOPs; nil for an optimizer that has none.
  public func optimizerOperations(throughStep step: Int) -> Double? {
    let operations = sum(throughStep: step) { Double($0) * resolved.optimizerCosts[$1.index] }
    return operations > 0 ? operations : nil
  }

  /// What the first steps of the plan cost, given what some steps of a stage do.
  private func sum(
    throughStep step: Int,
    _ cost: (_ steps: Int, _ stage: GrowthStage) -> Double
  ) -> Double {
    plan.stages.reduce(0) { $0 + cost(min(max(step - $1.firstStep, 0), $1.stepCount), $1) }
  }

  /// The training FLOPs of a step in a stage of the plan, by the formula.
  public func operationsPerStep(of stage: GrowthStage) -> Double {
    resolved.operations(steps: 1, of: stage)
  }
}

extension Objective {
  /// The sequences that rows are made of: whole examples, or a text cut into pieces.
  fileprivate func sequences(
    of split: Split,
    in corpus: TokenFile,
    _ contextLength: Int
  ) throws -> TokenSequences {
    if case .answers = self {
      return try corpus.exampleSequences(of: split, contextLength: contextLength)
    }
    return try corpus.sequences(of: split, contextLength: contextLength)
  }
}
