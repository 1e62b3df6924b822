import Foundation

/// File operations that either happen whole or not at all, and survive a power cut once they return.
enum DurableFile {
  /// Replaces a file's contents: a temporary neighbour is written, flushed and renamed over it.
  ///
  /// A reader sees the old bytes or the new ones, never a mixture, also after a crash in between. The
  /// temporary file is called like the target with `.partial` behind it; one left over is overwritten.
  static func replace(_ path: String, with data: Data) throws(RunError) {
    let temporary = path + ".partial"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotWrite(path: temporary, reason: systemReason()) }
    var failure = writeAll(data, to: descriptor)
    if failure == nil, fsync(descriptor) != 0 { failure = systemReason() }
    if close(descriptor) != 0, failure == nil { failure = systemReason() }
    if failure == nil, rename(temporary, path) != 0 { failure = systemReason() }
    if let failure {
      unlink(temporary)
      throw .cannotWrite(path: path, reason: failure)
    }
    try synchronizeFolder(of: path)
  }

  /// Reads a whole file.
  static func contents(of path: String) throws(RunError) -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw .cannotRead(path: path, reason: reason(of: error))
    }
  }

  /// Writes all bytes, and returns the system's words if that fails.
  static func writeAll(_ data: Data, to descriptor: Int32) -> String? {
    data.withUnsafeBytes { bytes -> String? in
      var offset = 0
      while offset < bytes.count {
        let count = write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
        if count < 0 {
          if errno == EINTR { continue }
          return systemReason()
        }
        offset += count
      }
      return nil
    }
  }

  /// Makes the name of a file durable: the folder that holds it is flushed.
  static func synchronizeFolder(of path: String) throws(RunError) {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotWrite(path: folder, reason: systemReason()) }
    defer { close(descriptor) }
    // Some file systems refuse to flush a folder and say EINVAL: there is nothing more to be done then.
    if fsync(descriptor) != 0, errno != EINVAL {
      throw .cannotWrite(path: folder, reason: systemReason())
    }
  }

  /// The system's words for the last failed call.
  static func systemReason() -> String { String(cString: strerror(errno)) }

  /// The system's words behind a Foundation error.
  static func reason(of error: any Error) -> String {
    let error = error as NSError
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError,
      cause.domain == NSPOSIXErrorDomain
    {
      return String(cString: strerror(Int32(cause.code)))
    }
    if error.domain == NSCocoaErrorDomain, error.code == CocoaError.fileReadNoSuchFile.rawValue {
      return String(cString: strerror(ENOENT))
    }
    return error.localizedDescription
  }
}
