import Foundation

/// Everything in a folder: each file's path with its bytes.
struct FolderContents: Equatable {
  var files: [String: Data]

  /// Reads a folder; what lies behind symbolic links is left out.
  init(_ folder: String) throws {
    files = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      let path = "\(folder)/\(name)"
      let kind = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      guard kind == .typeRegular else { continue }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
    }
  }
}

extension TemporaryFolder {
  /// Writes a file, with the folders it lies in.
  func write(_ data: Data, to name: String) throws {
    let path = self / name
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path,
      withIntermediateDirectories: true
    )
    try data.write(to: URL(fileURLWithPath: path))
  }

  func write(_ text: String, to name: String) throws {
    try write(Data(text.utf8), to: name)
  }

  func read(_ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: self / name))
  }

  /// Changes a file's bytes.
  func change(_ name: String, _ change: (inout Data) throws -> Void) throws {
    var data = try read(name)
    try change(&data)
    try write(data, to: name)
  }

  func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: self / name,
      withIntermediateDirectories: true
    )
  }
}
