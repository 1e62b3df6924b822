import Files

/// A folder of files that takes its place when all of them are written.
enum StagedFolder {
  /// Makes a folder and what is in it.
  ///
  /// - Parameters:
  ///   - path: The folder; it must not be there.
  ///   - files: The file system it lies in.
  ///   - body: Writes the files, given the folder's hidden name beside its place.
  /// - Throws: ``ExportError/exists(path:)``, `FileError`, or what the body throws; nothing is left behind then.
  static func write(
    _ path: String,
    in files: any FileSystem,
    body: (String) throws -> Void
  ) throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard !files.exists(path) else { throw ExportError.exists(path: path) }
    let staged = "\(parentFolder(of: path))/.\(lastComponent(of: path)).partial"
    try remove(staged, in: files)
    try files.createFolders(staged)
    do {
      try body(staged)
      try files.synchronizeFolder(staged)
      try files.rename(staged, to: path)
      try files.synchronizeFolder(parentFolder(of: path))
    } catch {
      // The first error is the one to report.
      try? remove(staged, in: files)
      throw error
    }
  }

  /// Removes what an earlier export left that was killed.
  private static func remove(_ folder: String, in files: any FileSystem) throws {
    guard files.exists(folder) else { return }
    for name in try files.names(inFolder: folder) { try files.removeFile("\(folder)/\(name)") }
    try files.removeFolder(folder)
  }
}
