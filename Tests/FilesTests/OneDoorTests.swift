import EspalierTestSupport
import Foundation
import Testing

/// Files are written in the room `Files` and nowhere else.
@Suite struct OneDoorTests {
  /// What writes files or gives them names, past the room.
  private static let otherDoors = [
    "write(to: URL", "write(toFile", "forWritingTo", "forUpdating", "createFile(",
    "createDirectory(",
    ".moveItem(", "replaceItem", "copyItem(", "createSymbolicLink(", "O_WRONLY", "O_RDWR",
    "O_CREAT",
    "fopen(", "fsync(", "flock(", "renameat(",
  ]

  @Test func noOtherRoomWritesFiles() throws {
    let sources = TestPlugin.packageRoot.path + "/Sources"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources)
    var found: [String] = []
    for path in paths where path.hasSuffix(".swift") {
      if path.hasPrefix("Files/") { continue }
      let text = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
      found += Self.otherDoors.filter(text.contains).map { "\(path): \($0)" }
    }
    #expect(found.isEmpty)
    let room = try String(contentsOfFile: "\(sources)/Files/LocalFileSystem.swift", encoding: .utf8)
    #expect(room.contains("O_CREAT"))
  }
}
