import Arrays
import CMemory
import Growing
import LanguageModels
import Recipes
import Tensors

/// A training state in the memory of a device, or of several that train together.
///
/// A step takes the tensors and puts new ones in their place; the old ones are given to the step.
public struct DeviceState: Sendable {
  /// The devices.
  public let devices: TrainingDevices
  /// What the tensors are.
  public private(set) var layout: StateLayout
  /// One tensor an entry of the layout.
  public private(set) var tensors: [DistributedTensor]

  /// Uploads a state tensor by tensor.
  ///
  /// - Parameters:
  ///   - layout: What the tensors are.
  ///   - devices: What holds them.
  ///   - array: Gives the elements of an entry.
  /// - Throws: `PJRTError`, or what `array` throws.
  public init(
    layout: StateLayout,
    devices: TrainingDevices,
    array: (StateLayout.Entry) throws -> HostArray
  ) throws {
    self.layout = layout
    self.devices = devices
    tensors = try layout.entries.map { try devices.tensor(array($0), of: $0) }
    // The host's arrays are no longer needed; they are as large as the state.
    espalier_return_unused_memory()
  }

  /// A new model's state: drawn parameters, an optimizer that has seen nothing.
  ///
  /// - Parameters:
  ///   - configuration: The model at its first depth.
  ///   - optimizer: How its parameters are updated.
  ///   - finalLayerCount: The depth the model will have in the end.
  ///   - seed: The seed of the parameters, and of what the optimizer begins with.
  ///   - devices: What holds the state.
  /// - Throws: `PJRTError`.
  public init(
    initializing configuration: LlamaConfiguration,
    optimizer: Recipe.Optimizer,
    finalLayerCount: Int,
    seed: UInt64,
    devices: TrainingDevices
  ) throws {
    let initializer = ParameterInitializer(seed: seed)
    let specifications = Dictionary(
      uniqueKeysWithValues: configuration.parameterSpecifications(
        finalLayerCount: finalLayerCount
      ).map { ($0.name, $0) }
    )
    let layout = StateLayout(configuration: configuration, optimizer: optimizer)
    try self.init(layout: layout, devices: devices) { entry in
      guard let specification = specifications[entry.name] else {
        return entry.startingArray(seed: seed)
      }
      return initializer.array(for: specification)
    }
  }

  /// A state's elements on the host.
  struct Snapshot: Sendable {
    fileprivate let layout: StateLayout
    fileprivate let devices: TrainingDevices
    fileprivate let arrays: [HostArray]
  }

  /// The elements as they are now; the state stays on the devices.
  func snapshot() throws -> Snapshot {
    Snapshot(layout: layout, devices: devices, arrays: try tensors.map { try $0.copyToHost() })
  }

  /// A state with the elements of a snapshot, on the same devices.
  init(_ snapshot: Snapshot) throws {
    layout = snapshot.layout
    devices = snapshot.devices
    tensors = try zip(snapshot.arrays, layout.entries).map { [devices] in
      try devices.tensor($0, of: $1)
    }
  }

  /// The model's tensors, without the optimizer's.
  public var modelTensors: ArraySlice<DistributedTensor> {
    tensors.prefix(layout.specifications.count)
  }

  /// Waits for the program that writes the state.
  ///
  /// - Throws: `PJRTError`.
  public func wait() throws {
    for tensor in tensors { try tensor.waitUntilReady() }
  }

  /// Puts the results of a step in place of the buffers it was given.
  mutating func replace(with newTensors: [DistributedTensor]) {
    precondition(newTensors.count == tensors.count, "a step gives back the whole state")
    tensors = newTensors
  }

  /// Grows the state, one tensor at a time.
  ///
  /// Memory holds the state and one tensor more: each old one is freed as soon as its elements are on
  /// the host, and each grown array as soon as it is on the devices. Tensors that a growth leaves alone
  /// stay where they are. Output gates come and go with the growth.
  ///
  /// - Parameters:
  ///   - step: The growth step.
  ///   - finalLayerCount: The depth of the finished model, which first values are scaled for.
  ///   - draws: Gives the values that are copied from nothing.
  /// - Throws: `GrowthError` for a width that cannot be reached or gates that do not go together; for a step
  ///   of another depth, or `PJRTError`, and the state is then lost.
  public mutating func grow(
    by step: GrowthStep,
    finalLayerCount: Int,
    draws: some GrowthDraws
  ) throws {
    var old = Dictionary(uniqueKeysWithValues: zip(layout.entries.map(\.name), tensors))
    let growth = try StateGrowth(
      step,
      of: layout,
      finalLayerCount: finalLayerCount
    ) { entry in
      guard let tensor = old[entry.name] else {
        preconditionFailure("\(entry.name) is an entry, and every entry has a tensor")
      }
      return try tensor.copyToHost()
    }
    tensors = []
    for entry in growth.target.entries {
      if growth.keeps(entry), let kept = old.removeValue(forKey: entry.name) {
        tensors.append(kept)
        continue
      }
      // Taken out of the dictionary, a tensor is freed once its elements are on the host.
      let array = try old.removeValue(forKey: entry.name)?.copyToHost()
      tensors.append(try devices.tensor(growth.grown(entry, array, draws: draws), of: entry))
    }
    layout = growth.target
  }
}
