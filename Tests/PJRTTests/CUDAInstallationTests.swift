import EspalierTestSupport
import Testing

@testable import PJRT

/// What lies beside a plugin for CUDA, and what is said of what does not.
@Suite struct CUDAInstallationTests {
  /// A folder with the files of an installation that the names leave over.
  private func installation(
    plugin: String,
    nvidia: String,
    without missing: Set<String> = []
  ) throws -> (folder: TemporaryFolder, plugin: String) {
    let folder = try TemporaryFolder()
    try folder.write("", to: plugin)
    for file in CUDAInstallation.compilerFiles + CUDAInstallation.libraries
    where !missing.contains(file) {
      try folder.write("", to: "\(nvidia)/\(file)")
    }
    return (folder, folder / plugin)
  }

  /// As `make setup-cuda` lays it out, and as JAX's packages do.
  @Test(arguments: [
    ("cuda/xla/pjrt_c_api_cuda_plugin.so", "cuda/nvidia"),
    ("site-packages/jax_plugins/xla_cuda13/xla_cuda_plugin.so", "site-packages/nvidia"),
  ])
  func theFolderBesideThePluginIsFound(plugin: String, nvidia: String) throws {
    let (folder, path) = try installation(plugin: plugin, nvidia: nvidia)
    let found = try #require(CUDAInstallation(besidePlugin: path))
    #expect(found.folder.hasSuffix("/\(nvidia)"))
    #expect(found.compilingShortcomings.isEmpty)
    #expect(found.missingToRun.isEmpty)
    withExtendedLifetime(folder) {}
  }

  @Test func aPluginWithoutTheFolderHasNone() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "pjrt_c_api_cuda_plugin.so")
    #expect(CUDAInstallation(besidePlugin: folder / "pjrt_c_api_cuda_plugin.so") == nil)
    #expect(CUDAInstallation(besidePlugin: "plugin.so") == nil)
  }

  /// What was installed to compile with compiles and does not run.
  @Test func whatIsMissingIsNamed() throws {
    let libraries = Set(CUDAInstallation.libraries)
    let (folder, path) = try installation(
      plugin: "cuda/xla/p.so",
      nvidia: "cuda/nvidia",
      without: libraries
    )
    let compiler = try #require(CUDAInstallation(besidePlugin: path))
    #expect(compiler.compilingShortcomings.isEmpty)
    #expect(!compiler.missingToRun.isEmpty)
    let (other, otherPath) = try installation(
      plugin: "cuda/xla/p.so",
      nvidia: "cuda/nvidia",
      without: ["cu13/bin/ptxas"]
    )
    let broken = try #require(CUDAInstallation(besidePlugin: otherPath))
    #expect(
      broken.compilingShortcomings.map(\.description) == [
        "\(broken.folder): lacks cu13/bin/ptxas; `make setup-cuda` installs all of it"
      ]
    )
    withExtendedLifetime((folder, other)) {}
  }

  /// A file that is no library is refused by the system's loader, in whose words that is said.
  @Test func aLibraryThatCannotBeOpenedIsNamed() throws {
    let (folder, path) = try installation(plugin: "cuda/xla/p.so", nvidia: "cuda/nvidia")
    let refused = try #require(CUDAInstallation(besidePlugin: path)).openLibraries()
    #expect(refused.count == CUDAInstallation.libraries.count)
    #expect(refused.first?.description.contains("libcudart.so.13: cannot be opened: ") == true)
    withExtendedLifetime(folder) {}
  }

  private static let whole = CUDAPlugin.path.flatMap(CUDAInstallation.init(besidePlugin:))

  /// What `make setup-cuda` lays out opens in this order, without a GPU or its driver.
  @Test(
    .enabled(
      if: whole?.missingToRun == [],
      "LEFT OUT: NVIDIA's libraries are not there; `make setup-cuda` installs them (2.0 GB)"
    )
  )
  func theLibrariesOpen() throws {
    let installation = try #require(Self.whole)
    #expect(installation.openLibraries().isEmpty)
    let version = try #require(installation.cuDNNVersion())
    #expect(CUDAShortcoming(cuDNN: version) == nil)
    #expect(CUDAShortcoming.cuDNNText(version).hasPrefix("9."))
  }

  @Test(arguments: [
    ("570.133.20", "570.133.20"), ("579", "579"), ("580.65.06", nil), ("999.1", nil), ("", nil),
    ("beta", nil), (nil, nil),
  ])
  func driversOlderThanCUDATakesAreRefused(version: String?, refused: String?) {
    let shortcoming = CUDAShortcoming(driver: version)
    #expect(shortcoming == refused.map { .oldDriver(found: $0) })
    if let refused {
      #expect(
        shortcoming?.description
          == "the NVIDIA driver \(refused) is too old for CUDA 13, which needs 580 or later; "
          + "install a newer driver"
      )
    }
  }

  @Test(arguments: [(91000, "9.10.0"), (91100, "9.11.0"), (91200, nil), (92000, nil), (nil, nil)])
  func cuDNNsOlderThanThePluginsAreRefused(version: Int?, text: String?) {
    let shortcoming = CUDAShortcoming(cuDNN: version)
    #expect((shortcoming == nil) == (text == nil))
    if let text {
      #expect(
        shortcoming?.description
          == "cuDNN \(text) is older than the plugin takes, 9.12.0; `make setup-cuda` installs a "
          + "newer one"
      )
    }
  }
}
