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
    try makeEngine(
      on: openPlugin(in: context, for: recipes.first),
      deviceCount: recipes.map(\.parallelism.devices).max() ?? 1,
      for: recipes.first,
      in: context
    )
  }

  /// Opens the plugin and makes an engine on a recipe's devices, which may be several hosts'.
  ///
  /// - Parameters:
  ///   - context: Where plugins lie, and the hosts' secret.
  ///   - recipe: What is to be trained.
  ///   - options: Where the hosts are that train together.
  /// - Returns: The engine, and the hosts, who have met; nil for this one alone.
  /// - Throws: `PJRTError`, `HostError` or ``CommandError/unevenDevices(_:hosts:)``.
  func makeEngine(
    in context: CommandContext,
    for recipe: Recipe,
    meeting options: HostOptions
  ) throws -> (Engine, TrainingHosts?) {
    guard let place = try options.place(in: context) else {
      return (try makeEngine(in: context, for: recipe), nil)
    }
    // What each host can tell by itself is said before any waits for another.
    let deviceCount = recipe.parallelism.devices
    guard deviceCount.isMultiple(of: place.count) else {
      throw CommandError.unevenDevices(deviceCount, hosts: place.count)
    }
    let plugin = try openPlugin(in: context, for: recipe)
    guard plugin.drivesGPUs else { throw PJRTError.oneProcessAlone(path: plugin.path) }
    let hosts = try TrainingHosts(
      meetingAt: place,
      secret: context.secret,
      seconds: Double(options.wait),
      for: recipe
    )
    let engine = try makeEngine(
      on: plugin,
      deviceCount: deviceCount / place.count,
      for: recipe,
      among: hosts.processGroup,
      in: context
    )
    hosts.watch(context.console)
    return (engine, hosts)
  }

  private func choice(for recipe: Recipe?) -> DeviceChoice {
    device ?? recipe.map { DeviceChoice($0.device) } ?? .auto
  }

  private func openPlugin(in context: CommandContext, for recipe: Recipe?) throws -> Plugin {
    let locator = context.places.pluginLocator(explicitPath: plugin)
    return try Plugin(path: locator.locate(for: choice(for: recipe)))
  }

  private func makeEngine(
    on plugin: Plugin,
    deviceCount: Int,
    for recipe: Recipe?,
    among group: ProcessGroup? = nil,
    in context: CommandContext
  ) throws -> Engine {
    let client = try Client.onDevices(
      deviceCount,
      of: plugin,
      memory: recipe.map { GPUMemory($0.memory) } ?? GPUMemory(),
      among: group
    )
    let wanted = choice(for: recipe)
    guard wanted == .auto || client.platformName == wanted.rawValue else {
      throw PJRTError.otherDevice(path: plugin.path, found: client.platformName, wanted: wanted)
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
