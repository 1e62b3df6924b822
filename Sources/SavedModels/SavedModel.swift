import Checkpoints
import Files
import Growing
import LanguageModels
import Runs
import Safetensors

/// A language model in a checkpoint: what it is, and its parameters, each read when it is asked for.
///
/// Opening checks that every parameter is there with the right type; what the checkpoint holds besides,
/// such as what an optimizer remembers, is its writer's.
///
/// ```swift
/// let model = try SavedModel(path: "runs/demo/midas") { print("note: \($0)") }
/// let parameters = try model.parameters(on: client)
/// ```
public struct SavedModel: Sendable {
  /// The checkpoint, which was compared with its manifest unless it was just written.
  public let checkpoint: StoredCheckpoint
  /// How many training steps had been done, as `state.json` says.
  public let step: Int
  /// The checkpoint's `state.json`, for what is in it besides.
  package let stateFile: StateFile
  private let state: ModelState
  /// The model's tensors, then the optimizer's.
  let files: [SafetensorsFile]

  /// The order in which the stored layers run, where it is another than the checkpoint's.
  private var order: [Int]?

  /// The model at the checkpoint's depth.
  public var configuration: LlamaConfiguration {
    guard let order else { return state.configuration }
    var configuration = state.configuration
    configuration.layerOrder = order
    return configuration
  }
  /// Where each layer comes from.
  public var lineage: Lineage { state.lineage }
  /// The SHA-256 sum of the tokenizer that the model was trained with.
  public var tokenizerChecksum: String { state.tokenizerChecksum }

  /// Opens the model in a folder.
  ///
  /// - Parameters:
  ///   - path: A checkpoint's folder, or a run's, which stands for its newest complete checkpoint.
  ///   - notice: Told what the user should know: which newer checkpoints of a run were passed over.
  /// - Throws: `FileError` for a folder that cannot be listed, ``SavedModelError/noCheckpoint(path:)``, or
  ///   as ``init(_:)``.
  /// - Complexity: Reads every byte of the checkpoint once.
  public init(path: String, notice: (String) -> Void) throws {
    let run = RunFolder(path: path)
    guard RunStore(run).exists else {
      // A folder that is not there is something else than one without a manifest.
      _ = try LocalFileSystem().names(inFolder: path)
      try self.init(StoredCheckpoint.open(path))
      return
    }
    let search = try CheckpointStore(folder: run.checkpointsFolder).latest()
    for skipped in search.skipped { notice(skipped.description) }
    guard let newest = search.checkpoint else { throw SavedModelError.noCheckpoint(path: path) }
    if !search.skipped.isEmpty { notice("beginning with \(newest.path) instead") }
    try self.init(newest)
  }

  /// Opens the model in a checkpoint.
  ///
  /// - Parameter checkpoint: The checkpoint.
  /// - Throws: ``SavedModelError`` for a state that cannot be read, or a parameter that is missing or of
  ///   another type; `CheckpointError` or `SafetensorsError`.
  /// - Complexity: Reads `state.json` and the headers of the tensor files.
  public init(_ checkpoint: StoredCheckpoint) throws {
    self.checkpoint = checkpoint
    stateFile = try StateFile(of: checkpoint)
    state = try stateFile.fields(ModelState.self) { $0.firstProblem }
    step = try stateFile.fields(Progress.self) { $0.firstProblem }.position.step
    files = [try checkpoint.model(), try checkpoint.optimizer()]
    for specification in configuration.parameterSpecifications {
      try checkTensor(named: specification.name, specification.type)
    }
  }
}

extension SavedModel {
  /// The same model with its layers run in another order, some of them left out or run again.
  ///
  /// - Parameter layers: Of the layers as they run in the checkpoint's model, counted from 0, those that run.
  /// - Returns: The model; what is stored is the same.
  public func running(_ layers: [Int]) -> SavedModel {
    let runs = state.configuration.layerOrder ?? Array(0..<state.configuration.layerCount)
    precondition(
      layers.allSatisfy(runs.indices.contains),
      "a layer that runs is one of the model's"
    )
    var copy = self
    copy.order = layers.map { runs[$0] }
    return copy
  }
}

/// All that there is to know here of where the training stands.
private struct Progress: Decodable {
  struct Position: Decodable {
    var step: Int
  }

  var position: Position

  /// The first thing that cannot be, with the field's name.
  var firstProblem: String? {
    position.step >= 0 ? nil : "position.step: needs 0 or more; got \(position.step)"
  }
}
