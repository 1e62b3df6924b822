/// The few operations on files that checkpoints and tensor files need.
///
/// It is a protocol so that tests can fill the disk, or stop the program, at any single call.
/// ``LocalFileSystem`` is the real one.
///
/// Laws an implementation keeps:
/// - Written bytes survive a loss of power only after the file's ``WritableFile/synchronize()``.
/// - A name given by creating or renaming survives one only after ``synchronizeFolder(_:)`` of its
///   folder.
/// - ``rename(_:to:)`` happens as a whole or not at all.
public protocol FileSystem: Sendable {
  /// Makes a file, or empties the one there, in order to write it from its start.
  func create(_ path: String) throws(FileError) -> any WritableFile
  /// Opens a file in order to read it.
  func open(_ path: String) throws(FileError) -> any ReadableFile
  /// Makes a folder in an existing folder; does nothing if the folder is there already.
  func createFolder(_ path: String) throws(FileError)
  /// The names in a folder, sorted by their UTF-8 bytes, hidden ones among them.
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

/// A file being written, from its start to its end.
///
/// Letting go of it closes it; but only ``close()`` tells whether that worked.
public protocol WritableFile: AnyObject {
  /// Writes bytes behind those written before.
  func write(_ bytes: [UInt8]) throws(FileError)
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
  var path = path[...]
  while path.count > 1, path.hasSuffix("/") { path.removeLast() }
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
