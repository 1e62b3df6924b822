import Foundation
import Runs
import Testing

@Suite struct FolderLockTests {
  @Test func aSecondLockIsRefusedUntilTheFirstIsGone() throws {
    try withTemporaryFolder { folder in
      do {
        let lock = try FolderLock(folder)
        lock.whileHeld {
          #expect(throws: RunError.inUse(path: folder)) { _ = try FolderLock(folder) }
        }
      }
      let again = try FolderLock(folder)
      again.whileHeld {
        #expect(throws: RunError.inUse(path: folder)) { _ = try FolderLock(folder) }
      }
    }
  }

  /// A failed attempt takes nothing from who holds the lock.
  @Test func aRefusalLeavesTheLockAlone() throws {
    try withTemporaryFolder { folder in
      try FolderLock(folder).whileHeld {
        for _ in 0..<3 {
          #expect(throws: RunError.inUse(path: folder)) { _ = try FolderLock(folder) }
        }
      }
    }
  }

  @Test func theFileStaysAndIsEmpty() throws {
    try withTemporaryFolder { folder in
      try FolderLock(folder).whileHeld {}
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [".lock"])
      #expect(try bytes(of: "\(folder)/.lock").isEmpty)
    }
  }

  /// Folders above and beside are others, as a sweep's is to its runs'.
  @Test func foldersAreLockedOneByOne() throws {
    try withTemporaryFolder { folder in
      let inner = "\(folder)/run"
      try FileManager.default.createDirectory(atPath: inner, withIntermediateDirectories: true)
      try FolderLock(folder).whileHeld { try FolderLock(inner).whileHeld {} }
    }
  }

  @Test func aFolderThatIsNotThereIsNamed() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/none"
      #expect(
        throws: RunError.cannotWrite(path: "\(path)/.lock", reason: "No such file or directory")
      ) { _ = try FolderLock(path) }
    }
  }
}
