import Files
import Foundation
import PJRT

/// What a command takes from the process it runs in.
struct CommandContext {
  /// The command line, the program's name first.
  var arguments: [String]
  /// The streams.
  var console: Console
  /// Where plugins, compiled programs and the demo's files lie.
  var places: Places

  /// Reads the process; nothing else reads the environment.
  static func ofThisProcess() -> CommandContext {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy
      .compactMap(environmentValue)
      .first { !$0.isEmpty }
    return CommandContext(
      arguments: commandLineWords(),
      console: Console(
        isPlain: environmentValue("TERM") == "dumb",
        isColourless: environmentValue("NO_COLOR").map { !$0.isEmpty } ?? false,
        isUnicode: locale?.lowercased().filter { $0 != "-" }.hasSuffix("utf8") ?? false
      ),
      places: Places(
        namedPlugin: environmentValue("ESPALIER_PJRT_PLUGIN"),
        currentFolder: LocalFileSystem.currentFolder,
        homeFolder: environmentValue("HOME"),
        // Linux says it by this link, whatever the name is made of.
        executable: (try? LocalFileSystem().realPath("/proc/self/exe"))
          ?? Bundle.main.executablePath ?? "espalier"
      )
    )
  }
}

/// Where things lie that the command line does not name.
struct Places {
  /// The plugin named in the environment.
  var namedPlugin: String?
  /// The folder the command runs in.
  var currentFolder: String
  /// The user's folder.
  var homeFolder: String?
  /// The program's own file.
  var executable: String

  /// The folder of the package the program was built in: the one that holds its `.build`.
  var packageFolder: String? {
    let file = (try? LocalFileSystem().realPath(executable)) ?? executable
    var folder = file[...]
    while let slash = folder.lastIndex(of: "/") {
      let isBuildFolder = folder[slash...] == "/.build"
      folder = folder[..<slash]
      if isBuildFolder { return String(folder) }
    }
    return nil
  }

  /// Folders that may hold `.espalier`, in the order in which they count.
  private var bases: [String] {
    var bases = [currentFolder]
    for folder in [packageFolder, homeFolder] {
      if let folder, !bases.contains(folder) { bases.append(folder) }
    }
    return bases
  }

  /// How the plugin is found.
  func pluginLocator(explicitPath: String?) -> PluginLocator {
    PluginLocator(
      explicitPath: explicitPath,
      environmentPath: namedPlugin,
      searchFolders: bases.map { "\($0)/.espalier/plugins" }
    )
  }

  /// Where compiled programs are kept: in the first `.espalier` there is, or in the user's folder.
  var programCache: String {
    let existing = bases.map { "\($0)/.espalier" }
      .first(where: LocalFileSystem().exists)
    return (existing ?? "\(homeFolder ?? currentFolder)/.espalier") + "/cache/programs"
  }
}
