/// Adds records to the end of a file, each as a whole or not at all.
///
/// A record is one call to the system, so that a program killed at any moment leaves whole records and at most
/// one torn end; whoever opens the file again leaves that out. The file is closed when the appender goes away.
public final class Appender {
  private let file: any WritableFile

  /// Opens a file in order to add to it; makes it, and its name durable, if it is not there.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - files: The file system it lies in.
  /// - Throws: ``FileError``.
  public init(_ path: String, in files: any FileSystem = LocalFileSystem()) throws(FileError) {
    let isNew = !files.exists(path)
    file = try files.extend(path)
    if isNew { try files.synchronizeFolder(parentFolder(of: path)) }
  }

  /// Adds a record.
  ///
  /// When this returns the record is with the operating system: it outlives the program, and a loss of power
  /// once ``synchronize()`` has been called. When it throws, the file ends where it ended before.
  ///
  /// - Throws: ``FileError``.
  public func append(_ record: [UInt8]) throws(FileError) {
    let byteCount = try file.byteCount()
    do {
      try file.write(record)
    } catch {
      // A full disk can take half a record; the half is of no use to anybody. That it could not be cut off
      // would say less than why it could not be completed.
      try? file.cut(to: byteCount)
      throw error
    }
  }

  /// Waits until all records are on the disk.
  public func synchronize() throws(FileError) {
    try file.synchronize()
  }
}
