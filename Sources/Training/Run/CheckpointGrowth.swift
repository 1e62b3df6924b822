import Arrays
import Checkpoints
import Growing
import Safetensors
import LanguageModels

/// Grows a checkpoint on the host, from one folder to another.
///
/// Only one tensor is in memory at a time. Training does the same to the state on the device; here
/// it can be looked at, and begun from any checkpoint.
///
/// ```swift
/// let growth = try CheckpointGrowth(path: "runs/demo/midas/checkpoints/step-00000040")
/// let step = try GrowthOperator.midas.step(fromDepth: growth.state.configuration.layerCount, blockSize: 2)
/// ```
public struct CheckpointGrowth: Sendable {
  /// The checkpoint that is grown; it is not changed.
  public let checkpoint: StoredCheckpoint
  /// What it says about itself.
  public let state: SavedState
  private let tensors: CheckpointTensors

  /// Opens a checkpoint and checks that it holds a training state.
  ///
  /// - Parameter path: The checkpoint's folder.
  /// - Throws: `CheckpointError` or ``TrainingError``.
  public init(path: String) throws {
    checkpoint = try StoredCheckpoint.open(path)
    state = try SavedState.decode(checkpoint.state(), path: "\(checkpoint.path)/state.json")
    tensors = try CheckpointTensors(checkpoint)
    for entry in state.layout.entries { try tensors.check(entry) }
  }

  /// Checks that a growth can be carried out here.
  ///
  /// - Parameter step: The growth.
  /// - Throws: `GrowthError` for a growth of untied layers, of other gates, or one that takes training, as
  ///   learning a layer map does.
  public func check(_ step: GrowthStep) throws(GrowthError) {
    guard step.follows(layerOrder: state.configuration.layerOrder) else {
      throw .tiedLayers(operatorName: "the growth")
    }
    guard step.mapLearning == nil else { throw .mapNotLearned }
    if let gates = step.gates, step.schedulesGates { throw .rampNeedsTraining(gates: gates) }
    try step.checkGates(following: state.configuration.outputGates)
  }

  /// Writes the grown checkpoint.
  ///
  /// What is copied from nothing is drawn as training would draw it at this growth.
  ///
  /// - Parameters:
  ///   - step: The growth, in depth, in width or in both.
  ///   - folder: The folder to put the checkpoint into, beside others of other steps.
  /// - Returns: The grown checkpoint.
  /// - Throws: `GrowthError` for a step of another depth, a width that cannot be reached or what
  ///   ``check(_:)`` refuses, `CheckpointError`, or `SafetensorsError`.
  public func write(grownBy step: GrowthStep, to folder: String) throws -> StoredCheckpoint {
    try check(step)
    let growth = try StateGrowth(
      step,
      of: state.layout,
      finalLayerCount: max(state.plan.finalDepth, step.depth),
      elements: tensors.array
    )
    var grown = state
    grown.lineage = try state.lineage.grown(
      by: step.map,
      layerOrder: step.layerOrder,
      stage: 1 + (state.lineage.born.map(\.stage).max() ?? 0),
      step: state.position.step
    )
    grown.configuration = growth.target.configuration
    let draws = SeededGrowthDraws(seed: state.seed, layerNumbers: grown.lineage.order)
    let tensors = tensors
    let old = Dictionary(uniqueKeysWithValues: growth.source.entries.map { ($0.name, $0) })
    func source(_ entries: ArraySlice<StateLayout.Entry>) -> TensorSource {
      let entries = Array(entries)
      return TensorSource(entries.map { TensorDescription($0.name, $0.type) }) { index in
        let entry = entries[index]
        return try growth.grown(entry, old[entry.name].map(tensors.array), draws: draws)
      }
    }
    return try CheckpointStore(folder: folder).write(
      step: checkpoint.step,
      model: source(growth.target.modelEntries),
      optimizer: source(growth.target.optimizerEntries),
      state: grown.encoded()
    )
  }
}

/// The tensors of a checkpoint, checked against what a model needs.
struct CheckpointTensors: Sendable {
  private let files: [SafetensorsFile]

  init(_ checkpoint: StoredCheckpoint) throws(CheckpointError) {
    files = [try checkpoint.model(), try checkpoint.optimizer()]
  }

  /// Reads the tensor of an entry.
  ///
  /// - Throws: ``TrainingError`` for one that is missing or of another type, or `SafetensorsError`.
  func array(_ entry: StateLayout.Entry) throws -> HostArray {
    try file(of: entry).array(named: entry.name)
  }

  /// Checks that an entry is there with the right type, without reading it.
  func check(_ entry: StateLayout.Entry) throws {
    _ = try file(of: entry)
  }

  private func file(of entry: StateLayout.Entry) throws -> SafetensorsFile {
    guard let file = files.first(where: { $0.names.contains(entry.name) }) else {
      throw TrainingError.missingTensor(name: entry.name, path: files[0].path)
    }
    let found = try file.type(of: entry.name)
    guard found == entry.type else {
      throw TrainingError.wrongTensor(
        name: entry.name,
        path: file.path,
        expected: "\(entry.type)",
        found: "\(found)"
      )
    }
    return file
  }
}
