import Files

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
}
