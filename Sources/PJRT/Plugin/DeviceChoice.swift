/// Which kind of device work is to be done on.
public enum DeviceChoice: String, Hashable, Sendable, CaseIterable {
  /// A GPU where there is one and a plugin that can run on it, else the processor.
  case auto
  /// The processor.
  case cpu
  /// A GPU of NVIDIA's.
  case cuda
}
