/// A GPU that programs are compiled for and that need not be there.
public struct CompilationTarget: Hashable, Sendable {
  /// What it is called.
  public var name: String
  /// XLA's message `GpuTargetConfigProto` as text: what the compiler has to know of the GPU.
  public var configuration: String

  /// Describes a GPU.
  public init(name: String, configuration: String) {
    (self.name, self.configuration) = (name, configuration)
  }

  /// The GPU's memory in bytes, if the configuration tells.
  public var memoryByteCount: Int? {
    configuration.firstMatch(of: /device_memory_size\s*:\s*([0-9]+)/).flatMap { Int($0.1) }
  }

  /// What a topology of such GPUs in one host is made by.
  ///
  /// - Parameter deviceCount: How many.
  /// - Returns: The options.
  public func options(deviceCount: Int = 1) -> [ClientOption] {
    [
      ClientOption("target_config", .string(configuration)),
      // Slices, hosts of a slice, and devices of a host.
      ClientOption("topology", .string("1x1x\(deviceCount)")),
    ]
  }

  /// Those whose description comes with Espalier.
  public static let known = [h100, h200, a100]

  /// NVIDIA H100 SXM with 80 GB.
  ///
  /// Sources: NVIDIA, "H100 Tensor Core GPU Architecture" (whitepaper), the tables of multiprocessors, clocks and
  /// caches; "CUDA C++ Programming Guide", the table of compute capability 9.0. The size of the memory is what the driver
  /// reports, as XLA's `h100_sxm` has it.
  public static let h100 = hopper(
    "h100",
    description: "NVIDIA H100 80GB HBM3",
    memoryByteCount: 84_942_979_072,
    bandwidth: 3_352_320_000_000
  )

  /// NVIDIA H200 SXM with 141 GB: the same processor with other memory.
  ///
  /// Source: NVIDIA, "H200 Tensor Core GPU" (data sheet). The size of the memory is what the driver reports, as XLA's
  /// `h200` has it.
  public static let h200 = hopper(
    "h200",
    description: "NVIDIA H200 141GB HBM3e",
    memoryByteCount: 151_397_597_184,
    bandwidth: 4_800_000_000_000
  )

  /// NVIDIA A100 SXM with 80 GB.
  ///
  /// Sources: NVIDIA, "A100 Tensor Core GPU Architecture" (whitepaper); "CUDA C++ Programming Guide", the table of
  /// compute capability 8.0. The size of the memory is what the driver reports, as XLA's `a100_sxm_80` has it.
  public static let a100 = CompilationTarget(
    name: "a100",
    configuration: """
      gpu_device_info {
        cuda_compute_capability { major: 8 minor: 0 }
        core_count: 108
        fpus_per_core: 64
        clock_rate_ghz: 1.41
        shared_memory_per_core: 167936
        shared_memory_per_block_optin: 166912
        l2_cache_size: 41943040
        memory_bandwidth: 2039040000000
        device_memory_size: 85100068864
      \(limits)
      }
      \(platform)
      device_description_str: "NVIDIA A100-SXM4-80GB"
      """
  )

  private static func hopper(
    _ name: String,
    description: String,
    memoryByteCount: Int,
    bandwidth: Int
  ) -> CompilationTarget {
    CompilationTarget(
      name: name,
      configuration: """
        gpu_device_info {
          cuda_compute_capability { major: 9 minor: 0 feature_extension: ACCELERATED_FEATURES }
          core_count: 132
          fpus_per_core: 128
          clock_rate_ghz: 1.98
          shared_memory_per_core: 233472
          shared_memory_per_block_optin: 232448
          l2_cache_size: 52428800
          memory_bandwidth: \(bandwidth)
          device_memory_size: \(memoryByteCount)
        \(limits)
        }
        \(platform)
        device_description_str: "\(description)"
        """
    )
  }

  /// What all of these have in common.
  private static let limits = """
      threads_per_warp: 32
      threads_per_block_limit: 1024
      threads_per_core_limit: 2048
      shared_memory_per_block: 49152
      registers_per_core_limit: 65536
      registers_per_block_limit: 65536
      block_dim_limit_x: 2147483647
      block_dim_limit_y: 65535
      block_dim_limit_z: 65535
      thread_dim_limit_x: 1024
      thread_dim_limit_y: 1024
      thread_dim_limit_z: 64
    """

  /// With the cuDNN that `make setup-cuda` installs.
  private static let platform = """
    platform_name: "CUDA"
    dnn_version_info { major: 9 minor: 20 patch: 0 }
    """
}
