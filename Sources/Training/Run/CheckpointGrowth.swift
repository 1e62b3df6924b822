import Arrays
import Checkpoints
import Growing
import LanguageModels
import SavedModels
import Safetensors

/// Grows a checkpoint on the host, from one folder to another.
///
/// Only one tensor is in memory at a time. Training does the same to the state on the device; here
/// it can be looked at, and begun from any checkpoint.
///
/// ```swift
/// let growth = try CheckpointGrowth(path: "runs/demo/midas/checkpoints/step-00000040")
/// let step = try GrowthOperator.midas.step(fromDepth: growth.model.configuration.layerCount, blockSize: 2)
/// ```
public struct CheckpointGrowth: Sendable {
  /// The model that is grown; its checkpoint is not changed.
  public let model: SavedModel
  /// What the checkpoint says of the training, with an optimizer that can follow a growth.
  public let state: SavedState
  /// Whether what the optimizer remembers is left behind, as LoRA's factors: they belong to matrices that are merged.
  private let startsOptimizerAnew: Bool

  /// Opens a checkpoint and checks that it holds a training state.
  ///
  /// - Parameter path: The checkpoint's folder.
  /// - Throws: `CheckpointError` or `SavedModelError`.
  public init(path: String) throws {
    model = try SavedModel(StoredCheckpoint.open(path))
    var state = try SavedState(of: model)
    startsOptimizerAnew = state.optimizer?.kind == .lora
    if startsOptimizerAnew { state.optimizer?.kind = .adamW }
    self.state = state
    guard !startsOptimizerAnew else { return }
    for entry in state.layout(of: model.configuration).optimizerEntries {
      try model.checkTensor(named: entry.name, entry.type)
    }
  }

  /// Checks that a growth can be carried out here.
  ///
  /// - Parameter step: The growth.
  /// - Throws: `GrowthError` for a growth of untied layers, of other gates, or one that takes training, as
  ///   learning a layer map does.
  public func check(_ step: GrowthStep) throws(GrowthError) {
    guard step.follows(layerOrder: model.configuration.layerOrder) else {
      throw .tiedLayers(operatorName: "the growth")
    }
    guard step.mapLearning == nil else { throw .mapNotLearned }
    if let gates = step.gates, step.schedulesGates { throw .rampNeedsTraining(gates: gates) }
    try step.checkGates(following: model.configuration.outputGates)
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
      of: state.layout(of: model.configuration),
      finalLayerCount: max(state.plan.finalDepth, step.depth),
      elements: array
    )
    let lineage = try model.lineage.grown(
      by: step.map,
      layerOrder: step.layerOrder,
      stage: 1 + (model.lineage.born.map(\.stage).max() ?? 0),
      step: model.step
    )
    let draws = SeededGrowthDraws(seed: state.seed, layerNumbers: lineage.order)
    let old = Dictionary(uniqueKeysWithValues: growth.source.entries.map { ($0.name, $0) })
    func source(_ entries: ArraySlice<StateLayout.Entry>) -> TensorSource {
      let entries = Array(entries)
      return TensorSource(entries.map { TensorDescription($0.name, $0.type) }) { index in
        let entry = entries[index]
        return try growth.grown(entry, old[entry.name].map(array), draws: draws)
      }
    }
    return try CheckpointStore(folder: folder).write(
      step: model.checkpoint.step,
      model: source(growth.target.modelEntries),
      optimizer: source(growth.target.optimizerEntries),
      state: state.encoded(
        with: ModelState(
          configuration: growth.target.configuration,
          lineage: lineage,
          tokenizerChecksum: model.tokenizerChecksum
        )
      )
    )
  }

  /// The elements of a tensor before the growth.
  private func array(of entry: StateLayout.Entry) throws -> HostArray {
    if startsOptimizerAnew,
      entry.role == .layeredOptimizerSlot || entry.role == .sharedOptimizerSlot
    {
      return HostArray(zeros: entry.type)
    }
    return try model.array(of: entry)
  }
}

extension SavedModel {
  /// Reads the tensor of an entry.
  ///
  /// - Throws: `SavedModelError` for one that is missing or of another type, or `SafetensorsError`.
  func array(of entry: StateLayout.Entry) throws -> HostArray {
    try array(named: entry.name, entry.type)
  }
}
