#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The machine's own file system, by POSIX calls.
///
/// Files are read with positioned reads and not mapped into memory: a mapped file that another program
/// cuts stops this one with a signal, and reading straight into the array is one copy all the same.
public struct LocalFileSystem: FileSystem {
  /// Creates the file system; it holds nothing.
  public init() {}

  /// Makes a file, or empties the one there, in order to write it.
  public func create(_ path: String) throws(FileError) -> any WritableFile {
    let descriptor = try retrying(.create, path) {
      openat(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    }
    return LocalWritableFile(descriptor: descriptor, path: path)
  }

  /// Opens a file in order to read it; refuses anything but a regular file.
  public func open(_ path: String) throws(FileError) -> any ReadableFile {
    // Opening a pipe would wait for its writer without O_NONBLOCK, which files ignore.
    let descriptor = try retrying(.open, path) {
      openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      _ = posixClose(descriptor)
      throw FileError(code: code, during: .open, path: path)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      _ = posixClose(descriptor)
      throw .notAFile(path: path)
    }
    return LocalReadableFile(descriptor: descriptor, path: path, byteCount: Int(status.st_size))
  }

  /// Makes a folder in an existing folder; does nothing if the folder is there already.
  public func createFolder(_ path: String) throws(FileError) {
    guard mkdir(path, 0o755) != 0 else { return }
    let code = errno
    var status = stat()
    if code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
    throw FileError(code: code, during: .createFolder, path: path)
  }

  /// The names in a folder, sorted by their UTF-8 bytes.
  public func names(inFolder path: String) throws(FileError) -> [String] {
    guard let folder = opendir(path) else {
      throw FileError(code: errno, during: .list, path: path)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(folder) else {
        guard errno == 0 else { throw FileError(code: errno, during: .list, path: path) }
        break
      }
      // SAFETY: readdir ends d_name with a zero inside the entry, which lives until the next call.
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee))
        {
          String(cString: $0)
        }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// Gives a file or a folder another name, as a whole or not at all.
  public func rename(_ path: String, to newPath: String) throws(FileError) {
    _ = try retrying(.rename, path) { posixRename(path, newPath) }
  }

  /// Deletes a file.
  public func removeFile(_ path: String) throws(FileError) {
    _ = try retrying(.remove, path) { unlink(path) }
  }

  /// Deletes an empty folder.
  public func removeFolder(_ path: String) throws(FileError) {
    _ = try retrying(.remove, path) { rmdir(path) }
  }

  /// Waits until the names in a folder are on the disk.
  public func synchronizeFolder(_ path: String) throws(FileError) {
    let descriptor = try retrying(.synchronize, path) {
      openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    }
    defer { _ = posixClose(descriptor) }
    try synchronizeToDisk(descriptor, path)
  }
}

/// A file descriptor open for writing, closed exactly once.
private final class LocalWritableFile: WritableFile {
  private var descriptor: Int32?
  private let path: String

  init(descriptor: Int32, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit {
    if let descriptor { _ = posixClose(descriptor) }
  }

  func write(_ bytes: [UInt8]) throws(FileError) {
    guard let descriptor else { preconditionFailure("\(path): written after it was closed") }
    var written = 0
    while written < bytes.count {
      let count = min(bytes.count - written, largestTransfer)
      // SAFETY: written + count <= bytes.count, and the pointer stays inside the closure.
      written += try retrying(.write, path) {
        bytes.withUnsafeBytes { buffer in
          posixWrite(descriptor, buffer.baseAddress.map { $0 + written }, count)
        }
      }
    }
  }

  func synchronize() throws(FileError) {
    guard let descriptor else { preconditionFailure("\(path): synchronized after it was closed") }
    try synchronizeToDisk(descriptor, path)
  }

  func close() throws(FileError) {
    guard let descriptor else { return }
    self.descriptor = nil
    // Not retried: after an interrupted close the descriptor may belong to another thread's file.
    guard posixClose(descriptor) == 0 || errno == EINTR else {
      throw FileError(code: errno, during: .close, path: path)
    }
  }
}

/// A file descriptor open for reading, closed exactly once.
private final class LocalReadableFile: ReadableFile {
  private let descriptor: Int32
  private let path: String
  let byteCount: Int

  init(descriptor: Int32, path: String, byteCount: Int) {
    self.descriptor = descriptor
    self.path = path
    self.byteCount = byteCount
  }

  deinit {
    _ = posixClose(descriptor)
  }

  func read(_ byteCount: Int, at offset: Int) throws(FileError) -> [UInt8] {
    precondition(byteCount >= 0 && offset >= 0, "\(path): \(byteCount) bytes at \(offset)")
    // Checked before memory is taken, so that no lie about a size can ask for too much.
    guard offset <= self.byteCount, byteCount <= self.byteCount - offset else {
      throw .endedEarly(path: path, offset: offset, byteCount: byteCount)
    }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, filled in
      do throws(FileError) {
        while filled < byteCount {
          let count = min(byteCount - filled, largestTransfer)
          // SAFETY: filled + count <= byteCount, the capacity asked for.
          let read = try retrying(.read, path) {
            pread(descriptor, buffer.baseAddress.map { $0 + filled }, count, off_t(offset + filled))
          }
          guard read > 0 else {
            throw .endedEarly(path: path, offset: offset, byteCount: byteCount)
          }
          filled += read
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return bytes
  }
}

/// Linux moves at most 2 GiB a call, macOS refuses more; less keeps both content.
private let largestTransfer = 1 << 30

/// Repeats a call until no signal interrupts it, and turns -1 into an error.
private func retrying<Result: SignedInteger>(
  _ operation: FileError.Operation,
  _ path: String,
  _ call: () -> Result
) throws(FileError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    if errno != EINTR { throw FileError(code: errno, during: operation, path: path) }
  }
}

/// Waits until a descriptor's data are on the disk itself.
private func synchronizeToDisk(_ descriptor: Int32, _ path: String) throws(FileError) {
  #if canImport(Darwin)
  // fsync on macOS stops at the drive's own cache.
  if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
  #endif
  _ = try retrying(.synchronize, path) { fsync(descriptor) }
}

// The members of the types above hide the C functions of the same names.
private func posixClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func posixWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
private func posixRename(_ path: String, _ newPath: String) -> Int32 { rename(path, newPath) }
