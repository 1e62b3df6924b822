internal import Files

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The plugin as a file: everything here that depends on the system.
enum PluginFile {
  /// Opens a shared library for the rest of the process and finds one symbol in it.
  ///
  /// The library stays loaded: XLA starts threads and registers destructors that outlive any client.
  static func symbol(_ name: String, in path: String) throws(PJRTError) -> UnsafeMutableRawPointer {
    let library = try library(path)
    guard let symbol = dlsym(library, name) else {
      dlclose(library)
      throw .notAPlugin(path: path)
    }
    return symbol
  }

  /// Opens a shared library for the rest of the process.
  static func library(_ path: String) throws(PJRTError) -> UnsafeMutableRawPointer {
    // Without a slash the loader would search its own folders and ignore the file in this one.
    let explicit = path.contains("/") ? path : "./\(path)"
    guard let library = dlopen(explicit.systemBytes, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
      throw .cannotOpen(path: path, reason: reason)
    }
    return library
  }
}

extension PluginFile {
  /// Refuses a shared library that was cut off, such as one whose download was interrupted.
  ///
  /// The system's loader maps the parts a library's header lists without comparing them with the file, and
  /// the process dies on touching what is not there. Only 64-bit little-endian ELF files are looked into;
  /// any other file is left to the loader, which refuses it in its own words.
  static func checkCompleteness(_ path: String) throws(PJRTError) {
    let file: any ReadableFile
    do {
      file = try LocalFileSystem().open(path)
    } catch {
      throw .cannotOpen(path: path, reason: error.reason)
    }
    let size = UInt64(file.byteCount)

    // ELF-64 object file format, file header: magic, class 2 (64 bits), data 1 (little-endian); at 32 the
    // offset of the program headers, at 54 the size of one, at 56 their count.
    guard let header = bytes(64, at: 0, of: file),
      header.prefix(6).elementsEqual([0x7f, 0x45, 0x4c, 0x46, 2, 1])
    else { return }
    let entrySize = UInt64(number(header, at: 54, width: 2))
    let entryCount = UInt64(number(header, at: 56, width: 2))
    guard entrySize >= 56 else { return }
    for index in 0..<entryCount {
      let (place, overflow) = number(header, at: 32, width: 8)
        .addingReportingOverflow(index * entrySize)
      guard !overflow, let entry = bytes(56, at: place, of: file) else {
        throw .truncated(path: path, byteCount: size)
      }
      // Program header: at 0 the type, 1 for a part that is loaded; at 8 its offset, at 32 its size.
      guard number(entry, at: 0, width: 4) == 1 else { continue }
      let (end, partOverflow) = number(entry, at: 8, width: 8)
        .addingReportingOverflow(number(entry, at: 32, width: 8))
      guard !partOverflow, end <= size else { throw .truncated(path: path, byteCount: size) }
    }
  }

  /// Bytes of an open file; nil if it has not so many there.
  private static func bytes(
    _ count: Int,
    at offset: UInt64,
    of file: any ReadableFile
  ) -> [UInt8]? {
    Int(exactly: offset).flatMap { try? file.read(count, at: $0) }
  }

  private static func number(_ bytes: [UInt8], at offset: Int, width: Int) -> UInt64 {
    bytes[offset..<offset + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
