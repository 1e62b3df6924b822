/// How a client takes the memory of a GPU.
public struct GPUMemory: Hashable, Sendable {
  /// What hands out memory, by XLA's names.
  public enum Allocator: String, Hashable, Sendable, CaseIterable {
    /// XLA's choice, which is `bfc` on CUDA.
    case `default`
    /// One that takes memory at once and hands it out itself, by the best fit.
    case bfc
    /// CUDA's own pools.
    case cudaAsync = "cuda_async"
    /// Addresses that are reserved at once, and memory behind them as it is needed.
    case vmm
    /// A request to the driver for each buffer: slow, and what is free is returned.
    case platform
  }

  /// What hands out memory.
  public var allocator: Allocator
  /// The share of the GPU's memory that is taken at most, above 0 and up to 1.
  public var fraction: Double
  /// Whether it is taken at the start, which keeps it in one piece.
  public var preallocates: Bool

  /// Describes how memory is taken; without anything as XLA does by itself.
  public init(
    allocator: Allocator = .default,
    fraction: Double = Self.usualFraction,
    preallocates: Bool = true
  ) {
    (self.allocator, self.fraction, self.preallocates) = (allocator, fraction, preallocates)
  }

  /// The share that XLA takes where nothing is said.
  public static let usualFraction = 0.75

  /// The client options of plugins for GPUs.
  var options: [ClientOption] {
    [
      ClientOption("allocator", .string(allocator.rawValue)),
      ClientOption("memory_fraction", .float(Float(fraction))),
      ClientOption("preallocate", .boolean(preallocates)),
    ]
  }
}
