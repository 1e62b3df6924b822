import EspalierTestSupport
import Foundation
import PJRT
import Testing

@Suite struct PluginLocatorTests {
  /// A folder with empty files.
  private final class Folder {
    private let folder: TemporaryFolder
    var path: String { folder.path }
    let plugin: String

    init(_ names: [String] = ["pjrt_c_api_cpu_plugin.so"]) throws {
      folder = try TemporaryFolder()
      plugin = folder / (names.first ?? "")
      for name in names { try folder.write("", to: name) }
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

  /// Which of the files in a folder is taken; nil where a choice has to be made.
  @Test(arguments: [
    (["pjrt_c_api_cuda_plugin.so", "pjrt_c_api_cpu_plugin.so"], "pjrt_c_api_cpu_plugin.so"),
    (
      ["pjrt_c_api_cpu_plugin.dylib", "pjrt_c_api_metal_plugin.dylib"],
      "pjrt_c_api_cpu_plugin.dylib"
    ),
    (["pjrt_c_api_cuda_plugin.so"], "pjrt_c_api_cuda_plugin.so"),
    (["pjrt_c_api_cuda_plugin.so", "pjrt_c_api_tpu_plugin.so"], nil),
    (
      ["pjrt_c_api_cuda_plugin.so", "pjrt_c_api_tpu_plugin.so.LICENSE"], "pjrt_c_api_cuda_plugin.so"
    ),
    (
      ["pjrt_c_api_gpu_plugin.so", "libtpu.so", "pjrt_c_api__plugin.so"], "pjrt_c_api_gpu_plugin.so"
    ),
  ])
  func theProcessorsPluginComesFirst(names: [String], taken: String?) throws {
    let folder = try Folder(names)
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: nil,
      searchFolders: [folder.path]
    )
    if let taken {
      #expect(try locator.locate() == "\(folder.path)/\(taken)")
      return
    }
    let paths = names.map { "\(folder.path)/\($0)" }
    let error = #expect(throws: PJRTError.severalPlugins(paths: paths)) { try locator.locate() }
    #expect(
      error?.description
        == "several XLA plugins found (\(paths.joined(separator: ", "))), none of them for the "
        + "processor; name one with --plugin or ESPALIER_PJRT_PLUGIN"
    )
  }

  private static let cpu = "pjrt_c_api_cpu_plugin.so"
  private static let cuda = "cuda/xla/pjrt_c_api_cuda_plugin.so"

  /// Which plugin is taken for a device, where there is a GPU and where there is none.
  @Test(arguments: [
    ([cpu, cuda], DeviceChoice.auto, false, cpu), ([cpu, cuda], .auto, true, cuda),
    ([cpu], .auto, true, cpu), ([cpu, cuda], .cpu, true, cpu), ([cpu, cuda], .cuda, false, cuda),
    ([cuda], .auto, false, cuda),
  ])
  func thePluginIsForTheDevice(
    names: [String],
    device: DeviceChoice,
    hasGPU: Bool,
    taken: String
  ) throws {
    let folder = try Folder(names)
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: nil,
      searchFolders: [folder.path]
    )
    #expect(try locator.locate(for: device, hasGPU: hasGPU) == "\(folder.path)/\(taken)")
  }

  /// One that was only installed to compile with is not taken for a GPU unless it is asked for.
  @Test func aPluginThatCannotRunIsNotTakenByItself() throws {
    let folder = try Folder([Self.cpu, Self.cuda, "cuda/nvidia/cu13/bin/ptxas"])
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: nil,
      searchFolders: [folder.path]
    )
    #expect(try locator.locate(hasGPU: true) == folder.plugin)
    #expect(try locator.locate(for: .cuda) == "\(folder.path)/\(Self.cuda)")
  }

  @Test(arguments: [(DeviceChoice.cuda, "setup-cuda"), (.cpu, "setup")])
  func howToGetAMissingPluginIsSaid(device: DeviceChoice, target: String) throws {
    let folder = try Folder([])
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: nil,
      searchFolders: [folder.path]
    )
    let error = #expect(throws: PJRTError.self) { try locator.locate(for: device) }
    #expect(
      error?.description
        == "no XLA plugin for \(device.rawValue) found (looked for "
        + "\(folder.path)/pjrt_c_api_*_plugin.(so|dylib)); install one with `make \(target)`, or "
        + "name one with --plugin or ESPALIER_PJRT_PLUGIN"
    )
  }

  @Test func theFirstFolderWithAPluginDecides() throws {
    let (none, cuda, cpu) = (
      try Folder(["a.so"]), try Folder(["pjrt_c_api_cuda_plugin.so"]), try Folder()
    )
    let locator = PluginLocator(
      explicitPath: nil,
      environmentPath: nil,
      searchFolders: [none.path, cuda.path, cpu.path]
    )
    #expect(try locator.locate() == cuda.plugin)
    #expect(PluginLocator.plugins(in: cuda.path).map(\.device) == ["cuda"])
    #expect(PluginLocator.plugins(in: none.path).isEmpty)
  }

  @Test func everyFolderThatWasSearchedIsNamed() {
    let name = "pjrt_c_api_*_plugin.(so|dylib)"
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
