extension Recipe {
  /// What the work is done on; the same recipe can be gone on with on another.
  public enum Device: String, Hashable, Sendable, Codable, CaseIterable {
    /// A GPU where there is one and a plugin that can run on it, else the processor.
    case auto
    /// The processor.
    case cpu
    /// A GPU of NVIDIA's.
    case cuda
  }

  /// How a GPU's memory is taken; the processor's is taken as it is needed.
  public struct Memory: Hashable, Sendable, Codable {
    /// What hands out memory, by XLA's names.
    ///
    /// Default: default.
    public var allocator: Allocator
    /// The share of the GPU's memory that is taken at most.
    ///
    /// Default: 0.75.
    public var fraction: Double
    /// Whether it is taken at the start.
    ///
    /// Default: true.
    public var preallocate: Bool

    /// Creates the section.
    public init(
      allocator: Allocator = .default,
      fraction: Double = 0.75,
      preallocate: Bool = true
    ) {
      (self.allocator, self.fraction, self.preallocate) = (allocator, fraction, preallocate)
    }

    /// What hands out memory.
    public enum Allocator: String, Hashable, Sendable, Codable, CaseIterable {
      /// XLA's choice.
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
  }
}
