import Kernels
import Recipes
import Runs
import SavedModels
import Tensors

/// The validation text of a run, on which its models are measured again.
public struct RunValidation {
  private let evaluator: Evaluator

  /// Opens the text of a run as the run had it.
  ///
  /// - Parameters:
  ///   - folder: The run's folder.
  ///   - engine: What runs the evaluation.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  /// - Throws: ``TrainingError`` or `TokenFileError` where the token file is not there any more, `RecipeError` or `RunError`.
  public init(_ folder: RunFolder, engine: Engine, kernels: KernelLibrary?) throws {
    let store = RunStore(folder)
    let recipe = try Recipe.parse(store.recipe(), file: folder.recipeFile)
    let search = CorpusSearch(folder: folder, record: try store.record())
    let job = try TrainingJob(recipe, tokenFile: search.place(of: recipe.corpus.tokens))
    evaluator = Evaluator(job, objective: .causal, engine: engine, kernels: kernels)
  }

  /// The loss of predicting each next token, as the run measures it.
  ///
  /// - Parameters:
  ///   - model: A model of the run, its layers in any order.
  ///   - engine: What holds its parameters.
  /// - Returns: Nats a token.
  /// - Throws: `SavedModelError`, `PJRTError`, `TraceError` or `TokenFileError`.
  public func nextTokenLoss(of model: SavedModel, engine: Engine) throws -> Double {
    try evaluator.loss(
      of: model.configuration,
      parameters: model.parameters(on: engine.client)[...]
    )
  }
}
