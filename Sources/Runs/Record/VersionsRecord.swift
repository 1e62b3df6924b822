/// The versions of everything that took part in a run.
public struct VersionsRecord: Codable, Hashable, Sendable {
  /// The version of espalier.
  public var espalier: String
  /// The version of the Swift compiler that built espalier.
  public var swift: String
  /// The path of the PJRT plugin.
  public var plugin: String
  /// The platform and the version that the plugin states for itself.
  public var platform: String
  /// The version of the PJRT interface that the plugin states, such as `0.72`.
  public var pluginInterface: String
  /// The devices that trained, as the plugin names them.
  public var devices: [String]
  /// What did the heavy operations, such as `swift (avx512)` or `xla`; absent in older records.
  public var kernels: String?

  /// Names the versions.
  public init(
    espalier: String,
    swift: String = VersionsRecord.compiler,
    plugin: String,
    platform: String,
    pluginInterface: String,
    devices: [String],
    kernels: String? = nil
  ) {
    self.espalier = espalier
    self.swift = swift
    self.plugin = plugin
    self.platform = platform
    self.pluginInterface = pluginInterface
    self.devices = devices
    self.kernels = kernels
  }

  /// The Swift release that compiled this module, as far as conditional compilation can tell.
  public static var compiler: String {
    #if compiler(>=6.5)
    "6.5 or later"
    #elseif compiler(>=6.4)
    "6.4"
    #elseif compiler(>=6.3)
    "6.3"
    #else
    "6.2"
    #endif
  }
}
