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
  /// What processes on several hosts show each other that they know; empty for nothing.
  var secret = ""
  /// What Slurm says of the process, by the names of its variables.
  var slurm: [String: String] = [:]

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
      ),
      secret: environmentValue("ESPALIER_SECRET") ?? "",
      slurm: ProcessInfo.processInfo.environment.filter { $0.key.hasPrefix("SLURM_") }
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
    var folder = executableFile[...]
    while let slash = folder.lastIndex(of: "/") {
      let isBuildFolder = folder[slash...] == "/.build"
      folder = folder[..<slash]
      if isBuildFolder { return String(folder) }
    }
    return nil
  }

  /// The program's file, whatever links lead to it.
  private var executableFile: String {
    (try? LocalFileSystem().realPath(executable)) ?? executable
  }

  /// The folder that the program was installed into, which holds its `bin`; nil for one that lies elsewhere.
  ///
  /// It is that of a Python environment where a wheel brought the program.
  var installationFolder: String? {
    let parts = executableFile.split(separator: "/", omittingEmptySubsequences: false)
    guard packageFolder == nil, parts.count > 2, parts[parts.count - 2] == "bin" else { return nil }
    return parts.dropLast(2).joined(separator: "/")
  }

  /// What the program was installed with: texts, recipes and tasks, laid out as in the package's folder.
  var sharedFolder: String? { installationFolder.map { "\($0)/share/espalier" } }

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
      searchFolders: bases.map { "\($0)/.espalier/plugins" } + installedPluginFolders
    )
  }

  /// Where a plugin lies that was installed with the program: in a folder of its own, or as a Python package.
  private var installedPluginFolders: [String] {
    guard let root = installationFolder else { return [] }
    let files = LocalFileSystem()
    // Some systems keep libraries for 64 bits apart, and Debian its own packages from those of pip.
    let pythons = ["lib", "lib64"].flatMap { library in
      ((try? files.names(inFolder: "\(root)/\(library)")) ?? [])
        .filter { $0.hasPrefix("python3") }.sorted().map { "\(root)/\(library)/\($0)" }
    }
    let packages = pythons.flatMap { python in
      ["site-packages", "dist-packages"].map { "\(python)/\($0)/lammps_jax_pjrt_cpu" }
    }
    return ["\(root)/lib/espalier/plugins"] + packages.filter(files.exists)
  }

  /// Where compiled programs are kept: in the first `.espalier` there is, or in the user's folder.
  var programCache: String {
    let existing = bases.map { "\($0)/.espalier" }
      .first(where: LocalFileSystem().exists)
    return (existing ?? "\(homeFolder ?? currentFolder)/.espalier") + "/cache/programs"
  }
}
