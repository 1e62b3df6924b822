import Foundation

/// When a file was changed last and how large it is: what tells it from another one without reading it.
public struct FileStamp: Hashable, Sendable {
  /// The file's size.
  public let byteCount: Int
  /// The seconds from 1970 on.
  public let seconds: Double
}

extension LocalFileSystem {
  /// The folder that relative paths begin in, in full.
  public static var currentFolder: String {
    // A folder that was deleted has no path.
    (try? LocalFileSystem().realPath(".")) ?? "."
  }

  /// Reads all that a path leads to: a file, or what comes through a pipe up to its end.
  ///
  /// - Parameters:
  ///   - path: What to read.
  ///   - limit: The most bytes that are read; more are refused as too large.
  /// - Returns: The bytes.
  /// - Throws: ``FileError``.
  public func bytes(through path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    let descriptor = try retrying(.open, path) {
      openat(AT_FDCWD, path.systemBytes, O_RDONLY | O_CLOEXEC)
    }
    defer { closeDescriptor(descriptor) }
    return try bytes(through: descriptor, path, limit: limit)
  }

  /// Reads what comes in on the standard input, up to its end.
  public func bytesOfStandardInput() throws(FileError) -> [UInt8] {
    try bytes(through: STDIN_FILENO, "standard input", limit: .max)
  }

  private func bytes(
    through descriptor: Int32,
    _ path: String,
    limit: Int
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try retrying(.read, path) { read(descriptor, &chunk, chunk.count) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else { throw .system(.read, path: path, code: EFBIG) }
    }
  }

  /// When a file was changed last, and its size.
  public func stamp(of path: String) throws(FileError) -> FileStamp {
    var status = stat()
    _ = try retrying(.look, path) { fstatat(AT_FDCWD, path.systemBytes, &status, 0) }
    #if canImport(Darwin)
    let time = status.st_mtimespec
    #else
    let time = status.st_mtim
    #endif
    return FileStamp(
      byteCount: Int(status.st_size),
      seconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    )
  }

  /// Makes now the time at which a file was changed last, without changing what it holds.
  public func markAsChanged(_ path: String) throws(FileError) {
    _ = try retrying(.look, path) { utimensat(AT_FDCWD, path.systemBytes, nil, 0) }
  }

  /// The full path, without symbolic links, of what a path leads to.
  public func realPath(_ path: String) throws(FileError) -> String {
    guard let found = realpath(path.systemBytes, nil) else { throw .lastOfSystem(.look, path) }
    defer { free(found) }
    return String(systemText: found)
  }

  /// The bytes that are free for users on the disk of a folder.
  public func freeByteCount(onDiskOf folder: String) throws(FileError) -> Int {
    var status = statvfs()
    _ = try retrying(.look, folder) { statvfs(folder.systemBytes, &status) }
    return Int(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }

  /// Deletes a folder with all it holds; what links in it lead to stays.
  public func removeTree(_ path: String) throws(FileError) {
    for name in try names(inFolder: path) {
      let inner = "\(path)/\(name)"
      if try kind(of: inner, followingLinks: false) == .folder {
        try removeTree(inner)
      } else {
        try removeFile(inner)
      }
    }
    try removeFolder(path)
  }
}
