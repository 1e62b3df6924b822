import Foundation
import PJRT

/// The plugin that the tests run on: the one `make setup` puts into the package's own folder.
public enum TestPlugin {
  /// The folder of the package, found by walking up from this file.
  public static let packageRoot: URL = {
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.fileExists(atPath: folder.path + "/Package.swift")
    {
      folder.deleteLastPathComponent()
    }
    return folder
  }()

  /// Where the plugin lies.
  public static let path: String = packageRoot.path + "/.espalier/plugins/" + PluginLocator.fileName

  /// A client with one device that all tests of the process share.
  public static func client() throws -> Client {
    try sharedClient.get()
  }

  private static let sharedClient = Result<Client, any Error> {
    try Client(plugin: Plugin(path: path))
  }
}
