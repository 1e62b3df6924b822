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

  /// Where the plugin lies; where `make setup` would put it, if it does not.
  public static let path: String = {
    let folder = packageRoot.path + "/.espalier/plugins"
    let locator = PluginLocator(explicitPath: nil, environmentPath: nil, searchFolders: [folder])
    return (try? locator.locate(for: .cpu)) ?? "\(folder)/pjrt_c_api_cpu_plugin.so"
  }()

  /// A client with one device that all tests of the process share.
  public static func client() throws -> Client {
    try sharedClient.get()
  }

  private static let sharedClient = Result<Client, any Error> {
    try .onOneDevice(of: Plugin(path: path))
  }
}
