internal import Arrays

/// What can go wrong between Espalier and an XLA plugin.
public enum PJRTError: Error, Equatable {
  /// No plugin lies where it was looked for.
  case pluginNotFound(searched: [String])
  /// A folder holds plugins for several kinds of devices, none of them the processor.
  case severalPlugins(paths: [String])
  /// No plugin for a device lies where it was looked for.
  case noPluginForDevice(DeviceChoice, searched: [String])
  /// The plugin that was named is for another device than is wanted.
  case otherDevice(path: String, found: String, wanted: DeviceChoice)
  /// A plugin for CUDA cannot run here.
  case cudaUnusable(CUDAShortcoming)
  /// The plugin's devices cannot work together with those of other processes.
  case oneProcessAlone(path: String)
  /// The system's loader refused the file; the reason is in its own words.
  case cannotOpen(path: String, reason: String)
  /// The file ends before the shared library in it does.
  case truncated(path: String, byteCount: UInt64)
  /// The process may have less memory than XLA takes at its start; the limit is that of an option of `ulimit`.
  case memoryLimited(shellOption: String, found: Int, needed: Int)
  /// The file is a shared library, but it offers no PJRT interface.
  case notAPlugin(path: String)
  /// The plugin follows a version of the interface that Espalier cannot use.
  case unsupportedVersion(path: String, found: InterfaceVersion, needed: InterfaceVersion)
  /// The plugin's table leaves out a function that is needed.
  case missingFunction(name: String, path: String)
  /// The plugin lacks an addition to the interface that is needed.
  case missingExtension(name: String, path: String)
  /// A call failed; the message is XLA's own.
  case call(name: String, code: PJRTErrorCode, message: String)
  /// The plugin names an element type that Espalier has no counterpart for.
  case unsupportedElementType(code: Int, context: String)
  /// The bytes given are not as many as the type takes.
  case byteCountMismatch(type: String, needed: Int, given: Int)
  /// Another function was registered under the name of a custom call.
  case customCallNameTaken(name: String, platform: String)
  /// The lists of arguments do not match the devices a program was compiled for.
  case argumentListMismatch(program: String, needed: String, given: String)
}

extension PJRTError: CustomStringConvertible {
  /// One sentence: what is wrong, where, and what would be right.
  public var description: String {
    switch self {
    case .pluginNotFound(let searched):
      let places = searched.isEmpty ? "no place was given" : searched.joined(separator: ", ")
      return "no XLA plugin found (looked for \(places)); install one with `make setup`, "
        + "or name one with --plugin or ESPALIER_PJRT_PLUGIN"
    case .severalPlugins(let paths):
      return "several XLA plugins found (\(paths.joined(separator: ", "))), none of them for the "
        + "processor; name one with --plugin or ESPALIER_PJRT_PLUGIN"
    case .noPluginForDevice(let device, let searched):
      let places = searched.isEmpty ? "no place was given" : searched.joined(separator: ", ")
      let target = device == .cuda ? "setup-cuda" : "setup"
      return "no XLA plugin for \(device.rawValue) found (looked for \(places)); install one with "
        + "`make \(target)`, or name one with --plugin or ESPALIER_PJRT_PLUGIN"
    case .otherDevice(let path, let found, let wanted):
      return
        "\(path): is a plugin for \(found), and \(wanted.rawValue) is wanted; name another with "
        + "--plugin or ESPALIER_PJRT_PLUGIN, or leave the device to the plugin"
    case .cudaUnusable(let shortcoming):
      return "CUDA cannot be used: \(shortcoming)"
    case .oneProcessAlone(let path):
      return "\(path): works in one process, and several hosts need a plugin for GPUs; leave out "
        + "--hosts, or name another plugin with --plugin"
    case .cannotOpen(let path, let reason):
      return "\(path): cannot be opened as an XLA plugin: \(reason)"
    case .truncated(let path, let byteCount):
      return "\(path): the shared library is cut off after \(byteCount) bytes; "
        + "delete it and run `make setup` again"
    case .memoryLimited(let shellOption, let found, let needed):
      return
        "this process may have \(found >> 20) MiB of memory by `ulimit \(shellOption)`, and XLA takes "
        + "\(needed >> 20) MiB at its start; raise the limit with `ulimit \(shellOption) unlimited`"
    case .notAPlugin(let path):
      return "\(path): is a shared library but not an XLA plugin, it exports no GetPjrtApi; "
        + "name another file with --plugin or ESPALIER_PJRT_PLUGIN"
    case .unsupportedVersion(let path, let found, let needed):
      return "\(path): follows version \(found) of the PJRT interface; needs \(needed) or a later "
        + "\(needed.major).x"
    case .missingFunction(let name, let path):
      return "\(path): the plugin offers no \(name), which is needed here"
    case .missingExtension(let name, let path):
      return "\(path): the plugin lacks the extension \(name), which is needed here"
    case .call(let name, let code, let message):
      return "\(name): \(code): \(message)"
    case .unsupportedElementType(let code, let context):
      let known = ElementType.allCases.map(\.description).joined(separator: ", ")
      return "\(context): element type number \(code) of PJRT has no counterpart; known: \(known)"
    case .byteCountMismatch(let type, let needed, let given):
      return "\(type): takes \(needed) bytes; got \(given)"
    case .customCallNameTaken(let name, let platform):
      return "custom call \(name): another function has this name on the platform \(platform)"
    case .argumentListMismatch(let program, let needed, let given):
      return "\(program): needs \(needed); got \(given)"
    }
  }
}

/// A version of the PJRT interface.
public struct InterfaceVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Changes when older callers no longer work.
  public let major: Int
  /// Grows with every addition.
  public let minor: Int

  /// Creates a version.
  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// Orders versions by their age.
  public static func < (left: InterfaceVersion, right: InterfaceVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }

  /// The version with a point, such as `0.115`.
  public var description: String { "\(major).\(minor)" }
}
