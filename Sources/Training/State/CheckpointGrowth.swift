import Arrays
import Checkpoints
import Growing
import Interchange
import LanguageModels

/// Grows a checkpoint on the host, from one folder to another.
///
/// Only one tensor is in memory at a time. Training does the same to the state on the device; here
/// it can be looked at, and begun from any checkpoint.
///
/// ```swift
/// let growth = try CheckpointGrowth(path: "runs/demo/midas/checkpoints/step-00000040")
/// let step = try GrowthMethod.midas.step(fromDepth: growth.state.configuration.layerCount, blockSize: 2)
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
    for entry in StateLayout(configuration: state.configuration).entries {
      try tensors.check(entry)
    }
  }

  /// Checks that a growth can be carried out here.
  ///
  /// - Parameter step: Where each layer comes from.
  /// - Throws: `GrowthError` for a growth of untied layers, of other gates, or one that takes training.
  public func check(_ step: GrowthStep) throws(GrowthError) {
    guard step.follows(layerOrder: state.configuration.layerOrder) else {
      throw .tiedLayers(operatorName: "the growth")
    }
    if let gates = step.gates, step.schedulesGates { throw .rampNeedsTraining(gates: gates) }
    try step.checkGates(following: state.configuration.outputGates)
  }

  /// Writes the grown checkpoint.
  ///
  /// Layers that are copied from none are drawn as training would draw them at this growth.
  ///
  /// - Parameters:
  ///   - step: Where each layer comes from.
  ///   - folder: The folder to put the checkpoint into, beside others of other steps.
  /// - Returns: The grown checkpoint.
  /// - Throws: `GrowthError` for a step of another depth or one that ``check(_:)`` refuses, `CheckpointError`,
  ///   or `SafetensorsError`.
  public func write(grownBy step: GrowthStep, to folder: String) throws -> StoredCheckpoint {
    try check(step)
    let lineage = try state.lineage.grown(
      by: step.map,
      layerOrder: step.layerOrder,
      stage: 1 + (state.lineage.born.map(\.stage).max() ?? 0),
      step: state.position.step
    )
    var grown = state
    grown.lineage = lineage
    grown.configuration = grown.configuration.grown(by: step)

    let drawn = specifications(
      of: grown.configuration,
      finalLayerCount: max(state.plan.finalDepth, step.depth)
    )
    let initializer = ParameterInitializer(seed: state.seed)
    let tensors = tensors
    let growth = try StateGrowth(step, of: StateLayout(configuration: state.configuration)) {
      try tensors.array($0)
    }
    return try write(grown, to: folder) { entry, old in
      try growth.array(of: entry, from: old) { layer in
        guard let specification = drawn[entry.name] else {
          preconditionFailure("\(entry.name) is a weight, and every weight has a specification")
        }
        return initializer.layer(lineage.order[layer], of: specification)
      }
    }
  }

  /// Writes the checkpoint of a wider model.
  ///
  /// - Parameters:
  ///   - sizes: What to grow to.
  ///   - filling: How the new elements are filled.
  ///   - optimizerState: What happens to the optimizer's slots.
  ///   - folder: The folder to put the checkpoint into, beside others of other steps.
  /// - Returns: The grown checkpoint and its model.
  /// - Throws: `GrowthError` for sizes that do not fit, `CheckpointError`, or `SafetensorsError`.
  public func write(
    widenedTo sizes: LlamaConfiguration.Sizes,
    by filling: WidthOperator,
    optimizerState: OptimizerStatePolicy,
    to folder: String
  ) throws -> (checkpoint: StoredCheckpoint, configuration: LlamaConfiguration) {
    let (configuration, step) = try state.configuration.widened(
      to: sizes,
      by: filling,
      optimizerState: optimizerState
    )
    var grown = state
    grown.configuration = configuration
    let drawn = specifications(
      of: configuration,
      finalLayerCount: max(state.plan.finalDepth, configuration.layerCount)
    )
    let initializer = ParameterInitializer(seed: state.seed)
    let checkpoint = try write(grown, to: folder) { entry, old in
      guard let old else {
        preconditionFailure("\(entry.name) is new, but a wider model has the same tensors")
      }
      let tensor = NamedArray(entry.name, old)
      return try step.grown(tensor, axes: entry.axes, quantity: entry.quantity) {
        guard let specification = drawn[entry.name] else {
          preconditionFailure("\(entry.name) is a weight, and every weight has a specification")
        }
        return initializer.array(for: specification)
      }.array
    }
    return (checkpoint, configuration)
  }

  private func specifications(
    of configuration: LlamaConfiguration,
    finalLayerCount: Int
  ) -> [String: ParameterSpecification] {
    let specifications = configuration.parameterSpecifications(finalLayerCount: finalLayerCount)
    return Dictionary(uniqueKeysWithValues: specifications.map { ($0.name, $0) })
  }

  /// Writes a state whose tensors are made one by one from those of this one with the same name.
  private func write(
    _ grown: SavedState,
    to folder: String,
    change: @escaping @Sendable (StateLayout.Entry, HostArray?) throws -> HostArray
  ) throws -> StoredCheckpoint {
    let old = Dictionary(
      uniqueKeysWithValues: StateLayout(configuration: state.configuration).entries.map {
        ($0.name, $0)
      }
    )
    let new = StateLayout(configuration: grown.configuration)
    func source(_ entries: ArraySlice<StateLayout.Entry>) -> TensorSource {
      let entries = Array(entries)
      return TensorSource(entries.map { TensorDescription($0.name, $0.type) }) { index in
        let entry = entries[index]
        return try change(entry, old[entry.name].map { try tensors.array($0) })
      }
    }
    return try CheckpointStore(folder: folder).write(
      step: checkpoint.step,
      model: source(new.modelEntries),
      optimizer: source(new.optimizerEntries),
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
