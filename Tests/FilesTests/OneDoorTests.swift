import EspalierTestSupport
import Foundation
import Testing

/// Files are written, read and looked for in the room `Files` and nowhere else.
@Suite struct OneDoorTests {
  /// What writes files or gives them names, past the room.
  private static let otherDoors = [
    "write(to: URL", "write(toFile", "forWritingTo", "forUpdating", "createFile(",
    "createDirectory(",
    ".moveItem(", "replaceItem", "copyItem(", "createSymbolicLink(", "O_WRONLY", "O_RDWR",
    "O_CREAT",
    "fopen(", "fsync(", "flock(", "renameat(",
  ]

  /// What makes something else of a path than the system does: Foundation expands `~` in some of them.
  private static let otherPaths = [
    "FileManager", "URL(fileURLWithPath", "URL(filePath", "contentsOfFile", "contentsOf: URL",
    "NSString", "Bundle(",
  ]

  @Test func noOtherRoomWritesFiles() throws {
    #expect(try uses(of: Self.otherDoors).isEmpty)
    #expect(try uses(of: ["O_CREAT"], inFiles: true).isEmpty == false)
  }

  @Test func noOtherRoomReadsPathsInItsOwnWay() throws {
    // The program that is started has a fixed name.
    let allowed = "Runs/Record/GitRecord+Current.swift: URL(fileURLWithPath"
    #expect(try uses(of: Self.otherPaths) == [allowed])
    #expect(try uses(of: ["FileManager"], inFiles: true).isEmpty == false)
  }

  /// Where the sources use some of these words, in the room or outside of it.
  private func uses(of words: [String], inFiles: Bool = false) throws -> [String] {
    let sources = TestPlugin.packageRoot.path + "/Sources"
    let paths = try FileManager.default.subpathsOfDirectory(atPath: sources)
    return try paths.sorted().filter {
      $0.hasSuffix(".swift") && $0.hasPrefix("Files/") == inFiles
    }.flatMap { path in
      let text = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
      return words.filter(text.contains).map { "\(path): \($0)" }
    }
  }
}
