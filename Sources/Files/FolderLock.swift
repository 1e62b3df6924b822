import Foundation

/// Keeps other processes from working in a folder at the same time.
///
/// The lock is the kernel's, by `flock` on the file `.lock` in the folder. It ends with this value, and with
/// the process, however that ends, so that none is ever left behind. The file stays: were it deleted, one
/// process could hold the lock of the old file and another that of a new one.
///
/// The lock binds only who asks for it. Whoever reads a folder need not.
public struct FolderLock: ~Copyable, Sendable {
  /// The name of the file that is locked, in the folder.
  public static let fileName = ".lock"

  private let descriptor: Int32

  /// Locks a folder, or fails at once where another process, or another value, has done so.
  ///
  /// A file system without locks keeps nobody out.
  ///
  /// - Parameter folder: The path of a folder that is there.
  /// - Throws: ``FileError/inUse(path:)``, or ``FileError/system(_:path:code:)`` where the file cannot be made.
  public init(_ folder: String) throws(FileError) {
    let path = "\(folder)/\(Self.fileName)"
    // A program that this one starts does not get the descriptor, and so not the lock.
    let descriptor = open(path.systemBytes, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .lastOfSystem(.create, path) }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(descriptor)
      throw .inUse(path: folder)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }

  /// Does something, and holds the lock until it is done.
  ///
  /// - Parameter body: What to do.
  /// - Returns: What the body returns.
  /// - Throws: What the body throws.
  @discardableResult
  public borrowing func whileHeld<Result>(_ body: () throws -> Result) rethrows -> Result {
    try body()
  }
}
