import Foundation

/// Where the bytes go that are written to a path.
public enum Destination: Hashable, Sendable {
  /// Into a regular file that is there or is to be made: that of the path, or the one that its symbolic links lead to.
  case file(String)
  /// Into something that takes bytes as they come and is written through, never replaced: a device or a pipe.
  case stream
}

extension FileSystem {
  /// A file system without links and devices has files alone.
  public func destination(of path: String) throws(FileError) -> Destination { .file(path) }

  /// Opens what ``destination(of:)`` calls a stream.
  public func openStream(_ path: String) throws(FileError) -> any WritableFile { try create(path) }
}

extension LocalFileSystem {
  /// Where the bytes go that are written to a path.
  ///
  /// - Parameter path: What is to be made, replaced or written through.
  /// - Returns: The destination. A standard stream, such as /dev/stdout, is one whatever it has been directed to.
  /// - Throws: ``FileError``; ``FileError/notWritable(path:)`` for what takes no bytes as they come: a disk, or a
  ///   socket that is not a standard stream.
  public func destination(of path: String) throws(FileError) -> Destination {
    let target = try endOfLinks(path)
    guard let found = try status(of: path) else { return .file(target) }
    switch found.st_mode & S_IFMT {
    case S_IFDIR: throw .system(.create, path: path, code: EISDIR)
    case S_IFREG where standardStream(found) == nil:
      // A descriptor's file, as in /dev/fd, may have lost its name, and then something else may have it.
      guard let named = try status(of: target), isSame(named, found) else { break }
      return .file(target)
    case S_IFSOCK where standardStream(found) == nil: throw .notWritable(path: path)
    case S_IFREG, S_IFSOCK, S_IFCHR, S_IFIFO: break
    default: throw .notWritable(path: path)
    }
    // Asked now, since the stream is opened when all bytes are there.
    _ = try retrying(.write, path) { access(path.systemBytes, W_OK) }
    return .stream
  }

  /// Opens what ``destination(of:)`` calls a stream; waits for the reader of a named pipe.
  public func openStream(_ path: String) throws(FileError) -> any WritableFile {
    let descriptor: Int32
    if let found = try status(of: path), let stream = standardStream(found) {
      // Opened by its name, a file would be written from its start, over what the stream has brought there.
      descriptor = try retrying(.write, path) { fcntl(stream, F_DUPFD_CLOEXEC, 0) }
    } else {
      descriptor = try retrying(.write, path) {
        openat(AT_FDCWD, path.systemBytes, O_WRONLY | O_TRUNC | O_NOCTTY | O_CLOEXEC)
      }
    }
    return LocalWritableFile(descriptor: descriptor, path: path)
  }

  /// The path that the symbolic links at a path lead to, whether or not anything is there.
  private func endOfLinks(_ path: String) throws(FileError) -> String {
    var end = path
    // As many as Linux follows.
    for _ in 0..<40 {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = readlink(end.systemBytes, &buffer, buffer.count)
      // What is no link, or not there, is where they end.
      guard count >= 0 else { return end }
      let target = String(systemBytes: buffer[..<count])
      end = target.hasPrefix("/") ? target : "\(parentFolder(of: end))/\(target)"
    }
    throw .system(.look, path: path, code: ELOOP)
  }

  /// What a path leads to; nil where nothing is there.
  private func status(of path: String) throws(FileError) -> stat? {
    var status = stat()
    do {
      _ = try retrying(.look, path) { fstatat(AT_FDCWD, path.systemBytes, &status, 0) }
      return status
    } catch .tildeNotExpanded(let path) {
      throw .tildeNotExpanded(path: path)
    } catch  where error.isNotFound {
      return nil
    }
  }

  /// The standard stream that can be written to and leads to the same file or socket.
  private func standardStream(_ found: stat) -> Int32? {
    guard [S_IFREG, S_IFSOCK].contains(found.st_mode & S_IFMT) else { return nil }
    return [STDOUT_FILENO, STDERR_FILENO].first { descriptor in
      var status = stat()
      return fstat(descriptor, &status) == 0 && isSame(status, found)
        && fcntl(descriptor, F_GETFL) & O_ACCMODE != O_RDONLY
    }
  }

  private func isSame(_ one: stat, _ other: stat) -> Bool {
    one.st_dev == other.st_dev && one.st_ino == other.st_ino
  }
}
