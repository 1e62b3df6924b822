/// The machine a run was trained on.
public struct MachineRecord: Codable, Hashable, Sendable {
  /// The operating system's name and version, such as `Debian GNU/Linux 12 (bookworm)`.
  public var operatingSystem: String
  /// The kernel's name and release, such as `Linux 6.1.0`.
  public var kernel: String
  /// The processor architecture, such as `x86_64`.
  public var architecture: String
  /// The processor's own name, or `unknown`.
  public var processor: String
  /// The processor cores that the program may use, hyper-threads counted.
  public var coreCount: Int
  /// The main memory in bytes.
  public var memoryBytes: UInt64
  /// The processor's arithmetic features, such as `avx2`, in alphabetical order.
  public var features: [String]

  /// Describes a machine.
  public init(
    operatingSystem: String,
    kernel: String,
    architecture: String,
    processor: String,
    coreCount: Int,
    memoryBytes: UInt64,
    features: [String]
  ) {
    self.operatingSystem = operatingSystem
    self.kernel = kernel
    self.architecture = architecture
    self.processor = processor
    self.coreCount = coreCount
    self.memoryBytes = memoryBytes
    self.features = features
  }
}
