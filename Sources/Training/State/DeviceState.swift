import Arrays
import CMemory
import Growing
import LanguageModels
import PJRT
import Recipes

/// A training state in a device's memory.
///
/// A step takes the buffers and puts new ones in their place; the old ones are given to the step.
public struct DeviceState: Sendable {
  /// What the buffers are.
  public private(set) var layout: StateLayout
  /// One buffer an entry of the layout.
  public private(set) var buffers: [Buffer]

  /// Uploads a state tensor by tensor.
  ///
  /// - Parameters:
  ///   - layout: What the tensors are.
  ///   - client: Whose first device holds them.
  ///   - array: Gives the elements of an entry.
  /// - Throws: `PJRTError`, or what `array` throws.
  public init(
    layout: StateLayout,
    client: Client,
    array: (StateLayout.Entry) throws -> HostArray
  ) throws {
    self.layout = layout
    buffers = try layout.entries.map { try client.buffer(from: array($0)) }
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
  ///   - client: Whose first device holds the state.
  /// - Throws: `PJRTError`.
  public init(
    initializing configuration: LlamaConfiguration,
    optimizer: Recipe.Optimizer,
    finalLayerCount: Int,
    seed: UInt64,
    client: Client
  ) throws {
    let initializer = ParameterInitializer(seed: seed)
    let specifications = Dictionary(
      uniqueKeysWithValues: configuration.parameterSpecifications(
        finalLayerCount: finalLayerCount
      ).map { ($0.name, $0) }
    )
    let layout = StateLayout(configuration: configuration, optimizer: optimizer)
    try self.init(layout: layout, client: client) { entry in
      guard let specification = specifications[entry.name] else {
        return entry.startingArray(seed: seed)
      }
      return initializer.array(for: specification)
    }
  }

  /// A state's elements on the host.
  struct Snapshot: Sendable {
    fileprivate let layout: StateLayout
    fileprivate let arrays: [HostArray]
  }

  /// The elements as they are now; the state stays on the device.
  func snapshot() throws -> Snapshot {
    Snapshot(layout: layout, arrays: try buffers.map { try $0.copyToHost() })
  }

  /// A state with the elements of a snapshot.
  init(_ snapshot: Snapshot, client: Client) throws {
    layout = snapshot.layout
    buffers = try snapshot.arrays.map { try client.buffer(from: $0) }
  }

  /// The model's buffers, without the optimizer's.
  public var modelBuffers: ArraySlice<Buffer> { buffers.prefix(layout.specifications.count) }

  /// Waits for the program that writes the state.
  ///
  /// - Throws: `PJRTError`.
  public func wait() throws {
    for buffer in buffers { try buffer.waitUntilReady() }
  }

  /// Puts the results of a step in place of the buffers it was given.
  mutating func replace(with newBuffers: [Buffer]) {
    precondition(newBuffers.count == buffers.count, "a step gives back the whole state")
    buffers = newBuffers
  }

  /// Grows the state, one tensor at a time.
  ///
  /// Memory holds the state and one tensor more: each buffer is freed as soon as its elements are on
  /// the host, and each grown array as soon as it is on the device. Tensors that a growth leaves alone
  /// stay where they are. Output gates come and go with the growth.
  ///
  /// - Parameters:
  ///   - step: The growth step.
  ///   - finalLayerCount: The depth of the finished model, which first values are scaled for.
  ///   - client: Whose first device holds the state.
  ///   - draws: Gives the values that are copied from nothing.
  /// - Throws: `GrowthError` for a width that cannot be reached or gates that do not go together; for a step
  ///   of another depth, or `PJRTError`, and the state is then lost.
  public mutating func grow(
    by step: GrowthStep,
    finalLayerCount: Int,
    client: Client,
    draws: some GrowthDraws
  ) throws {
    var old = Dictionary(uniqueKeysWithValues: zip(layout.entries.map(\.name), buffers))
    let growth = try StateGrowth(
      step,
      of: layout,
      finalLayerCount: finalLayerCount
    ) { entry in
      guard let buffer = old[entry.name] else {
        preconditionFailure("\(entry.name) is an entry, and every entry has a buffer")
      }
      return try buffer.copyToHost()
    }
    buffers = []
    for entry in growth.target.entries {
      if growth.keeps(entry), let kept = old.removeValue(forKey: entry.name) {
        buffers.append(kept)
        continue
      }
      // Taken out of the dictionary, a buffer is freed once its elements are on the host.
      let array = try old.removeValue(forKey: entry.name)?.copyToHost()
      buffers.append(try client.buffer(from: growth.grown(entry, array, draws: draws)))
    }
    layout = growth.target
  }
}
