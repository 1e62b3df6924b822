import EspalierTestSupport
import Foundation
import Testing

@testable import Files

/// Names that are not UTF-8, and others that a text treats otherwise than the system.
@Suite struct SystemPathTests {
  private func roundTrip(_ bytes: [UInt8]) -> Bool {
    String(systemBytes: bytes).systemBytes.map(UInt8.init(bitPattern:)) == bytes + [0]
  }

  @Test func everyNameLeadsBackToItsBytes() {
    for first in UInt8(1)...255 {
      #expect(roundTrip([first]))
      for second in UInt8(1)...255 { #expect(roundTrip([0x61, first, second, 0x2E])) }
    }
    for name in ["", "caf\u{E9}", "\u{301}x", "日本", "😀", "\u{10FF7F}", "\u{10FF80}", "\u{10FFFF}"] {
      #expect(roundTrip(Array(name.utf8)))
      #expect(roundTrip(Array(name.utf8.dropLast())))
      #expect(roundTrip(Array(name.utf8) + [0xE9] + Array(name.utf8)))
    }
  }

  @Test func differentNamesHaveDifferentTexts() {
    // The character that stands for the byte, as a name of its own.
    let byte = String(systemBytes: [0xE9])
    #expect(byte == "\u{10FFE9}")
    #expect(String(systemBytes: Array(byte.utf8)) != byte)
    #expect(String(systemBytes: Array("caf\u{E9}".utf8)) == "caf\u{E9}")
  }

  @Test func peopleReadTheBytes() {
    #expect(String(systemBytes: [0x63, 0x61, 0x66, 0xE9, 0x80, 0x2E]).readablePath == "caf%E9%80.")
    #expect("100 % caf\u{E9}".readablePath == "100 % caf\u{E9}")
  }

  /// A slash is one, whatever the name behind it begins with.
  @Test(arguments: ["b", "\u{301}b", "\u{200D}b", "\u{10FFE9}b"])
  func pathsAreTakenApartAtTheirSlashes(name: String) {
    for folder in ["/", ".", "a", "/a/c"] {
      let path = folder == "." ? name : folder == "/" ? "/\(name)" : "\(folder)/\(name)"
      #expect(parentFolder(of: path) == folder)
      #expect(parentFolder(of: path + "//") == folder)
      #expect(lastComponent(of: path) == name)
    }
  }

  #if os(Linux)
  /// Every call of the room, with names that only bytes can say.
  @Test(
    arguments: [[0x63, 0xE9], [0xFF], Array("\u{301}x".utf8), Array("\u{10FFE9}".utf8)] as [[UInt8]]
  )
  func everyCallReachesTheFile(bytes: [UInt8]) throws {
    let files = LocalFileSystem()
    let root = try TemporaryFolder()
    let name = String(systemBytes: bytes)
    let folder = "\(root.path)/\(name)"
    let path = "\(folder)/\(name)"
    try files.createFolders(folder)
    try files.replace(path, with: [1, 2])
    // Asked of the system itself.
    let plain = Array("\(root.path)/".utf8) + bytes + [0x2F] + bytes + [0]
    #expect(access(plain.map(CChar.init(bitPattern:)), R_OK) == 0)

    #expect(try files.names(inFolder: root.path) == [name])
    #expect(try files.names(inFolder: folder) == [name])
    #expect(try files.contents(of: path) == [1, 2])
    #expect(try files.bytes(through: path) == [1, 2])
    let mapped = try MappedFile(path)
    withExtendedLifetime(mapped) { #expect(Array(mapped.bytes) == [1, 2]) }
    #expect(try files.kind(of: path, followingLinks: false) == .file)
    #expect(try files.stamp(of: path).byteCount == 2)
    #expect(try files.freeByteCount(onDiskOf: folder) > 0)
    #expect(try files.realPath(path).hasSuffix("/\(name)/\(name)"))
    try Appender(path).append([3])
    #expect(try files.contents(of: path) == [1, 2, 3])
    symlink(path.systemBytes, "\(folder)/link".systemBytes)
    try files.replace("\(folder)/link", with: [4])
    #expect(try files.contents(of: path) == [4])
    try FolderLock(folder).whileHeld {
      #expect(files.exists("\(folder)/\(FolderLock.fileName)"))
    }
    try files.rename(path, to: path + "2")
    try files.removeFile(path + "2")
    #expect(throws: FileError.system(.open, path: path, code: ENOENT)) { try files.open(path) }
    try files.removeTree(folder)
    #expect(try files.names(inFolder: root.path).isEmpty)
  }
  #endif
}
