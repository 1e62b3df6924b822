/// An addition to the PJRT interface that a plugin offers.
public struct PluginExtension: Hashable, Sendable {
  /// The number PJRT gives the addition.
  public let number: Int

  /// Names an addition by its number.
  public init(number: Int) {
    self.number = number
  }

  /// Custom calls by an interface that only plugins for GPUs have.
  public static let gpuCustomCalls = PluginExtension(number: 0)

  /// Custom calls.
  public static let customCalls = PluginExtension(number: 5)

  /// In the order of PJRT's enumeration, up to interface 0.115.
  private static let names = [
    "GPU custom calls", "profiler", "custom partitioner", "streams", "layouts", "FFI",
    "memory descriptions", "Triton", "raw buffers", "phase compilation", "example", "unknown",
    "cross-host transfers", "executable metadata", "callbacks", "host allocator", "TPU topology",
    "TPU executables", "Megascale", "shardings", "ABI version", "collectives", "multi-slice",
    "host memory allocator", "XLA transformations",
  ]
}

extension PluginExtension: CustomStringConvertible {
  /// The addition's name, or its number if it is younger than this code.
  public var description: String {
    Self.names.indices.contains(number) ? Self.names[number] : "extension \(number)"
  }
}
