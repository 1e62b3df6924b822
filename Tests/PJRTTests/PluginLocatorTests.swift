import Foundation
import PJRT
import Testing

@Suite struct PluginLocatorTests {
  /// A folder with an empty file that has the plugin's name.
  private final class Folder {
    let path = FileManager.default.temporaryDirectory.path + "/espalier-\(UUID())"
    let plugin: String

    init() throws {
      plugin = path + "/" + PluginLocator.fileName
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try Data().write(to: URL(fileURLWithPath: plugin))
    }

    deinit {
      // What is left over harms no later run.
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  @Test func thePathOnTheCommandLineComesFirst() throws {
    let folder = try Folder()
    let locator = PluginLocator(
      explicitPath: folder.plugin,
      environmentPath: "/nowhere",
      searchFolders: ["/nowhere"]
    )
    #expect(try locator.locate() == folder.plugin)
  }

  @Test func theEnvironmentComesBeforeTheFolders() throws {
    let folder = try Folder()
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: folder.plugin,
      searchFolders: ["/nowhere"]
    )
    #expect(try locator.locate() == folder.plugin)
  }

  @Test func foldersAreSearchedInOrder() throws {
    let folder = try Folder()
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: "",
      searchFolders: ["/nowhere", folder.path]
    )
    #expect(try locator.locate() == folder.plugin)
  }

  @Test func aNamedPathThatIsMissingEndsTheSearch() throws {
    let folder = try Folder()
    let explicit = PluginLocator(
      explicitPath: "/nowhere/a.so",
      environmentPath: folder.plugin,
      searchFolders: [folder.path]
    )
    #expect(throws: PJRTError.pluginNotFound(searched: ["/nowhere/a.so"])) { try explicit.locate() }
    let environment = PluginLocator(
      explicitPath: nil,
      environmentPath: "/nowhere/b.so",
      searchFolders: [folder.path]
    )
    #expect(throws: PJRTError.pluginNotFound(searched: ["/nowhere/b.so"])) {
      try environment.locate()
    }
  }

  @Test func everyFolderThatWasSearchedIsNamed() {
    let name = PluginLocator.fileName
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: nil,
      searchFolders: ["/a", "/b"]
    )
    let error = #expect(throws: PJRTError.self) { try locator.locate() }
    #expect(error == .pluginNotFound(searched: ["/a/\(name)", "/b/\(name)"]))
    #expect(error?.description.contains("/a/\(name), /b/\(name)") == true)
  }
}
