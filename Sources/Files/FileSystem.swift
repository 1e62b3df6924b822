/// The few operations on files that the program's readers and writers are made of.
///
/// It is a protocol so that tests can fill the disk, or stop the program, at any single call.
/// ``LocalFileSystem`` is the real one. What is written as a whole goes through ``StagedFile``, records that
/// are added one by one through ``Appender``.
///
/// Laws an implementation keeps:
/// - Written bytes survive a loss of power only after the file's ``WritableFile/synchronize()``.
/// - A name given by creating or renaming survives one only after ``synchronizeFolder(_:)`` of its
///   folder.
/// - ``rename(_:to:)`` happens as a whole or not at all.
public protocol FileSystem: Sendable {
  /// What a path leads to; that of a symbolic link itself where links are not followed.
  func kind(of path: String, followingLinks: Bool) throws(FileError) -> FileKind
  /// Where the bytes go that are written to a path as a whole.
  func destination(of path: String) throws(FileError) -> Destination
  /// Opens what ``destination(of:)`` calls a stream, in order to write to it.
  func openStream(_ path: String) throws(FileError) -> any WritableFile
  /// Makes a file, or empties the one there, in order to write it from its start.
  func create(_ path: String) throws(FileError) -> any WritableFile
  /// Opens a file in order to write behind what it holds; makes it if it is not there.
  func extend(_ path: String) throws(FileError) -> any WritableFile
  /// Opens a file in order to read it.
  func open(_ path: String) throws(FileError) -> any ReadableFile
  /// Makes a folder in an existing folder; does nothing if the folder is there already.
  func createFolder(_ path: String) throws(FileError)
  /// The names in a folder, sorted by their bytes, hidden ones among them.
  func names(inFolder path: String) throws(FileError) -> [String]
  /// Gives a file or a folder another name; a file of that name, or an empty folder, is replaced.
  func rename(_ path: String, to newPath: String) throws(FileError)
  /// Deletes a file.
  func removeFile(_ path: String) throws(FileError)
  /// Deletes an empty folder.
  func removeFolder(_ path: String) throws(FileError)
  /// Waits until the names in a folder are on the disk.
  func synchronizeFolder(_ path: String) throws(FileError)
}

/// What a path leads to.
public enum FileKind: Hashable, Sendable {
  /// A regular file.
  case file
  /// A folder.
  case folder
  /// A device, a pipe, a symbolic link that is not followed.
  case other
}

/// Something that bytes can be written to, one after the other.
public protocol ByteSink: AnyObject {
  /// Writes bytes behind those written before.
  func write(_ bytes: [UInt8]) throws(FileError)
}

/// A file being written.
///
/// Letting go of it closes it; but only ``close()`` tells whether that worked.
public protocol WritableFile: ByteSink {
  /// Writes bytes over some that have been written before; not for a file that is extended.
  func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError)
  /// The file's size.
  func byteCount() throws(FileError) -> Int
  /// Shortens the file to its first bytes.
  func cut(to byteCount: Int) throws(FileError)
  /// Waits until all written bytes are on the disk.
  func synchronize() throws(FileError)
  /// Closes the file; calls after the first do nothing.
  func close() throws(FileError)
}

/// A file being read at any offset, by any number of threads.
///
/// Letting go of it closes it.
public protocol ReadableFile: AnyObject, Sendable {
  /// The file's size when it was opened.
  var byteCount: Int { get }
  /// Reads exactly as many bytes as asked for.
  ///
  /// - Parameters:
  ///   - byteCount: How many bytes; never negative.
  ///   - offset: Where the first one is; never negative.
  /// - Returns: `byteCount` bytes.
  /// - Throws: ``FileError/endedEarly(path:offset:byteCount:)`` where the file is too short.
  func read(_ byteCount: Int, at offset: Int) throws(FileError) -> [UInt8]
}

/// The folder a path lies in, `.` for a bare name.
package func parentFolder(of path: String) -> String {
  // By scalars, since a name can begin with one that combines with the slash to a character.
  var scalars = path.unicodeScalars[...]
  while scalars.count > 1, scalars.last == "/" { scalars.removeLast() }
  guard let slash = scalars.lastIndex(of: "/") else { return "." }
  return slash == scalars.startIndex ? "/" : String(scalars[..<slash])
}

/// The part of a path behind the last slash.
package func lastComponent(of path: String) -> String {
  path.unicodeScalars.split(separator: "/").last.map(String.init) ?? path
}
