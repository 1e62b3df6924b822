import Checkpoints
import Runs
import SavedModels

/// A model that is asked questions: where it lies, and what is known of it.
public struct EvaluatedModel: Codable, Hashable, Sendable {
  /// The run's name, or the path of a checkpoint outside of a run.
  public var name: String
  /// The run's folder, or the checkpoint's where it lies in no run's.
  public var path: String
  /// The training steps that it had.
  public var step: Int
  /// The run's growth method; nil outside of a run.
  public var method: String?
  /// The run's seed; nil outside of a run.
  public var seed: UInt64?
  /// The layers that run.
  public var layers: Int
  /// The checksum of its parameters' file.
  public var checksum: String
  /// The checksum of its tokenizer.
  public var tokenizerChecksum: String
  /// Describes a saved model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - path: The path that the user named.
  /// - Throws: `RunError` for a run that cannot be read.
  init(_ model: SavedModel, path: String) throws {
    let run = try model.run.map { try RunStore($0).record() }
    name = run?.name ?? path
    self.path = model.run?.path ?? path
    step = model.step
    method = run?.method
    seed = run?.seed
    layers = model.configuration.appliedLayerCount
    checksum =
      model.checkpoint.manifest.files.first { $0.name == "model.safetensors" }?.checksum ?? ""
    tokenizerChecksum = model.tokenizerChecksum
  }
}

extension [EvaluatedModel] {
  /// What tables call a model, whatever its checkpoint: its name, with what tells it from others of that name.
  func label(of model: EvaluatedModel) -> String {
    let alike = Dictionary(filter { $0.name == model.name }.map { ($0.path, $0.seed) }) {
      first,
      _ in first
    }
    guard alike.count > 1 else { return model.name }
    let hasOwnSeed = alike.values.count { $0 == model.seed } == 1
    return hasOwnSeed ? "\(model.name), seed \(model.seed ?? 0)" : model.path
  }
}

/// Which checkpoints of a run are asked.
public enum CheckpointChoice: Hashable, Sendable {
  /// The newest complete one.
  case newest
  /// All there are.
  case all

  /// The models.
  ///
  /// - Parameters:
  ///   - path: A run's folder or a checkpoint's, which is a choice by itself.
  ///   - notice: Told which checkpoints were passed over.
  /// - Returns: At least one.
  /// - Throws: As `SavedModel.init(path:notice:)`.
  func models(at path: String, notice: (String) -> Void) throws -> [SavedModel] {
    let run = RunFolder(path: path)
    guard self == .all, RunStore(run).exists else {
      return [try SavedModel(path: path, notice: notice)]
    }
    let store = CheckpointStore(folder: run.checkpointsFolder)
    var models: [SavedModel] = []
    for step in try store.steps() {
      // A damaged one is no reason to leave the others alone.
      do {
        models.append(try SavedModel(store.checkpoint(ofStep: step)))
      } catch let error as CheckpointError {
        notice("skipped step \(step) of \(path): \(error)")
      }
    }
    guard !models.isEmpty else { throw SavedModelError.noCheckpoint(path: path) }
    return models
  }
}
