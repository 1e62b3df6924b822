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
  public static func plugins(in folder: String) -> [Found] {
    // A folder that cannot be listed holds nothing that could be used.
    ((try? LocalFileSystem().names(inFolder: folder)) ?? []).compactMap { name in
      guard let match = name.wholeMatch(of: /pjrt_c_api_(.+)_plugin\.(so|dylib)/) else {
        return nil
      }
      return Found(path: "\(folder)/\(name)", device: String(match.1))
    }
  }

  /// The path of the plugin to use.
  ///
  /// Of the folders that are searched the first one that holds a plugin decides: its plugin for the processor
  /// if it has one, else the only one that it has.
  ///
  /// - Returns: A path at which something lies; whether it is a plugin shows when it is opened.
  /// - Throws: ``PJRTError/pluginNotFound(searched:)`` with every place that was looked at, or
  ///   ``PJRTError/severalPlugins(paths:)``.
  public func locate() throws(PJRTError) -> String {
    if let named = explicitPath ?? environmentPath.flatMap({ $0.isEmpty ? nil : $0 }) {
      guard LocalFileSystem().exists(named) else { throw .pluginNotFound(searched: [named]) }
      return named
    }
    guard let found = searchFolders.lazy.map(Self.plugins).first(where: { !$0.isEmpty }) else {
      throw .pluginNotFound(searched: searchFolders.map { "\($0)/\(Self.fileNames)" })
    }
    if let processor = found.first(where: { $0.device == "cpu" }) { return processor.path }
    guard found.count == 1 else { throw .severalPlugins(paths: found.map(\.path)) }
    return found[0].path
  }
}
