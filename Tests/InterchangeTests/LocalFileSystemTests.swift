import Foundation
import Interchange
import Testing

@Suite struct LocalFileSystemTests {
  private let files = LocalFileSystem()

  @Test func bytesComeBackAtAnyOffset() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/f"
    let file = try files.create(path)
    try file.write([1, 2, 3])
    try file.write([])
    try file.write([4, 5])
    try file.synchronize()
    try file.close()
    try file.close()
    let read = try files.open(path)
    #expect(read.byteCount == 5)
    #expect(try read.read(5, at: 0) == [1, 2, 3, 4, 5])
    #expect(try read.read(2, at: 2) == [3, 4])
    #expect(try read.read(0, at: 5).isEmpty)
    for (count, offset) in [(1, 5), (6, 0), (1, .max), (.max, 1)] {
      #expect(throws: FileError.endedEarly(path: path, offset: offset, byteCount: count)) {
        try read.read(count, at: offset)
      }
    }
  }

  @Test func fileCutWhileOpenIsAnErrorAndNoSignal() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/f"
    let file = try files.create(path)
    try file.write([UInt8](repeating: 1, count: 100_000))
    try file.close()
    let read = try files.open(path)
    try files.create(path).close()
    #expect(throws: FileError.endedEarly(path: path, offset: 10, byteCount: 1000)) {
      try read.read(1000, at: 10)
    }
  }

  @Test func namesAreSortedAndRenamingReplaces() throws {
    let folder = try TemporaryFolder()
    for name in ["b", ".hidden", "a"] { try files.create(folder.path + "/" + name).close() }
    try files.createFolder(folder.path + "/c")
    try files.createFolder(folder.path + "/c")
    #expect(try files.names(inFolder: folder.path) == [".hidden", "a", "b", "c"])
    try files.rename(folder.path + "/a", to: folder.path + "/b")
    try files.synchronizeFolder(folder.path)
    try files.removeFile(folder.path + "/.hidden")
    #expect(try files.names(inFolder: folder.path) == ["b", "c"])
    try files.removeFolder(folder.path + "/c")
    #expect(try files.names(inFolder: folder.path) == ["b"])
  }

  @Test func whatIsNotThereIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing"
    let expected = FileError.notFound(path: path)
    #expect(throws: expected) { _ = try files.open(path) }
    #expect(throws: expected) { _ = try files.names(inFolder: path) }
    #expect(throws: expected) { try files.rename(path, to: path + "2") }
    #expect(throws: expected) { try files.removeFile(path) }
    #expect(throws: expected) { try files.removeFolder(path) }
    #expect(throws: expected) { try files.synchronizeFolder(path) }
    #expect(throws: FileError.notFound(path: path + "/f")) { _ = try files.create(path + "/f") }
    #expect(throws: FileError.notFound(path: path + "/f")) { try files.createFolder(path + "/f") }
  }

  @Test func onlyRegularFilesAreRead() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.notAFile(path: folder.path)) { _ = try files.open(folder.path) }
    #expect(throws: FileError.notAFile(path: "/dev/null")) { _ = try files.open("/dev/null") }
    #expect(throws: FileError.notAFile(path: folder.path)) { _ = try files.create(folder.path) }
  }

  @Test func folderThatIsAFileOrNotEmptyKeepsTheSystemsWords() throws {
    let folder = try TemporaryFolder()
    try files.create(folder.path + "/f").close()
    let error = #expect(throws: FileError.self) { try files.createFolder(folder.path + "/f") }
    #expect(
      error?.description
        == "\(folder.path)/f: cannot create the folder: File exists (error 17)"
    )
    let full = #expect(throws: FileError.self) { try files.removeFolder(folder.path) }
    #expect(full?.description.contains("cannot remove: Directory not empty") == true)
  }

  #if os(Linux)
  /// /dev/full answers every write as a full disk does.
  @Test func fullDiskHasItsOwnCase() throws {
    let file = try files.create("/dev/full")
    #expect(throws: FileError.diskFull(path: "/dev/full")) { try file.write([1]) }
  }
  #endif
}
