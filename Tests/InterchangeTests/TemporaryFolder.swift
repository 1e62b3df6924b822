import Foundation

/// A fresh folder that goes away with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("espalier-interchange-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    // A leftover folder in the temporary folder is not worth a failing test.
    try? FileManager.default.removeItem(atPath: path)
  }
}
