internal import Files

/// Finds the plugin's file.
///
/// A place that someone named is taken at its word: if nothing lies there the search ends, and no other
/// plugin is used in its stead. The environment is read by the command, not here.
public struct PluginLocator: Hashable, Sendable {
  /// A plugin that lies in a folder that is searched.
  public struct Found: Hashable, Sendable {
    /// Its file.
    public let path: String
    /// What it is for by its file's name, such as `cpu` or `cuda`; what it says itself counts more.
    public let device: String
  }

  /// The path given on the command line.
  public var explicitPath: String?
  /// The path given in the environment.
  public var environmentPath: String?
  /// Folders that may hold plugins under their usual names, in the order they are looked into.
  public var searchFolders: [String]

  /// The names that plugins have in a folder that is searched, as XLA's build gives them.
  public static let fileNames = "pjrt_c_api_*_plugin.(so|dylib)"

  /// Describes a search.
  ///
  /// - Parameters:
  ///   - explicitPath: The path given on the command line, used before all others.
  ///   - environmentPath: The path given in the environment; an empty one counts as none.
  ///   - searchFolders: Folders that may hold files named like ``fileNames``.
  public init(explicitPath: String?, environmentPath: String?, searchFolders: [String]) {
    self.explicitPath = explicitPath
    self.environmentPath = environmentPath
    self.searchFolders = searchFolders
  }

  /// The plugins in a folder that is searched, by name.
  ///
  /// One that has libraries of its own lies in a folder named after its device, in `xla` beside them.
  public static func plugins(in folder: String) -> [Found] {
    names(in: folder).flatMap { name -> [Found] in
      if let device = device(ofFile: name) {
        return [Found(path: "\(folder)/\(name)", device: device)]
      }
      let inner = "\(folder)/\(name)/xla"
      return names(in: inner).filter { device(ofFile: $0) == name }
        .map { Found(path: "\(inner)/\($0)", device: name) }
    }
  }

  /// What a folder holds; one that cannot be listed holds nothing that could be used.
  private static func names(in folder: String) -> [String] {
    ((try? LocalFileSystem().names(inFolder: folder)) ?? []).sorted()
  }

  private static func device(ofFile name: String) -> String? {
    name.wholeMatch(of: /pjrt_c_api_(.+)_plugin\.(so|dylib)/).map { String($0.1) }
  }

  /// The path of the plugin to use.
  ///
  /// One that is named is used whatever it is for. Of the folders that are searched the first one with a plugin for the
  /// device decides. Where the choice is free, that is a plugin for CUDA if there is a GPU for it; else the first folder
  /// that holds any plugin decides: its plugin for the processor if it has one, else the only one that it has.
  ///
  /// - Parameters:
  ///   - device: What the plugin shall be for.
  ///   - hasGPU: Whether there is a GPU.
  /// - Returns: A path at which something lies; whether it is a plugin shows when it is opened.
  /// - Throws: ``PJRTError/pluginNotFound(searched:)`` or ``PJRTError/noPluginForDevice(_:searched:)`` with every place
  ///   that was looked at, or ``PJRTError/severalPlugins(paths:)``.
  public func locate(
    for device: DeviceChoice = .auto,
    hasGPU: Bool = CUDAInstallation.hasGPU
  ) throws(PJRTError) -> String {
    if let named = explicitPath ?? environmentPath.flatMap({ $0.isEmpty ? nil : $0 }) {
      guard LocalFileSystem().exists(named) else { throw .pluginNotFound(searched: [named]) }
      return named
    }
    let places = searchFolders.map { "\($0)/\(Self.fileNames)" }
    if device == .auto {
      if hasGPU, let path = first(for: .cuda), Self.canRun(path) { return path }
      return try usual(places)
    }
    guard let path = first(for: device) else {
      throw .noPluginForDevice(device, searched: places)
    }
    return path
  }

  /// Whether a plugin for CUDA could run here: one that was only installed to compile with cannot, nor one whose driver is
  /// too old.
  private static func canRun(_ path: String) -> Bool {
    CUDAInstallation(besidePlugin: path)?.runningShortcomings().isEmpty ?? true
  }

  private func first(for device: DeviceChoice) -> String? {
    searchFolders.lazy.flatMap(Self.plugins).first { $0.device == device.rawValue }?.path
  }

  private func usual(_ places: [String]) throws(PJRTError) -> String {
    guard let found = searchFolders.lazy.map(Self.plugins).first(where: { !$0.isEmpty }) else {
      throw .pluginNotFound(searched: places)
    }
    if let processor = found.first(where: { $0.device == "cpu" }) { return processor.path }
    guard found.count == 1 else { throw .severalPlugins(paths: found.map(\.path)) }
    return found[0].path
  }
}
