import Foundation

/// A fresh folder that goes away with the value.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes a folder.
  ///
  /// - Throws: Foundation's error where it cannot be made.
  public init() throws {
    path = FileManager.default.temporaryDirectory.path + "/espalier-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    // A leftover folder in the temporary folder is not worth a failing test.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of what has a name in it.
  public static func / (folder: TemporaryFolder, name: String) -> String {
    "\(folder.path)/\(name)"
  }

  /// Writes a file, with the folders it lies in; returns its path.
  @discardableResult
  public func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    let path = self / name
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true
    )
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Writes a text.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(text.utf8, to: name)
  }

  /// The bytes of a file.
  public func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: self / name))
  }

  /// The names in the folder, sorted.
  public func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }
}
