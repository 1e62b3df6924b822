import Arrays
import LanguageModels
import PJRT
import Recipes
import StableHLO
import Tensors

/// The devices that train a model together, and how what a step takes lies on them.
public struct TrainingDevices: Sendable {
  /// The devices.
  public let mesh: DeviceMesh
  /// How many they are, and what is cut into parts.
  public let parallelism: Recipe.Parallelism

  /// The devices that a recipe asks for.
  ///
  /// - Parameters:
  ///   - parallelism: How many, and what is cut into parts.
  ///   - engine: Whose client's first devices they are; with other processes all of theirs.
  /// - Throws: ``TrainingError/tooFewDevices(wanted:found:platform:)``.
  public init(_ parallelism: Recipe.Parallelism, of engine: Engine) throws(TrainingError) {
    let client = engine.client
    let (wanted, found) = (parallelism.devices, client.allDevices.count)
    guard wanted == found || wanted < found && !client.hasPeers else {
      throw .tooFewDevices(wanted: wanted, found: found, platform: client.platformName)
    }
    (mesh, self.parallelism) = (DeviceMesh(engine, deviceCount: wanted), parallelism)
  }

  /// One device: the first.
  ///
  /// - Parameter engine: Whose client's.
  public init(firstOf engine: Engine) {
    (mesh, parallelism) = (DeviceMesh(engine), Recipe.Parallelism())
  }

  /// Whether this process writes the run's folder; of several that train together the first does.
  var writesRun: Bool { mesh.engine.client.processIndex == 0 }

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
    try DistributedTensor(array, sharding: sharding, on: mesh)
  }
}

extension TrainingJob {
  /// The devices that the recipe asks for.
  ///
  /// - Parameter engine: Whose client's they are.
  /// - Returns: The devices.
  /// - Throws: ``TrainingError/tooFewDevices(wanted:found:platform:)``.
  public func devices(of engine: Engine) throws(TrainingError) -> TrainingDevices {
    try TrainingDevices(recipe.parallelism, of: engine)
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
