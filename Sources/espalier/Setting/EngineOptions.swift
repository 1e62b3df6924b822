import ArgumentParser
import PJRT
import Recipes
import Tensors

/// The options of every command that compiles programs.
struct EngineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The XLA plugin to use.",
      discussion: """
        By default ESPALIER_PJRT_PLUGIN, else the plugin in .espalier/plugins of this folder, of \
        the package's folder or of the home folder, where `make setup` puts it, or the one that \
        espalier was installed with.
        """,
      valueName: "file"
    )
  )
  var plugin: String?

  @Option(
    help: ArgumentHelp(
      "What to work on. (default: the recipe's device, else auto)",
      valueName: "device"
    )
  )
  var device: DeviceChoice?

  @Flag(help: "Compile anew instead of using programs compiled earlier, and keep none.")
  var noCache = false

  /// Opens the plugin and makes an engine on one device, or on as many as a recipe asks for.
  ///
  /// - Parameters:
  ///   - context: Where plugins lie.
  ///   - recipe: What is to be trained, whose wishes count where no option says otherwise.
  /// - Returns: The engine.
  /// - Throws: `PJRTError`.
  func makeEngine(in context: CommandContext, for recipe: Recipe? = nil) throws -> Engine {
    try makeEngine(in: context, for: recipe.map { [$0] } ?? [])
  }

  /// Opens the plugin and makes an engine for several recipes.
  ///
  /// - Parameters:
  ///   - context: Where plugins lie.
  ///   - recipes: What is to be trained. The first one's device counts, and the most devices that one asks for.
  /// - Returns: The engine.
  /// - Throws: `PJRTError`.
  func makeEngine(in context: CommandContext, for recipes: [Recipe]) throws -> Engine {
    let recipe = recipes.first
    let device = device ?? recipe.map { DeviceChoice($0.device) } ?? .auto
    let path = try context.places.pluginLocator(explicitPath: plugin).locate(for: device)
    let client = try Client.onDevices(
      recipes.map(\.parallelism.devices).max() ?? 1,
      of: Plugin(path: path),
      memory: recipe.map { GPUMemory($0.memory) } ?? GPUMemory()
    )
    guard device == .auto || client.platformName == device.rawValue else {
      throw PJRTError.otherDevice(path: path, found: client.platformName, wanted: device)
    }
    return Engine(client: client, cacheFolder: noCache ? nil : context.places.programCache)
  }
}

extension DeviceChoice: ExpressibleByArgument {
  /// What a recipe asks for.
  init(_ device: Recipe.Device) {
    self =
      switch device {
      case .auto: .auto
      case .cpu: .cpu
      case .cuda: .cuda
      }
  }
}

extension GPUMemory {
  /// What a recipe asks for.
  init(_ memory: Recipe.Memory) {
    let allocator: Allocator =
      switch memory.allocator {
      case .default: .default
      case .bfc: .bfc
      case .cudaAsync: .cudaAsync
      case .vmm: .vmm
      case .platform: .platform
      }
    self.init(
      allocator: allocator,
      fraction: memory.fraction,
      preallocates: memory.preallocate
    )
  }
}
