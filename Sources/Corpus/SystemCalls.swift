#if canImport(Glibc)
import Glibc
private let systemRead = Glibc.read
private let systemRename = Glibc.rename
#elseif canImport(Musl)
import Musl
private let systemRead = Musl.read
private let systemRename = Musl.rename
#else
import Darwin
private let systemRead = Darwin.read
private let systemRename = Darwin.rename
#endif

/// A system call that failed.
struct SystemFailure: Error, Equatable {
  /// The system's number of the failure, such as ENOSPC.
  let code: Int32

  /// The system's own words, such as "No space left on device".
  var reason: String { String(cString: strerror(code)) }

  /// The failure of the call that has just returned.
  static func latest() -> SystemFailure { SystemFailure(code: errno) }

  static let tooLarge = SystemFailure(code: EFBIG)
  static let outOfMemory = SystemFailure(code: ENOMEM)
}

/// An open file, closed exactly once.
struct FileHandle: ~Copyable {
  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    _ = close(descriptor)
  }

  /// Opens an existing file or folder for reading.
  static func reading(_ path: String) throws(SystemFailure) -> FileHandle {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .latest() }
    return FileHandle(descriptor: descriptor)
  }

  /// Creates a file, or empties the one that is there.
  static func creating(_ path: String) throws(SystemFailure) -> FileHandle {
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .latest() }
    return FileHandle(descriptor: descriptor)
  }

  /// Reads into the part of an array from `start` on; returns the number of bytes, 0 at the end.
  borrowing func read(
    into bytes: inout [UInt8],
    from start: Int = 0
  ) throws(SystemFailure) -> Int {
    while true {
      let count = bytes.withUnsafeMutableBytes { buffer in
        let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[start...])
        return systemRead(descriptor, rest.baseAddress, rest.count)
      }
      if count >= 0 { return count }
      if errno != EINTR { throw .latest() }
    }
  }

  /// Reads into an array the bytes at an offset; returns their number, 0 at the end.
  borrowing func read(into bytes: inout [UInt8], at offset: Int) throws(SystemFailure) -> Int {
    while true {
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, $0.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw .latest() }
    }
  }

  /// Writes bytes at an offset; may write fewer than given.
  borrowing func write(_ bytes: ArraySlice<UInt8>, at offset: Int) throws(SystemFailure) -> Int {
    while true {
      let count = bytes.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
      }
      if count >= 0 { return count }
      if errno != EINTR { throw .latest() }
    }
  }

  /// Waits until the disk has everything.
  borrowing func synchronize() throws(SystemFailure) {
    guard fsync(descriptor) == 0 else { throw .latest() }
  }

  /// The size of a regular file.
  borrowing func byteCount() throws(SystemFailure) -> Int {
    var information = stat()
    guard fstat(descriptor, &information) == 0 else { throw .latest() }
    guard information.st_mode & S_IFMT == S_IFREG else {
      throw SystemFailure(code: information.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL)
    }
    return Int(information.st_size)
  }

  /// Maps the first bytes of the file into memory, read only.
  borrowing func map(byteCount: Int) throws(SystemFailure) -> UnsafeRawBufferPointer {
    guard let address = mmap(nil, byteCount, PROT_READ, MAP_PRIVATE, descriptor, 0),
      address != MAP_FAILED
    else { throw .latest() }
    return UnsafeRawBufferPointer(start: address, count: byteCount)
  }
}

/// Gives back what ``FileHandle/map(byteCount:)`` returned.
func unmap(_ bytes: UnsafeRawBufferPointer) {
  _ = munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
}

/// Gives a file another name, replacing what has it.
func rename(_ path: String, to other: String) throws(SystemFailure) {
  let status = systemRename(path, other)
  guard status == 0 else { throw .latest() }
}

/// Deletes a file, if it is there.
func removeFile(_ path: String) {
  _ = unlink(path)
}

/// What a path leads to.
enum FileKind {
  case file
  case folder
  case other
}

/// What a path leads to, following symbolic links when asked.
func fileKind(_ path: String, followingLinks: Bool) throws(SystemFailure) -> FileKind {
  var information = stat()
  let status = followingLinks ? stat(path, &information) : lstat(path, &information)
  guard status == 0 else { throw .latest() }
  return switch information.st_mode & S_IFMT {
  case S_IFREG: .file
  case S_IFDIR: .folder
  default: .other
  }
}

/// The names in a folder, without "." and "..", in the order of their bytes.
func names(inFolder path: String) throws(SystemFailure) -> [String] {
  guard let folder = opendir(path) else { throw .latest() }
  defer { closedir(folder) }
  var names: [[UInt8]] = []
  errno = 0
  while let entry = readdir(folder) {
    let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
    if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
    errno = 0
  }
  guard errno == 0 else { throw .latest() }
  return names.sorted { $0.lexicographicallyPrecedes($1) }.map {
    String(decoding: $0, as: UTF8.self)
  }
}

/// The number of this process, for the names of temporary files.
func processNumber() -> Int32 { getpid() }

/// The part of a path behind the last slash.
func lastComponent(of path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? path
}

/// The part of a path before the last slash; "." where there is none.
func folder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
