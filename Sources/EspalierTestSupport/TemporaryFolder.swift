import Foundation

/// A fresh folder that goes away with the value.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes a folder.
  ///
  /// - Throws: Foundation's error where it cannot be made.
  public init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    // A leftover folder in the temporary folder is not worth a failing test.
    try? FileManager.default.removeItem(atPath: path)
  }

  /// The path of something in a folder.
  public static func / (folder: TemporaryFolder, name: String) -> String {
    "\(folder.path)/\(name)"
  }
}
