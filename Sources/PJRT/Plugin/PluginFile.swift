#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The plugin as a file: everything here that depends on the system.
enum PluginFile {
  /// What the file that `scripts/setup.sh` installs is called.
  static var name: String {
    #if canImport(Darwin)
    "pjrt_c_api_cpu_plugin.dylib"
    #else
    "pjrt_c_api_cpu_plugin.so"
    #endif
  }

  /// Whether something lies at the path.
  static func exists(_ path: String) -> Bool {
    access(path, F_OK) == 0
  }

  /// Opens a shared library for the rest of the process and finds one symbol in it.
  ///
  /// The library stays loaded: XLA starts threads and registers destructors that outlive any client.
  static func symbol(_ name: String, in path: String) throws(PJRTError) -> UnsafeMutableRawPointer {
    // Without a slash the loader would search its own folders and ignore the file in this one.
    let explicit = path.contains("/") ? path : "./\(path)"
    guard let library = dlopen(explicit, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
      throw .cannotOpen(path: path, reason: reason)
    }
    guard let symbol = dlsym(library, name) else {
      dlclose(library)
      throw .notAPlugin(path: path)
    }
    return symbol
  }
}
