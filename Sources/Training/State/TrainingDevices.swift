import Arrays
import LanguageModels
import PJRT
import Recipes
import StableHLO
import Tensors

/// The devices that train a model together, and how what a step takes lies on them.
public struct TrainingDevices: Sendable {
  /// The client whose first devices they are.
  public let client: Client
  /// How many they are, and what is cut into parts.
  public let parallelism: Recipe.Parallelism

  /// The devices that a recipe asks for.
  ///
  /// - Parameters:
  ///   - parallelism: How many, and what is cut into parts.
  ///   - client: Whose first devices they are.
  /// - Throws: ``TrainingError/tooFewDevices(wanted:found:platform:)``.
  public init(_ parallelism: Recipe.Parallelism, of client: Client) throws(TrainingError) {
    guard client.devices.count >= parallelism.devices else {
      throw .tooFewDevices(
        wanted: parallelism.devices,
        found: client.devices.count,
        platform: client.platformName
      )
    }
    (self.client, self.parallelism) = (client, parallelism)
  }

  /// One device: the client's first.
  ///
  /// - Parameter client: The client.
  public init(firstOf client: Client) {
    (self.client, parallelism) = (client, Recipe.Parallelism())
  }

  /// Copies an entry of a training state to where it belongs.
  func tensor(_ array: HostArray, of entry: StateLayout.Entry) throws -> DistributedTensor {
    try tensor(array, parallelism.sharding(of: entry))
  }

  /// Copies an array of a batch, a part of its rows to each device.
  func rows(_ array: HostArray) throws -> DistributedTensor {
    try tensor(array, parallelism.sharding(ofRows: array.shape[0]))
  }

  /// Copies an array to all devices.
  func copies(_ array: HostArray) throws -> DistributedTensor { try tensor(array, .replicated) }

  private func tensor(
    _ array: HostArray,
    _ sharding: TensorSharding
  ) throws -> DistributedTensor {
    try DistributedTensor(
      array,
      sharding: sharding,
      client: client,
      deviceCount: parallelism.devices
    )
  }
}

extension TrainingJob {
  /// The devices that the recipe asks for.
  ///
  /// - Parameter client: Whose first devices they are.
  /// - Returns: The devices.
  /// - Throws: ``TrainingError/tooFewDevices(wanted:found:platform:)``.
  public func devices(of client: Client) throws(TrainingError) -> TrainingDevices {
    try TrainingDevices(recipe.parallelism, of: client)
  }
}

// How what programs take lies on devices, which need not be there.
extension Recipe.Parallelism {
  /// How a tensor of a training state lies.
  ///
  /// One that is cut is cut along its longest axis that the number of devices divides, the first of several as long; never
  /// along that of the layers, which growth gathers along and loops slice. Where there is none, all devices hold it.
  func sharding(of entry: StateLayout.Entry) -> TensorSharding {
    let isCut =
      switch sharding {
      case .data: false
      case .zero1: entry.role.isOptimizerSlot
      case .fsdp: true
      }
    let extents = entry.type.shape.dimensions
    guard isCut, devices > 1, entry.type.shape.elementCount > 0 else { return .replicated }
    let axes = extents.indices.filter {
      extents[$0].isMultiple(of: devices)
        && !(entry.axes.indices.contains($0) && entry.axes[$0] == .layers)
    }
    return axes.max { extents[$0] < extents[$1] }.map { .split(axis: $0) } ?? .replicated
  }

  /// How a model's parameters lie.
  func shardings(of specifications: [ParameterSpecification]) -> [TensorSharding] {
    specifications.map { sharding(of: StateLayout.Entry($0)) }
  }

  /// How an array with so many rows lies: cut along them, or on all devices where they cannot be cut evenly.
  func sharding(ofRows count: Int) -> TensorSharding {
    devices > 1 && count.isMultiple(of: devices) ? .split(axis: 0) : .replicated
  }
}
