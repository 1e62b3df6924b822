// Foundation is used for the C library's calls only; they are the same on every platform.
import Foundation

/// The machine's own file system, by POSIX calls.
///
/// Files are read with positioned reads and not mapped into memory: a mapped file that another program
/// cuts stops this one with a signal, and reading straight into the array is one copy all the same.
public struct LocalFileSystem: FileSystem {
  /// Creates the file system; it holds nothing.
  public init() {}

  /// What a path leads to; that of a symbolic link itself where links are not followed.
  public func kind(of path: String, followingLinks: Bool) throws(FileError) -> FileKind {
    var status = stat()
    _ = try retrying(.look, path) {
      fstatat(AT_FDCWD, path.systemBytes, &status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
    }
    return FileKind(mode: status.st_mode)
  }

  /// Makes a file, or empties the one there, in order to write it.
  public func create(_ path: String) throws(FileError) -> any WritableFile {
    let descriptor = try retrying(.create, path) {
      openat(AT_FDCWD, path.systemBytes, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    return LocalWritableFile(descriptor: descriptor, path: path)
  }

  /// Opens a file in order to write behind what it holds; makes it if it is not there.
  public func extend(_ path: String) throws(FileError) -> any WritableFile {
    let descriptor = try retrying(.create, path) {
      openat(AT_FDCWD, path.systemBytes, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
    }
    return LocalWritableFile(descriptor: descriptor, path: path)
  }

  /// Opens a file in order to read it; refuses anything but a regular file.
  public func open(_ path: String) throws(FileError) -> any ReadableFile {
    let (descriptor, byteCount) = try openRegularFile(path)
    return LocalReadableFile(descriptor: descriptor, path: path, byteCount: byteCount)
  }

  /// Makes a folder in an existing folder; does nothing if the folder is there already.
  ///
  /// One that is called `~` is not made, since somebody meant another place, and deleting it would be dangerous.
  public func createFolder(_ path: String) throws(FileError) {
    guard path != "~" || exists(path) else { throw .tildeNotExpanded(path: path) }
    do {
      _ = try retrying(.createFolder, path) { mkdir(path.systemBytes, 0o755) }
    } catch .system(_, _, code: EEXIST) where (try? kind(of: path, followingLinks: true)) == .folder
    {
      return
    }
  }

  /// The names in a folder, sorted by their bytes.
  public func names(inFolder path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path.systemBytes) else { throw .lastOfSystem(.list, path) }
    defer { closedir(folder) }
    var names: [[UInt8]] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        guard errno == 0 else { throw .system(.list, path: path, code: errno) }
        break
      }
      // SAFETY: readdir ends d_name with a zero inside the entry, which lives until the next call.
      names.append(withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map(\.self) })
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }.map { String(systemBytes: $0) }
      .filter { $0 != "." && $0 != ".." }
  }

  /// Gives a file or a folder another name, as a whole or not at all.
  public func rename(_ path: String, to newPath: String) throws(FileError) {
    _ = try retrying(.rename, path) {
      renameat(AT_FDCWD, path.systemBytes, AT_FDCWD, newPath.systemBytes)
    }
  }

  /// Deletes a file.
  public func removeFile(_ path: String) throws(FileError) {
    _ = try retrying(.remove, path) { unlink(path.systemBytes) }
  }

  /// Deletes an empty folder.
  public func removeFolder(_ path: String) throws(FileError) {
    _ = try retrying(.remove, path) { rmdir(path.systemBytes) }
  }

  /// Waits until the names in a folder are on the disk.
  public func synchronizeFolder(_ path: String) throws(FileError) {
    let descriptor = try retrying(.synchronize, path) {
      openat(AT_FDCWD, path.systemBytes, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    defer { closeDescriptor(descriptor) }
    try synchronizeToDisk(descriptor, path)
  }
}

extension FileKind {
  /// The kind that the system's mode of a file says.
  init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
  }
}
