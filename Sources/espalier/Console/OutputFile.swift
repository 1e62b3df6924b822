import Files
import Foundation

/// Files that a command writes because it was told where to.
enum OutputFile {
  /// Makes the folders that a file lies in.
  ///
  /// - Throws: `FileError`, naming the first folder that cannot be made.
  static func prepareFolder(
    of path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws(FileError) {
    try files.createFolders(parentFolder(of: path))
  }

  /// Writes a text as a whole or not at all; what was at the path stays until then.
  ///
  /// - Throws: `FileError`.
  static func write(
    _ text: String,
    to path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws(FileError) {
    try prepareFolder(of: path, in: files)
    try files.replace(path, with: Array(text.utf8))
  }

  /// Deletes a folder with all it holds.
  ///
  /// - Throws: ``CommandError/cannotChange(path:reason:)``.
  static func removeFolder(_ path: String) throws(CommandError) {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw .cannotChange(path: path, reason: reason(of: error))
    }
  }

  /// The system's words behind a Foundation error.
  private static func reason(of error: any Error) -> String {
    let error = error as NSError
    let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    guard cause.domain == NSPOSIXErrorDomain else { return error.localizedDescription }
    return String(cString: strerror(Int32(cause.code)))
  }
}
