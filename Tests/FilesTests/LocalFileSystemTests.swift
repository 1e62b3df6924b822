import EspalierTestSupport
import Files
import Foundation
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

  @Test func filesAreExtendedChangedAndCut() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/f"
    let file = try files.create(path)
    try file.write([1, 2, 3])
    try file.overwrite([9, 8], at: 1)
    try file.write([4])
    #expect(try file.byteCount() == 4)
    let more = try files.extend(path)
    try more.write([5, 6])
    #expect(try more.byteCount() == 6)
    try more.cut(to: 5)
    #expect(try files.contents(of: path) == [1, 9, 8, 4, 5])
    #expect(throws: FileError.system(.read, path: path, code: EFBIG)) {
      try files.contents(of: path, limit: 4)
    }
  }

  @Test func kindsAreToldApart() throws {
    let folder = try TemporaryFolder()
    let link = folder.path + "/link"
    try FileManager.default.createSymbolicLink(
      atPath: link,
      withDestinationPath: folder.path
    )
    #expect(try files.kind(of: link, followingLinks: true) == .folder)
    #expect(try files.kind(of: link, followingLinks: false) == .other)
    #expect(try files.kind(of: "/dev/null", followingLinks: true) == .other)
    try files.create(folder.path + "/f").close()
    #expect(try files.kind(of: folder.path + "/f", followingLinks: true) == .file)
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
    func expectNothing(
      _ operation: FileError.Operation,
      at path: String,
      _ body: () throws -> Void
    ) {
      let error = #expect(throws: FileError.system(operation, path: path, code: ENOENT)) {
        try body()
      }
      #expect(error?.isNotFound == true)
      #expect(error?.description == "\(path): no such file or folder")
      #expect(error?.reason == "No such file or directory")
    }
    expectNothing(.open, at: path) { _ = try files.open(path) }
    expectNothing(.look, at: path) { _ = try files.kind(of: path, followingLinks: true) }
    expectNothing(.list, at: path) { _ = try files.names(inFolder: path) }
    expectNothing(.rename, at: path) { try files.rename(path, to: path + "2") }
    expectNothing(.remove, at: path) { try files.removeFile(path) }
    expectNothing(.remove, at: path) { try files.removeFolder(path) }
    expectNothing(.synchronize, at: path) { try files.synchronizeFolder(path) }
    expectNothing(.create, at: path + "/f") { _ = try files.create(path + "/f") }
    expectNothing(.create, at: path + "/f") { _ = try files.extend(path + "/f") }
    expectNothing(.createFolder, at: path + "/f") { try files.createFolder(path + "/f") }
    #expect(!files.exists(path))
  }

  @Test func onlyRegularFilesAreRead() throws {
    let folder = try TemporaryFolder()
    for (path, code) in [(folder.path, EISDIR), ("/dev/null", EINVAL)] {
      let error = #expect(throws: FileError.system(.open, path: path, code: code)) {
        _ = try files.open(path)
      }
      #expect(error?.description == "\(path): needs to be a file, but is something else")
    }
    #expect(throws: FileError.system(.create, path: folder.path, code: EISDIR)) {
      _ = try files.create(folder.path)
    }
  }

  @Test func folderThatIsAFileOrNotEmptyIsAnError() throws {
    let folder = try TemporaryFolder()
    try files.create(folder.path + "/f").close()
    let error = #expect(throws: FileError.self) { try files.createFolder(folder.path + "/f") }
    #expect(error?.description == "\(folder.path)/f: needs to be a folder, but is something else")
    let full = #expect(throws: FileError.self) { try files.removeFolder(folder.path) }
    #expect(full?.description.contains("cannot remove: Directory not empty") == true)
  }

  /// What the system refuses has words of its own where the system's would mislead.
  @Test func refusalsSayWhatToDo() {
    for (error, words) in [
      (
        FileError.system(.create, path: "f", code: EROFS),
        "f: cannot create: the file system is read-only; name a place elsewhere"
      ),
      (
        .system(.createFolder, path: "f", code: EROFS),
        "f: cannot create the folder: the file system is read-only; name a place elsewhere"
      ),
      (
        .system(.create, path: "f", code: EACCES),
        "f: cannot create: not permitted; check the owner and the mode"
      ),
      (
        .system(.write, path: "f", code: EFBIG),
        "f: cannot write: the file would be larger than this process, or the file system, may have it; "
          + "`ulimit -f` shows the limit"
      ),
      (
        .system(.read, path: "f", code: EFBIG), "f: cannot read: File too large (error \(EFBIG))"
      ),
    ] {
      #expect(error.description == words)
    }
  }

  #if os(Linux)
  /// /dev/full answers every write as a full disk does.
  @Test func fullDiskHasItsOwnCase() throws {
    let file = try files.create("/dev/full")
    let error = #expect(throws: FileError.system(.write, path: "/dev/full", code: ENOSPC)) {
      try file.write([1])
    }
    #expect(error?.isDiskFull == true)
    #expect(error?.description == "/dev/full: the disk is full; free some space and try again")
  }
  #endif
}
