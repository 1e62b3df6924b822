import EspalierTestSupport
import Files
import Foundation
import Testing

@Suite struct FolderLockTests {
  private let root: TemporaryFolder
  private var folder: String { root.path }

  init() throws {
    root = try TemporaryFolder()
  }

  @Test func aSecondLockIsRefusedUntilTheFirstIsGone() throws {
    do {
      let lock = try FolderLock(folder)
      lock.whileHeld {
        #expect(throws: FileError.inUse(path: folder)) { _ = try FolderLock(folder) }
      }
    }
    let again = try FolderLock(folder)
    again.whileHeld {
      #expect(throws: FileError.inUse(path: folder)) { _ = try FolderLock(folder) }
    }
  }

  /// A failed attempt takes nothing from who holds the lock.
  @Test func aRefusalLeavesTheLockAlone() throws {
    try FolderLock(folder).whileHeld {
      for _ in 0..<3 {
        #expect(throws: FileError.inUse(path: folder)) { _ = try FolderLock(folder) }
      }
    }
  }

  @Test func theFileStaysAndIsEmpty() throws {
    try FolderLock(folder).whileHeld {}
    let files = LocalFileSystem()
    #expect(try files.names(inFolder: folder) == [".lock"])
    #expect(try files.contents(of: "\(folder)/.lock").isEmpty)
  }

  /// Folders above and beside are others, as a sweep's is to its runs'.
  @Test func foldersAreLockedOneByOne() throws {
    let inner = "\(folder)/run"
    try LocalFileSystem().createFolder(inner)
    try FolderLock(folder).whileHeld { try FolderLock(inner).whileHeld {} }
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    let path = "\(folder)/none"
    let error = #expect(throws: FileError.self) { _ = try FolderLock(path) }
    #expect(error?.description == "\(path)/.lock: no such file or folder")
  }
}
