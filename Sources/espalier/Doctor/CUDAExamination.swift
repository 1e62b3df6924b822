import PJRT

/// Looks at what training on a GPU of NVIDIA's needs; nothing of it is needed on a processor.
struct CUDAExamination {
  /// The plugin for CUDA that was found; nil for none.
  let plugin: String?
  /// Whether there is a GPU.
  let hasGPU: Bool

  private static let name = "CUDA"
  private static let setup = "`make setup-cuda` in the folder of the package installs what it needs"

  /// What there is to say, and what keeps a plugin from its work.
  func findings() -> [Finding] {
    guard let plugin else {
      return [
        hasGPU
          ? .poor(Self.name, "a GPU is there, and no plugin for it", hint: Self.setup)
          : .fine(Self.name, "no GPU and no plugin for one, which is fine on a processor")
      ]
    }
    guard let installation = CUDAInstallation(besidePlugin: plugin) else {
      return [.fine(Self.name, "\(plugin), with the system's libraries")]
    }
    let compiling = installation.compilingShortcomings
    guard hasGPU else {
      return compiling.isEmpty
        ? [.fine(Self.name, "compiles for GPUs that are not there; \(CUDAShortcoming.noGPU)")]
        : poor(compiling)
    }
    let running = installation.runningShortcomings()
    return running.isEmpty ? [.fine(Self.name, versions(of: installation))] : poor(running)
  }

  private func poor(_ shortcomings: [CUDAShortcoming]) -> [Finding] {
    shortcomings.map { .poor(Self.name, "\($0)", hint: "work is done on the processor until then") }
  }

  private func versions(of installation: CUDAInstallation) -> String {
    let driver = CUDAInstallation.driverVersion ?? "whose version is not told"
    let cuDNN = installation.cuDNNVersion().map(CUDAShortcoming.cuDNNText) ?? "of unknown version"
    return "\(installation.folder), driver \(driver), cuDNN \(cuDNN)"
  }
}
