import Foundation

/// A file descriptor open for writing, closed exactly once.
final class LocalWritableFile: WritableFile {
  private var openDescriptor: Int32?
  private let path: String

  init(descriptor: Int32, path: String) {
    openDescriptor = descriptor
    self.path = path
  }

  deinit {
    if let openDescriptor { closeDescriptor(openDescriptor) }
  }

  private var descriptor: Int32 {
    guard let openDescriptor else { preconditionFailure("\(path): used after it was closed") }
    return openDescriptor
  }

  func write(_ bytes: [UInt8]) throws(FileError) {
    try transfer(bytes) { start, count, _ in writeDescriptor(descriptor, start, count) }
  }

  func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
    try transfer(bytes) { start, count, written in
      pwrite(descriptor, start, count, off_t(offset + written))
    }
  }

  /// Hands bytes to a call until it has taken them all.
  private func transfer(
    _ bytes: [UInt8],
    _ call: (UnsafeRawPointer?, Int, Int) -> Int
  ) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = min(bytes.count - written, largestTransfer)
      // SAFETY: written + count <= bytes.count, and the pointer stays inside the closure.
      written += try retrying(.write, path) {
        bytes.withUnsafeBytes { buffer in
          call(buffer.baseAddress.map { $0 + written }, count, written)
        }
      }
    }
  }

  func byteCount() throws(FileError) -> Int {
    var status = stat()
    _ = try retrying(.look, path) { fstat(descriptor, &status) }
    return Int(status.st_size)
  }

  func cut(to byteCount: Int) throws(FileError) {
    _ = try retrying(.cut, path) { ftruncate(descriptor, off_t(byteCount)) }
  }

  func synchronize() throws(FileError) {
    try synchronizeToDisk(descriptor, path)
  }

  func close() throws(FileError) {
    guard let descriptor = openDescriptor else { return }
    openDescriptor = nil
    // Not retried: after an interrupted close the descriptor may belong to another thread's file.
    guard closeDescriptor(descriptor) == 0 || errno == EINTR else {
      throw .system(.close, path: path, code: errno)
    }
  }
}

/// A file descriptor open for reading, closed exactly once.
final class LocalReadableFile: ReadableFile {
  private let descriptor: Int32
  private let path: String
  let byteCount: Int

  init(descriptor: Int32, path: String, byteCount: Int) {
    self.descriptor = descriptor
    self.path = path
    self.byteCount = byteCount
  }

  deinit {
    closeDescriptor(descriptor)
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

/// Opens a regular file for reading; returns its descriptor and its size.
func openRegularFile(_ path: String) throws(FileError) -> (descriptor: Int32, byteCount: Int) {
  // Opening a pipe would wait for its writer without O_NONBLOCK, which files ignore.
  let descriptor = try retrying(.open, path) {
    openat(AT_FDCWD, path.systemBytes, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  }
  do throws(FileError) {
    var status = stat()
    _ = try retrying(.open, path) { fstat(descriptor, &status) }
    switch FileKind(mode: status.st_mode) {
    case .file: return (descriptor, Int(status.st_size))
    case .folder: throw FileError.system(.open, path: path, code: EISDIR)
    case .other: throw FileError.system(.open, path: path, code: EINVAL)
    }
  } catch {
    closeDescriptor(descriptor)
    throw error
  }
}

/// Linux moves at most 2 GiB a call, macOS refuses more; less keeps both content.
private let largestTransfer = 1 << 30

/// Repeats a call until no signal interrupts it, and turns -1 into an error.
func retrying<Result: SignedInteger>(
  _ operation: FileError.Operation,
  _ path: String,
  _ call: () -> Result
) throws(FileError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    if errno != EINTR { throw .lastOfSystem(operation, path) }
  }
}

/// Waits until a descriptor's data are on the disk itself.
func synchronizeToDisk(_ descriptor: Int32, _ path: String) throws(FileError) {
  #if canImport(Darwin)
  // fsync on macOS stops at the drive's own cache.
  if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
  #endif
  do {
    _ = try retrying(.synchronize, path) { fsync(descriptor) }
  } catch .system(_, _, code: EINVAL), .system(_, _, code: EROFS) {
    // A device, or a folder of some file systems, cannot be flushed: there is nothing more to be done.
  }
}

/// Closes a descriptor; the members above hide the C function of the name.
@discardableResult
func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func writeDescriptor(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
  write(descriptor, start, count)
}
