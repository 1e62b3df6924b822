import PJRT

/// The plugin for CUDA, where `make setup-cuda ONLY=compile` has put it: it compiles without a GPU.
public enum CUDAPlugin {
  /// Whether this machine has a GPU.
  public static var hasGPU: Bool { CUDAInstallation.hasGPU }

  /// Where the plugin lies in the package's folder; nil where it does not.
  public static let path: String? = {
    let folder = TestPlugin.packageRoot.path + "/.espalier/plugins"
    let locator = PluginLocator(explicitPath: nil, environmentPath: nil, searchFolders: [folder])
    guard let path = try? locator.locate(for: .cuda),
      CUDAInstallation(besidePlugin: path)?.compilingShortcomings == []
    else { return nil }
    return path
  }()

  /// What tests that are left out without the plugin say.
  public static let advice =
    "LEFT OUT: there is no plugin for CUDA; `make setup-cuda ONLY=compile` installs it (243 MB)"
}
