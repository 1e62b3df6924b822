import Arrays
import Files
import Kernels
import PJRT
import Tensors

/// Looks at the plugin, from its file to a program that runs.
struct EngineExamination {
  let locator: PluginLocator
  /// What the plugin shall be for.
  let device: DeviceChoice

  private static let remedy =
    "`make setup` in the folder of the package installs the plugin, `pip install lammps-jax-pjrt-cpu` in the Python "
    + "environment that espalier was installed into; --plugin or ESPALIER_PJRT_PLUGIN names another"

  /// The findings; they end at the first thing that fails, since the others need it.
  func findings() -> [Finding] {
    var findings: [Finding] = []
    var used: String?
    do throws(PJRTError) {
      let path = try locator.locate(for: device)
      used = path
      let plugin = try Plugin(path: path)
      findings.append(.fine("plugin", path))
      findings.append(.fine("interface", "PJRT \(plugin.interfaceVersion)"))
      findings.append(extensions(of: plugin))
      let client = try Client.onOneDevice(of: plugin)
      findings.append(
        .fine("platform", "\(client.platformName), \(firstLine(client.platformVersion))")
      )
      findings.append(
        .fine("devices", client.devices.map(\.description).joined(separator: ", "))
      )
      findings.append(program(on: client))
      findings.append(kernels(on: client))
    } catch {
      // No plugin is to blame then, and the message says what to do.
      if case .memoryLimited = error {
        return findings + [.missing("memory limit", "\(error)", hint: nil)]
      }
      findings.append(.missing("plugin", firstLine("\(error)"), hint: remedy(error)))
    }
    return findings + others(than: used).map(other)
      + CUDAExamination(plugin: cudaPlugin(used), hasGPU: CUDAInstallation.hasGPU).findings()
  }

  /// What helps where there is no plugin that works; what CUDA lacks says so itself.
  private func remedy(_ error: PJRTError) -> String? {
    switch error {
    case .cudaUnusable, .noPluginForDevice: nil
    default: Self.remedy
    }
  }

  /// The plugin for CUDA: the one that is used if it is one, else one that is found.
  private func cudaPlugin(_ used: String?) -> String? {
    if let used, CUDAInstallation(besidePlugin: used) != nil { return used }
    return locator.searchFolders.lazy.flatMap(PluginLocator.plugins)
      .first { $0.device == DeviceChoice.cuda.rawValue }?.path
  }

  /// The plugins in the folders that are searched; one file counts once, by whatever paths it is found.
  ///
  /// One with NVIDIA's software beside it is looked at by itself.
  private func others(than used: String?) -> [PluginLocator.Found] {
    func file(_ path: String) -> String {
      (try? LocalFileSystem().realPath(path)) ?? path
    }
    var seen = Set(used.map { [file($0)] } ?? [])
    return locator.searchFolders.flatMap(PluginLocator.plugins).filter {
      seen.insert(file($0.path)).inserted && CUDAInstallation(besidePlugin: $0.path) == nil
    }
  }

  /// A plugin that lies beside the one that is used; no client is started on it, since that takes the device.
  private func other(_ found: PluginLocator.Found) -> Finding {
    let name = "other plugin"
    do throws(PJRTError) {
      let plugin = try Plugin(path: found.path)
      let interface = "PJRT \(plugin.interfaceVersion)"
      return .fine(name, "\(found.path), for \(found.device) by its name, \(interface)")
    } catch {
      return .poor(
        name,
        firstLine("\(error)"),
        hint: "it is not used; delete it, or put the plugin there that it should be"
      )
    }
  }

  private func extensions(of plugin: Plugin) -> Finding {
    let names = plugin.extensions.map(\.description).joined(separator: ", ")
    guard plugin.extensions.contains(.customCalls) else {
      return .poor(
        "extensions",
        names.isEmpty ? "none" : names,
        hint:
          "without the extension \(PluginExtension.customCalls) programs cannot call kernels of "
          + "Espalier's own; `make setup` installs a plugin that has it"
      )
    }
    return .fine("extensions", names)
  }

  /// What `kernels: auto` of a recipe comes to here, and whether they compute what XLA does.
  private func kernels(on client: Client) -> Finding {
    let name = "kernels"
    do {
      let kernels = try KernelLibrary(client: client)
      let extent = 128
      let matrix = TensorType(.float32, [extent, extent])
      let product = try TracedFunction("kernels", parameters: [matrix, matrix]) {
        [$0[0].dot($0[1])]
      }
      let engine = Engine(client: client)
      // Small whole numbers, whose products and sums are exact in any order.
      let left = HostArray((0..<extent * extent).map { Float($0 % 13) }, shape: matrix.shape)
      let right = HostArray((0..<extent * extent).map { Float($0 % 11) }, shape: matrix.shape)
      guard
        try engine.compile(product.calling(kernels))([left, right])
          == engine.compile(product)([left, right])
      else {
        return .missing(
          name,
          "\(kernels.instructionSet) kernels compute another matrix product than XLA",
          hint: "train with `--set kernels=xla`, and report this with the processor's name"
        )
      }
      return .fine(
        name,
        "auto means swift here: \(kernels.instructionSet), \(kernels.workerCount) threads, with "
          + "the right result"
      )
    } catch let error as KernelError {
      return .poor(
        name,
        "auto means xla here: \(error)",
        hint: "training works as it is, at less speed and in more memory"
      )
    } catch {
      return .missing(name, firstLine("\(error)"), hint: Self.remedy)
    }
  }

  /// Compiles and runs a program whose result is known.
  private func program(on client: Client) -> Finding {
    let name = "program"
    do {
      let matrix = TensorType(.float32, [2, 2])
      let program = try Engine(client: client).program("doctor", parameters: [matrix, matrix]) {
        [$0[0].dot($0[1])]
      }
      let left = HostArray([1, 2, 3, 4] as [Float], shape: [2, 2])
      let right = HostArray([5, 6, 7, 8] as [Float], shape: [2, 2])
      let product = try program([left, right])[0].values(as: Float.self)
      guard product == [19, 22, 43, 50] else {
        return .missing(
          name,
          "computed \(product) where [19.0, 22.0, 43.0, 50.0] is right",
          hint: Self.remedy
        )
      }
      return .fine(name, "compiled and run, with the right result")
    } catch {
      return .missing(name, firstLine("\(error)"), hint: Self.remedy)
    }
  }

  private func firstLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
  }
}
