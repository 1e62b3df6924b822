import EspalierTestSupport
import Foundation
import PJRT
import Testing

@Suite struct PluginTests {
  @Test func theInstalledPluginDescribesItself() throws {
    let client = try TestPlugin.client()
    let plugin = client.plugin
    #expect(plugin.path == TestPlugin.path)
    #expect(plugin.interfaceVersion >= InterfaceVersion(major: 0, minor: 81))
    #expect(plugin.extensions.contains(.customCalls))
    #expect(client.platformName == "cpu")
    #expect(!client.platformVersion.isEmpty)
    #expect(client.devices.map(\.kind) == ["cpu"])
    #expect(client.devices[0].description.isEmpty == false)
  }

  @Test func aMissingFileIsNamed() {
    let path = "/nowhere/pjrt_c_api_cpu_plugin.so"
    let error = #expect(throws: PJRTError.pluginNotFound(searched: [path])) {
      try Plugin(path: path)
    }
    #expect(
      error?.description
        == "no XLA plugin found (looked for \(path)); install one with `make setup`, "
        + "or name one with --plugin or ESPALIER_PJRT_PLUGIN"
    )
  }

  @Test func aTextFileIsNoLibrary() throws {
    let path = #filePath
    let error = #expect(throws: PJRTError.self) { try Plugin(path: path) }
    guard case .cannotOpen(path, let reason) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(!reason.isEmpty)
    #expect(error?.description == "\(path): cannot be opened as an XLA plugin: \(reason)")
  }

  @Test func aFolderIsNoLibrary() throws {
    let path = TestPlugin.packageRoot.path
    let error = #expect(throws: PJRTError.self) { try Plugin(path: path) }
    guard case .cannotOpen(path, _) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }

  /// The system's loader would end the process.
  @Test(arguments: [0, 63, 64, 100, 4096, 1 << 20])
  func aPluginThatIsCutOffIsRefused(byteCount: Int) throws {
    let folder = try TemporaryFolder()
    defer { withExtendedLifetime(folder) {} }
    let plugin = try #require(FileHandle(forReadingAtPath: TestPlugin.path))
    let start = try plugin.read(upToCount: byteCount) ?? Data()
    let path = try folder.write(start, to: "plugin.so")
    let error = #expect(throws: PJRTError.self) { try Plugin(path: path) }
    switch error {
    case .truncated(path, let found): #expect(found == UInt64(byteCount) && byteCount >= 64)
    case .cannotOpen(path, _): #expect(byteCount < 64)
    default: Issue.record("got \(String(describing: error))")
    }
  }

  #if os(Linux)
  @Test func anotherLibraryIsNoPlugin() throws {
    let path = try #require(
      ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib64", "/lib"]
        .map { $0 + "/libz.so.1" }.first { FileManager.default.fileExists(atPath: $0) }
    )
    let error = #expect(throws: PJRTError.notAPlugin(path: path)) { try Plugin(path: path) }
    #expect(
      error?.description.hasPrefix("\(path): is a shared library but not an XLA plugin") == true
    )
  }
  #endif
}
