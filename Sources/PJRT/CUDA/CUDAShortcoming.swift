/// Why a plugin for CUDA cannot do its work on this machine.
public enum CUDAShortcoming: Hashable, Sendable {
  /// There is no GPU of NVIDIA's, or its driver is not loaded.
  case noGPU
  /// Files of NVIDIA's are not there.
  case missingFiles(folder: String, names: [String])
  /// The system's loader refuses a library.
  case refused(path: String, reason: String)
  /// The driver is older than CUDA 13 takes.
  case oldDriver(found: String)
  /// cuDNN is older than the plugin was built for.
  case oldCuDNN(found: Int)

  /// The driver branch that CUDA 13 needs at least; drivers of one major version of CUDA take all its minor ones.
  ///
  /// Source: NVIDIA, "CUDA Compatibility", the table of minor version compatibility.
  static let leastDriver = 580

  /// The plugin is built with cuDNN 9.12, whose later minor versions can stand in for it and whose earlier ones cannot.
  ///
  /// That also leaves out 9.10.0 and older ones, whose known faults give wrong products. Source: NVIDIA, release notes
  /// of cuDNN 9.10.0 and 9.10.1; JAX 0.11.2 holds to the same.
  static let leastCuDNN = 91200

  /// What is wrong with a driver, if its version tells.
  init?(driver version: String?) {
    guard let version, let branch = version.split(separator: ".").first.flatMap({ Int($0) }),
      branch < Self.leastDriver
    else { return nil }
    self = .oldDriver(found: version)
  }

  /// What is wrong with a cuDNN, if its version tells.
  init?(cuDNN version: Int?) {
    guard let version, version < Self.leastCuDNN else { return nil }
    self = .oldCuDNN(found: version)
  }

  /// A version as cuDNN counts it, with points: 9.20.0 for 92000.
  public static func cuDNNText(_ version: Int) -> String {
    "\(version / 10_000).\(version / 100 % 100).\(version % 100)"
  }
}

extension CUDAShortcoming: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch self {
    case .noGPU:
      "there is no NVIDIA GPU here, or its driver is not loaded: there is no /dev/nvidiactl"
    case .missingFiles(let folder, let names):
      "\(folder): lacks \(names.joined(separator: ", ")); `make setup-cuda` installs all of it"
    case .refused(let path, let reason):
      "\(path): cannot be opened: \(reason)"
    case .oldDriver(let found):
      "the NVIDIA driver \(found) is too old for CUDA 13, which needs \(Self.leastDriver) or later; "
        + "install a newer driver"
    case .oldCuDNN(let found):
      "cuDNN \(Self.cuDNNText(found)) is older than the plugin takes, "
        + "\(Self.cuDNNText(Self.leastCuDNN)); `make setup-cuda` installs a newer one"
    }
  }
}
