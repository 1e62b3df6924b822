import Kernels
import LanguageModels
import PJRT
import Recipes

/// What does a run's heavy operations: Espalier's kernels or XLA alone, and why.
///
/// All of it is decided here: what the recipe wants, for which platform programs are compiled, in which numbers they
/// compute, and how many devices share them. The kernels are custom calls of one processor in float32, which XLA's
/// partitioner cannot cut; everything else is left to XLA.
public struct KernelChoice: Sendable, CustomStringConvertible {
  /// The kernels; nil when XLA does everything.
  public let library: KernelLibrary?
  /// Why automatic choice found no kernels; nil when it did or was not asked.
  public let shortcoming: KernelError?
  /// What computes attention where there are no kernels: cuDNN on GPUs in bfloat16, unless everything is left to XLA.
  public let attention: Llama.Attention

  /// Chooses as a recipe says.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - client: The client that will call them.
  /// - Throws: ``TrainingError/noKernels(_:)`` when the recipe asks for kernels that cannot run here, or
  ///   `PJRTError`.
  public init(_ recipe: Recipe, client: Client) throws {
    try self.init(
      recipe.kernels,
      precision: recipe.training.precision,
      deviceCount: recipe.parallelism.devices,
      platform: client.platformName
    ) { try KernelLibrary(client: client) }
  }

  /// Chooses for models that are measured, in float32.
  ///
  /// - Parameter client: The client that will call them.
  /// - Throws: `PJRTError`.
  public init(measuringOn client: Client) throws {
    try self.init(
      .auto,
      precision: .float32,
      deviceCount: 1,
      platform: client.platformName
    ) { try KernelLibrary(client: client) }
  }

  /// Chooses for devices that programs are compiled for and that need not be there.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - topology: The devices.
  /// - Throws: As ``init(_:client:)``.
  public init(_ recipe: Recipe, topology: Topology) throws {
    try self.init(
      recipe.kernels,
      precision: recipe.training.precision,
      deviceCount: recipe.parallelism.devices,
      platform: topology.platformName
    ) { throw KernelError.otherPlatform(topology.platformName) }
  }

  private init(
    _ wanted: Recipe.Kernels,
    precision: Recipe.Precision,
    deviceCount: Int,
    platform: String,
    library: () throws -> KernelLibrary
  ) throws {
    let isForCuDNN = platform == "cuda" && precision == .bfloat16
    attention = wanted != .xla && isForCuDNN ? .cuDNN : .composed
    guard wanted != .xla else {
      (self.library, shortcoming) = (nil, nil)
      return
    }
    do {
      try KernelLibrary.check(platform: platform)
      guard precision == .float32 else { throw KernelError.otherNumbers(precision.rawValue) }
      guard deviceCount == 1 else { throw KernelError.severalDevices(deviceCount) }
      (self.library, shortcoming) = (try library(), nil)
    } catch let error as KernelError {
      guard wanted == .auto else { throw TrainingError.noKernels(error) }
      (self.library, shortcoming) = (nil, error)
    }
  }

  /// Such as `swift (avx512)`, `xla` or `xla, cuDNN's attention`.
  public var description: String {
    if let library { return "swift (\(library.instructionSet))" }
    return attention == .cuDNN ? "xla, cuDNN's attention" : "xla"
  }
}
