import EspalierTestSupport
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
