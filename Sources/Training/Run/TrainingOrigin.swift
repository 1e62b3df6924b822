import Arrays
import Corpus
import LanguageModels
import Tensors
import Runs
import SavedModels

/// A saved model that a new run begins with, such as one that `espalier grow` made.
///
/// The run takes over weights and, if asked, what the optimizer knows; steps, learning rate and plan are the
/// recipe's, from step 0 on.
public struct TrainingOrigin: Sendable {
  /// What becomes of the optimizer's state.
  public enum Optimizer: String, Sendable, CaseIterable {
    /// It goes on.
    case keep
    /// It begins anew, as if it had seen nothing.
    case reset
  }

  /// What the run's record says about it.
  let record: OriginRecord
  let model: SavedModel
  let state: SavedState
  private let optimizer: Optimizer

  /// Opens a saved model.
  ///
  /// - Parameters:
  ///   - path: A checkpoint's folder, or a run's, which stands for its newest checkpoint.
  ///   - optimizer: What becomes of the optimizer's state.
  ///   - notice: Told what the user should know: that a run's newest checkpoint was passed over.
  /// - Throws: `FileError`, `CheckpointError` or `SavedModelError`.
  public init(path: String, optimizer: Optimizer, notice: (String) -> Void) throws {
    model = try SavedModel(path: path, notice: notice)
    state = try SavedState(of: model)
    self.optimizer = optimizer
    record = OriginRecord(
      checkpoint: model.checkpoint.path,
      step: model.step,
      optimizer: optimizer.rawValue
    )
  }

  /// The model's tokenizer.
  ///
  /// - Parameter path: The tokenizer's file; nil for where the model's run has it.
  /// - Returns: The tokenizer.
  /// - Throws: `SavedModelError` for one that is not found or is another, or `TokenizerError`.
  public func tokenizer(path: String?) throws -> Tokenizer { try model.tokenizer(path: path) }

  /// Checks that a run can begin with this model.
  ///
  /// - Parameter job: The run.
  /// - Throws: ``TrainingError`` for a model that no recipe can state, another model than the recipe's, or
  ///   another tokenizer.
  func check(_ job: TrainingJob) throws(TrainingError) {
    let wanted = job.configuration(inStage: 0)
    try checkThatItCanBeStated(as: wanted)
    guard model.tokenizerChecksum == job.corpus.tokenizerChecksum else {
      throw .originTokenizer(
        path: model.checkpoint.path,
        found: model.tokenizerChecksum,
        corpus: job.corpus.path,
        expected: job.corpus.tokenizerChecksum
      )
    }
    try check(wanted)
    guard optimizer == .keep else { return }
    try state.checkOptimizer(of: model, goesOnAs: job.recipe.training.optimizer)
  }

  /// Checks that a recipe's first model can be this one.
  private func checkThatItCanBeStated(as wanted: LlamaConfiguration) throws(TrainingError) {
    let found = model.configuration
    if found.layerOrder != nil, wanted.layerOrder == nil {
      throw .originTied(path: model.checkpoint.path)
    }
  }

  /// Checks that a recipe's first model is this one.
  func check(_ wanted: LlamaConfiguration) throws(TrainingError) {
    try checkThatItCanBeStated(as: wanted)
    if let difference = model.configuration.differences(from: wanted).first {
      throw .originDiffers(
        path: model.checkpoint.path,
        field: difference.field,
        found: difference.found,
        expected: difference.expected
      )
    }
  }

  /// The model's state on a device.
  ///
  /// - Parameters:
  ///   - job: The run that begins.
  ///   - engine: Whose devices take the state.
  /// - Returns: Weights and, as asked, the optimizer's state.
  /// - Throws: `SavedModelError` for a tensor that is not there, `SafetensorsError`, or `PJRTError`.
  func deviceState(for job: TrainingJob, engine: Engine) throws -> DeviceState {
    let layout = StateLayout(
      configuration: job.configuration(inStage: 0),
      optimizer: job.recipe.training.optimizer
    )
    let fresh = optimizer == .reset ? Set(layout.optimizerEntries.map(\.name)) : []
    return try DeviceState(layout: layout, devices: job.devices(of: engine)) { entry in
      fresh.contains(entry.name)
        ? entry.startingArray(seed: job.recipe.seed) : try model.array(of: entry)
    }
  }
}
