import ArgumentParser
import PJRT
import Tensors

/// The options of every command that compiles programs.
struct EngineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The XLA plugin to use.",
      discussion: """
        By default ESPALIER_PJRT_PLUGIN, else the plugin in .espalier/plugins of this folder, of \
        the package's folder or of the home folder; `make setup` puts it there.
        """,
      valueName: "file"
    )
  )
  var plugin: String?

  @Flag(help: "Compile anew instead of using programs compiled earlier, and keep none.")
  var noCache = false

  /// Opens the plugin and makes an engine on one device.
  func makeEngine(in context: CommandContext) throws -> Engine {
    let path = try context.places.pluginLocator(explicitPath: plugin).locate()
    return Engine(
      client: try .onOneDevice(of: Plugin(path: path)),
      cacheFolder: noCache ? nil : context.places.programCache
    )
  }
}
