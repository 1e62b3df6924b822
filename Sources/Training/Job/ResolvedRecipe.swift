import Corpus
import Files
import Growing
import LanguageModels
import Recipes

/// A recipe with what follows from it and from the number of tokens of its text, before anything is read: the
/// objective, the model, the plan and what they cost.
struct ResolvedRecipe: Sendable {
  let recipe: Recipe
  /// What the model learns to predict.
  let objective: Objective
  /// The model at its final depth.
  let configuration: LlamaConfiguration
  /// The stages and how the model grows between them.
  private(set) var plan: GrowthPlan
  /// The cost of training the final model by formula.
  let cost: TrainingCost
  /// What computes attention where no kernels do; whoever knows the device says it.
  var attention = Llama.Attention.composed
  /// The cost of training the model of each stage.
  private var stageCosts: [TrainingCost]
  /// The FLOPs of an update of each stage's model, beyond a few for each parameter.
  private(set) var optimizerCosts: [Double]

  /// Works a recipe out.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - tokenCount: How many different tokens the text is made of.
  /// - Throws: `GrowthError` for a recipe without a plan, or ``TrainingError`` for an objective that does
  ///   not fit the context.
  init(_ recipe: Recipe, tokenCount: Int) throws {
    self.recipe = recipe
    objective = try Objective(recipe)
    configuration = LlamaConfiguration(recipe, objective: objective, tokenCount: tokenCount)
    plan = try recipe.growthPlan()
    cost = TrainingCost(configuration, objective: objective)
    stageCosts = TrainingCost.ofStages(configuration, plan: plan, objective: objective)
    optimizerCosts = recipe.training.optimizer.operations(ofStagesOf: plan, configuration)
  }

  /// Works a recipe out for a text that is there.
  ///
  /// - Throws: Also ``TrainingError/vocabularySize(recipe:path:file:)`` where the two disagree.
  init(_ recipe: Recipe, corpus: TokenFile) throws {
    if let wanted = recipe.model.vocabularySize, wanted != corpus.vocabularySize {
      throw TrainingError.vocabularySize(
        recipe: wanted,
        path: corpus.path,
        file: corpus.vocabularySize
      )
    }
    try self.init(recipe, tokenCount: corpus.vocabularySize)
  }

  /// Works a recipe out for its text, or, where that is not there yet, for the vocabulary that the recipe states.
  ///
  /// - Throws: Also `TokenFileError` where neither the file nor the recipe says how many tokens there are.
  init(whatIsThereOf recipe: Recipe) throws {
    let path = recipe.corpus.tokens
    if let wanted = recipe.model.vocabularySize, !LocalFileSystem().exists(path) {
      try self.init(recipe, tokenCount: wanted)
    } else {
      try self.init(recipe, corpus: TokenFile(path: path))
    }
  }

  /// The same with another plan, of as many steps and to the same model.
  func following(_ plan: GrowthPlan) -> ResolvedRecipe {
    var resolved = self
    resolved.plan = plan
    resolved.stageCosts = TrainingCost.ofStages(configuration, plan: plan, objective: objective)
    resolved.optimizerCosts = recipe.training.optimizer
      .operations(ofStagesOf: plan, configuration)
    return resolved
  }

  /// Tokens a step trains on.
  var tokensPerStep: Int { recipe.training.batchSize * configuration.contextLength }

  /// The training FLOPs of some steps in a stage of the plan, by the formula.
  func operations(steps: Int, of stage: GrowthStage) -> Double {
    stageCosts[stage.index].operations(tokens: steps * tokensPerStep, layers: stage.depth)
  }

  /// What deciding on growths costs.
  var growthCost: GrowthCost {
    GrowthCost(configuration: configuration, objective: objective, tokensPerStep: tokensPerStep)
  }
}
