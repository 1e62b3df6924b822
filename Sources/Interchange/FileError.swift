#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What went wrong between the program and a file system, in the system's own words.
public enum FileError: Error, Hashable, Sendable {
  /// What was being done.
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    /// Making or emptying a file in order to write it.
    case create
    /// Opening a file in order to read it.
    case open
    /// Reading bytes.
    case read
    /// Writing bytes.
    case write
    /// Waiting until bytes or names are on the disk.
    case synchronize
    /// Closing a written file.
    case close
    /// Giving another name.
    case rename
    /// Making a folder.
    case createFolder = "create the folder"
    /// Listing a folder.
    case list
    /// Deleting a file or an empty folder.
    case remove
  }

  /// Nothing is there.
  case notFound(path: String)
  /// What is there is a folder, a device or a pipe, not a file.
  case notAFile(path: String)
  /// The user may not do this here.
  case notPermitted(Operation, path: String)
  /// The disk, or the user's quota, is full.
  case diskFull(path: String)
  /// A file ended before the bytes asked for; it was cut while it was being read.
  case endedEarly(path: String, offset: Int, byteCount: Int)
  /// Any other refusal, with the system's error number.
  case system(Operation, path: String, code: Int32)

  /// The case for an error number.
  ///
  /// - Parameters:
  ///   - code: The system's error number.
  ///   - operation: What was being done.
  ///   - path: To which file or folder.
  public init(code: Int32, during operation: Operation, path: String) {
    self =
      switch code {
      case ENOENT, ENOTDIR: .notFound(path: path)
      case EISDIR: .notAFile(path: path)
      case EACCES, EPERM, EROFS: .notPermitted(operation, path: path)
      case ENOSPC, EDQUOT: .diskFull(path: path)
      default: .system(operation, path: path, code: code)
      }
  }
}

extension FileError: CustomStringConvertible {
  /// One sentence with the path and what to do, where that is known.
  public var description: String {
    switch self {
    case .notFound(let path): "\(path): no such file or folder"
    case .notAFile(let path): "\(path): needs to be a file, but is something else"
    case .notPermitted(let operation, let path):
      "\(path): cannot \(operation.rawValue): not permitted; check the owner and the mode"
    case .diskFull(let path): "\(path): the disk is full; free some space and try again"
    case .endedEarly(let path, let offset, let byteCount):
      "\(path): ended before the \(byteCount) bytes at offset \(offset) were read; it was cut"
        + " while it was being read"
    case .system(let operation, let path, let code):
      "\(path): cannot \(operation.rawValue): \(String(cString: strerror(code))) (error \(code))"
    }
  }
}
