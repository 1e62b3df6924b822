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

  /// How several devices train one model together.
  ///
  /// The model, its losses and the order of the data are the same for any number of them but for rounding.
  public struct Parallelism: Hashable, Sendable, Codable {
    /// How many devices share each batch; `training.batchSize` is a multiple of them.
    ///
    /// Default: 1.
    public var devices: Int
    /// What of the training state is cut into parts, one a device, where all devices would hold a copy otherwise.
    ///
    /// Default: data.
    public var sharding: Sharding

    /// Creates the section.
    public init(devices: Int = 1, sharding: Sharding = .data) {
      (self.devices, self.sharding) = (devices, sharding)
    }

    /// What is cut into parts.
    public enum Sharding: String, Hashable, Sendable, Codable, CaseIterable {
      /// The batch alone: data parallelism.
      case data
      /// The batch and what the optimizer remembers. Source: Rajbhandari et al. 2020, "ZeRO", arXiv 1910.02054, stage 1.
      case zero1
      /// The batch, what the optimizer remembers and the parameters. Source: Zhao et al. 2023, "PyTorch FSDP",
      /// arXiv 2304.11277; ZeRO's stage 3.
      case fsdp
    }
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
