import Foundation
import Interchange

/// Files that a command writes because it was told where to.
enum OutputFile {
  /// Makes the folders that a file lies in.
  ///
  /// - Throws: `FileError`, naming the first folder that cannot be made.
  static func prepareFolder(of path: String) throws(FileError) {
    let files = LocalFileSystem()
    var folder = path.hasPrefix("/") ? "/" : ""
    for name in path.split(separator: "/").dropLast() {
      folder += name
      try files.createFolder(folder)
      folder += "/"
    }
  }

  /// Writes a text as a whole or not at all; what was at the path stays until then.
  ///
  /// - Throws: `FileError`.
  static func write(_ text: String, to path: String) throws {
    try prepareFolder(of: path)
    let files = LocalFileSystem()
    let partial = path + ".partial"
    do {
      let file = try files.create(partial)
      try file.write(Array(text.utf8))
      try file.synchronize()
      try file.close()
      try files.rename(partial, to: path)
    } catch {
      // The first error says what went wrong; a partial file that cannot be removed harms nobody.
      try? files.removeFile(partial)
      throw error
    }
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
