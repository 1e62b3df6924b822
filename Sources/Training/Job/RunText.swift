import Corpus
import Kernels
import Recipes
import Runs
import SavedModels
import Tensors

/// The text of a run, found again.
public struct RunText {
  /// The packed text.
  public let corpus: TokenFile
  private let job: TrainingJob

  /// Opens the text of a run as the run had it.
  ///
  /// - Parameter folder: The run's folder.
  /// - Throws: ``TrainingError`` or `TokenFileError` where the token file is not there any more, `RecipeError` or `RunError`.
  /// - Complexity: Reads every token once.
  public init(_ folder: RunFolder) throws {
    let store = RunStore(folder)
    let recipe = try Recipe.parse(store.recipe(), file: folder.recipeFile)
    let search = CorpusSearch(folder: folder, record: try store.record())
    job = try TrainingJob(
      recipe,
      tokenFile: search.place(of: recipe.corpus.tokens),
      mixedFiles: search.placesOfMixture(recipe)
    )
    corpus = job.corpus
  }

  /// The loss of predicting each next token of the validation set, as the run measures it.
  ///
  /// - Parameters:
  ///   - model: A model of the run, its layers in any order.
  ///   - engine: What runs it.
  ///   - kernels: The kernels it calls; nil leaves everything to XLA.
  /// - Returns: Nats a token.
  /// - Throws: `SavedModelError`, `PJRTError`, `TraceError` or `TokenFileError`.
  public func nextTokenLoss(
    of model: SavedModel,
    engine: Engine,
    kernels: KernelLibrary?
  ) throws -> Double {
    let evaluator = Evaluator(
      job,
      objective: .causal,
      engine: engine,
      kernels: kernels,
      devices: TrainingDevices(firstOf: engine)
    )
    let parameters = try model.parameters(on: engine.client).map {
      DistributedTensor($0, of: engine)
    }
    return try evaluator.loss(of: model.configuration, parameters: parameters[...])
  }
}
