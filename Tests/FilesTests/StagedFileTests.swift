import EspalierTestSupport
import Files
import Foundation
import Testing

@Suite struct StagedFileTests {
  private let files = LocalFileSystem()
  private let root: TemporaryFolder
  private var path: String { root.path + "/f" }

  init() throws {
    root = try TemporaryFolder()
  }

  private func names() throws -> [String] { try files.names(inFolder: root.path) }

  @Test func theOldFileStaysUntilTheNewOneIsComplete() throws {
    try files.replace(path, with: [1, 2])
    let staged = try StagedFile(path)
    try staged.write([3])
    #expect(try files.contents(of: path) == [1, 2])
    #expect(try names().count == 2)
    try staged.write([4])
    try staged.overwrite([5], at: 0)
    try staged.commit()
    #expect(try files.contents(of: path) == [5, 4])
    #expect(try names() == ["f"])
  }

  @Test func whatIsLetGoOfLeavesNothing() throws {
    do {
      let staged = try StagedFile(path)
      try staged.write([1])
      #expect(try names().count == 1)
    }
    #expect(try names().isEmpty)
  }

  /// Chunks that are gathered, chunks that are not, and what another file has come in their order.
  @Test func bytesComeInTheirOrder() throws {
    var expected: [UInt8] = []
    let (first, second) = (try StagedFile(path), try StagedFile(path))
    for count in [3, 1 << 20, 5, 700_000, 700_000, 0, (1 << 20) + 1, 7] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ count) }
      try first.write(bytes)
      try second.write(bytes)
      expected += bytes
    }
    try first.write(contentsOf: second)
    #expect(first.byteCount == 2 * expected.count)
    try first.commit()
    #expect(try files.contents(of: path) == expected + expected)
  }

  /// Two writers of one path do not meet: the last one to end has its place.
  @Test func writersDoNotMeet() throws {
    let (first, second) = (try StagedFile(path), try StagedFile(path))
    try first.write([1])
    try second.write([2, 2])
    try second.commit()
    try first.commit()
    #expect(try files.contents(of: path) == [1])
    #expect(try names() == ["f"])
  }

  @Test func errorsNameTheFile() throws {
    let missing = root.path + "/none/f"
    #expect(throws: FileError.system(.create, path: missing, code: ENOENT)) {
      try files.replace(missing, with: [])
    }
    // A folder stands where the file has to go.
    try files.createFolder(path)
    let error = #expect(throws: FileError.self) { try files.replace(path, with: [1]) }
    #expect(error?.description == "\(path): needs to be a file, but is something else")
    #expect(try names() == ["f"])
  }

  @Test func everyFailureLeavesTheOldFileOrTheNewOne() throws {
    let trial = try WriterTrial {
      try $0.replace("f", with: [1, 2, 3])
    } write: { disk in
      let (staged, other) = (try StagedFile("f", in: disk), try StagedFile("f", in: disk))
      try staged.write([4, 5])
      try other.write([6])
      try staged.write(contentsOf: other)
      try staged.overwrite([7], at: 0)
      try staged.commit()
    }
    #expect(trial.callCount >= 10)
    #expect(trial.problems().isEmpty)
  }

  /// The trial itself can fail: a writer that keeps nothing of the guarantee is found out.
  @Test func aWriterWithoutCareIsFoundOut() throws {
    let careless = try WriterTrial {
      try $0.replace("f", with: [1, 2, 3])
    } write: { disk in
      let file = try disk.create("f")
      try file.write([4, 5, 6, 7])
    }
    let problems = careless.problems()
    #expect(problems.contains { $0.hasPrefix("nothing failed") })
    #expect(problems.contains { $0.hasPrefix("refuse(call: 1)") })
    #expect(problems.contains { $0.hasPrefix("0 bytes were free") })
    let littering = try WriterTrial { disk in
      let file = try disk.create("f.partial")
      try file.write([1])
      try file.synchronize()
      try disk.rename("f.partial", to: "f")
      try disk.synchronizeFolder(".")
    }
    #expect(littering.problems().contains { $0.contains("left [\"f.partial\"]") })
  }

  @Test func foldersAreMadeAndNamed() throws {
    let inner = root.path + "/a/b/c"
    try files.createFolders(inner)
    try files.createFolders(inner)
    #expect(try files.kind(of: inner, followingLinks: true) == .folder)
    try files.replace(path, with: [])
    #expect(throws: FileError.system(.createFolder, path: path, code: EEXIST)) {
      try files.createFolders(path + "/x")
    }
    let disk = SimulatedDisk()
    try disk.createFolders("a/b")
    #expect(disk.restarted(losing: .everything).contents("a") == ["b"])
  }
}
