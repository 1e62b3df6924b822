import Arrays
import Checkpoints
import Files
import LanguageModels
import PJRT
import Runs

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
  private let checkpoint: StoredCheckpoint
  private let state: SavedState
  private let optimizer: Optimizer

  /// Opens a saved model.
  ///
  /// - Parameters:
  ///   - path: A checkpoint's folder, or a run's, which stands for its newest checkpoint.
  ///   - optimizer: What becomes of the optimizer's state.
  ///   - notice: Told what the user should know: that a run's newest checkpoint was passed over.
  /// - Throws: `FileError`, `CheckpointError` or ``TrainingError``.
  public init(path: String, optimizer: Optimizer, notice: (String) -> Void) throws {
    let run = RunFolder(path: path)
    if RunStore(run).exists {
      let search = try CheckpointStore(folder: run.checkpointsFolder).latest()
      for skipped in search.skipped { notice(skipped.description) }
      guard let newest = search.checkpoint else { throw TrainingError.noCheckpoint(path: path) }
      if !search.skipped.isEmpty { notice("beginning with \(newest.path) instead") }
      checkpoint = newest
    } else {
      // A folder that is not there is something else than one without a manifest.
      _ = try LocalFileSystem().names(inFolder: path)
      checkpoint = try StoredCheckpoint.open(path)
    }
    state = try SavedState.decode(checkpoint.state(), path: "\(checkpoint.path)/state.json")
    self.optimizer = optimizer
    record = OriginRecord(
      checkpoint: checkpoint.path,
      step: state.position.step,
      optimizer: optimizer.rawValue
    )
  }

  /// Checks that a run can begin with this model.
  ///
  /// - Parameter job: The run.
  /// - Throws: ``TrainingError`` for a model that no recipe can state, another model than the recipe's, or
  ///   another tokenizer.
  func check(_ job: TrainingJob) throws(TrainingError) {
    let (found, wanted) = (state.configuration, job.configuration(inStage: 0))
    if found.layerOrder != nil, wanted.layerOrder == nil {
      throw .originTied(path: checkpoint.path)
    }
    if found.ownHeadSize != nil, wanted.ownHeadSize == nil {
      throw .originHeads(path: checkpoint.path, found)
    }
    guard state.tokenizerChecksum == job.corpus.tokenizerChecksum else {
      throw .originTokenizer(
        path: checkpoint.path,
        found: state.tokenizerChecksum,
        corpus: job.corpus.path,
        expected: job.corpus.tokenizerChecksum
      )
    }
    if let difference = found.differences(from: wanted).first {
      throw .originDiffers(
        path: checkpoint.path,
        field: difference.field,
        found: difference.found,
        expected: difference.expected
      )
    }
    guard optimizer == .keep else { return }
    try state.checkOptimizer(goesOnAs: job.recipe.training.optimizer, path: checkpoint.path)
  }

  /// The model's state on a device.
  ///
  /// - Parameters:
  ///   - job: The run that begins.
  ///   - client: Whose first device takes the state.
  /// - Returns: Weights and, as asked, the optimizer's state.
  /// - Throws: ``TrainingError`` for a tensor that is not there, `SafetensorsError`, or `PJRTError`.
  func deviceState(for job: TrainingJob, client: Client) throws -> DeviceState {
    let layout = StateLayout(
      configuration: job.configuration(inStage: 0),
      optimizer: job.recipe.training.optimizer
    )
    let tensors = try CheckpointTensors(checkpoint)
    let fresh = optimizer == .reset ? Set(layout.optimizerEntries.map(\.name)) : []
    return try DeviceState(layout: layout, client: client) { entry in
      fresh.contains(entry.name) ? HostArray(zeros: entry.type) : try tensors.array(entry)
    }
  }
}
