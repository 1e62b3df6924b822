import Foundation

extension FileSystem {
  /// Whether a path leads to anything that can be looked at.
  public func exists(_ path: String) -> Bool {
    // What cannot be looked at cannot be used either, and whoever tries is told why.
    (try? kind(of: path, followingLinks: true)) != nil
  }

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - path: A regular file.
  ///   - limit: The most bytes that are read; a longer file is refused as too large.
  /// - Returns: All its bytes.
  /// - Throws: ``FileError``.
  public func contents(of path: String, limit: Int = .max) throws(FileError) -> [UInt8] {
    let file = try open(path)
    guard file.byteCount <= limit else { throw .system(.read, path: path, code: EFBIG) }
    return try file.read(file.byteCount, at: 0)
  }

  /// Writes a file as a whole or not at all, as ``StagedFile`` does; a device or a pipe is written through.
  ///
  /// - Parameters:
  ///   - path: The file to make or replace.
  ///   - bytes: What it holds from then on.
  /// - Throws: ``FileError``.
  public func replace(_ path: String, with bytes: [UInt8]) throws(FileError) {
    if case .stream = try destination(of: path) {
      let stream = try openStream(path)
      try stream.write(bytes)
      return try stream.close()
    }
    let file = try StagedFile(path, in: self)
    try file.write(bytes)
    try file.commit()
  }

  /// Makes a folder and those it lies in, as far as they are not there, and makes their names durable.
  ///
  /// - Throws: ``FileError``, naming the first folder that cannot be made.
  public func createFolders(_ path: String) throws(FileError) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for name in path.unicodeScalars.split(separator: "/") {
      folder += String(name)
      if !isFolder(folder) {
        try createFolder(folder)
        try synchronizeFolder(parentFolder(of: folder))
      }
      folder += "/"
    }
  }

  private func isFolder(_ path: String) -> Bool {
    // What cannot be looked at is made, which says why it cannot.
    (try? kind(of: path, followingLinks: true)) == .folder
  }
}
