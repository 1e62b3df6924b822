/// Finds the plugin's file.
///
/// A place that someone named is taken at its word: if nothing lies there the search ends, and no other
/// plugin is used in its stead. The environment is read by the command, not here.
public struct PluginLocator: Hashable, Sendable {
  /// The path given on the command line.
  public var explicitPath: String?
  /// The path given in the environment.
  public var environmentPath: String?
  /// Folders that may hold a plugin under its usual name, in the order they are looked into.
  public var searchFolders: [String]

  /// The name a plugin has in a folder that is searched.
  public static var fileName: String { PluginFile.name }

  /// Describes a search.
  ///
  /// - Parameters:
  ///   - explicitPath: The path given on the command line, used before all others.
  ///   - environmentPath: The path given in the environment; an empty one counts as none.
  ///   - searchFolders: Folders that may hold ``fileName``.
  public init(explicitPath: String?, environmentPath: String?, searchFolders: [String]) {
    self.explicitPath = explicitPath
    self.environmentPath = environmentPath
    self.searchFolders = searchFolders
  }

  /// The path of the plugin to use.
  ///
  /// - Returns: A path at which something lies; whether it is a plugin shows when it is opened.
  /// - Throws: ``PJRTError/pluginNotFound(searched:)`` with every path that was looked at.
  public func locate() throws(PJRTError) -> String {
    let named = explicitPath ?? environmentPath.flatMap { $0.isEmpty ? nil : $0 }
    let candidates = named.map { [$0] } ?? searchFolders.map { "\($0)/\(Self.fileName)" }
    guard let found = candidates.first(where: PluginFile.exists) else {
      throw .pluginNotFound(searched: candidates)
    }
    return found
  }
}
