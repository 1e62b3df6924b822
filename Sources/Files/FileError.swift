import Foundation

/// What went wrong between the program and a file system.
public enum FileError: Error, Hashable, Sendable {
  /// What was being done.
  public enum Operation: String, Hashable, Sendable, CaseIterable {
    /// Making or emptying a file in order to write it.
    case create
    /// Opening a file in order to read it.
    case open
    /// Asking what a path leads to.
    case look = "look it up"
    /// Reading bytes.
    case read
    /// Writing bytes.
    case write
    /// Shortening a file.
    case cut
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

  /// The system refused, with its error number.
  case system(Operation, path: String, code: Int32)
  /// A file ended before the bytes asked for; it was cut while it was being read.
  case endedEarly(path: String, offset: Int, byteCount: Int)
  /// Another process works in the folder.
  case inUse(path: String)
  /// What is there takes no bytes as they come.
  case notWritable(path: String)
  /// Nothing is there, and somebody meant the home folder.
  case tildeNotExpanded(path: String)

  /// The error that the system gave last.
  ///
  /// Paths are taken as they are; `~` means the home folder to a shell, and only at the beginning of a word.
  static func lastOfSystem(_ operation: Operation, _ path: String) -> FileError {
    let code = errno
    let beginsAtHome = path == "~" || path.hasPrefix("~/")
    return code == ENOENT && beginsAtHome
      ? .tildeNotExpanded(path: path) : .system(operation, path: path, code: code)
  }

  /// Nothing is there.
  public var isNotFound: Bool {
    if case .tildeNotExpanded = self { true } else { code == ENOENT || code == ENOTDIR }
  }

  /// The disk, or the user's quota, is full.
  public var isDiskFull: Bool { code == ENOSPC || code == EDQUOT }

  /// A file is larger than whoever reads it takes, or larger than it may become.
  public var isTooLarge: Bool { code == EFBIG }

  /// What is wrong without the path, in the system's words where they are its own.
  public var reason: String {
    switch self {
    case .system(.write, _, EFBIG):
      "the file would be larger than this process, or the file system, may have it; `ulimit -f` "
        + "shows the limit"
    case .system(.createFolder, _, EEXIST):
      "something that is no folder is in its place"
    case .system(_, _, EROFS):
      "the file system is read-only; name a place elsewhere"
    case .system(_, _, let code): String(cString: strerror(code))
    case .endedEarly: "it was cut while it was being read"
    case .inUse: "another process is at work there"
    case .notWritable: "it is a disk or a socket; name a file, a pipe or another device"
    case .tildeNotExpanded:
      "`~` is not expanded here; write the folder's full name, or put a blank before the `~` so "
        + "that the shell expands it"
    }
  }

  /// The same error, of another file: what befell the partial file is said of the file that it becomes.
  func of(_ path: String) -> FileError {
    switch self {
    case .system(let operation, _, let code): .system(operation, path: path, code: code)
    case .endedEarly(_, let offset, let byteCount):
      .endedEarly(path: path, offset: offset, byteCount: byteCount)
    case .inUse: .inUse(path: path)
    case .notWritable: .notWritable(path: path)
    case .tildeNotExpanded: .tildeNotExpanded(path: path)
    }
  }

  private var code: Int32? {
    if case .system(_, _, let code) = self { code } else { nil }
  }
}

extension FileError: CustomStringConvertible {
  /// One sentence with the path and what to do, where that is known.
  public var description: String {
    switch self {
    case .system(_, let path, ENOENT), .system(_, let path, ENOTDIR):
      "\(path): no such file or folder"
    case .system(_, let path, EISDIR), .system(.open, let path, EINVAL):
      "\(path): needs to be a file, but is something else"
    case .system(.createFolder, let path, EEXIST):
      "\(path): needs to be a folder, but is something else"
    case .system(let operation, let path, EACCES), .system(let operation, let path, EPERM):
      "\(path): cannot \(operation.rawValue): not permitted; check the owner and the mode"
    case .system(_, let path, ENOSPC), .system(_, let path, EDQUOT):
      "\(path): the disk is full; free some space and try again"
    case .system(let operation, let path, EROFS):
      "\(path): cannot \(operation.rawValue): \(reason)"
    case .system(.write, let path, EFBIG):
      "\(path): cannot write: \(reason)"
    case .system(let operation, let path, let code):
      "\(path): cannot \(operation.rawValue): \(reason) (error \(code))"
    case .endedEarly(let path, let offset, let byteCount):
      "\(path): ended before the \(byteCount) bytes at offset \(offset) were read; it was cut"
        + " while it was being read"
    case .inUse(let path):
      "\(path): another process is at work in this folder; wait until it ends, or stop it, and try "
        + "again"
    case .notWritable(let path):
      "\(path): cannot be written to: \(reason)"
    case .tildeNotExpanded(let path):
      "\(path): \(reason)"
    }
  }
}
