import EspalierTestSupport
import Files
import Foundation
import Testing

/// Outputs that are no plain files: what stands there keeps its place.
@Suite struct DestinationTests {
  private let files = LocalFileSystem()
  private let root: TemporaryFolder
  private var path: String { root / "f" }

  init() throws {
    root = try TemporaryFolder()
  }

  private func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: root / name, withDestinationPath: target)
  }

  private func mode(_ path: String) throws -> mode_t {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    return status.st_mode & S_IFMT
  }

  /// Writes as all writers do that have the bytes at once, and as those that have them one by one.
  private static let writers: [@Sendable (String, [UInt8]) throws -> Void] = [
    { path, bytes in try LocalFileSystem().replace(path, with: bytes) },
    { path, bytes in
      let staged = try StagedFile(path)
      try staged.write([0] + bytes.dropFirst())
      try staged.overwrite(Array(bytes.prefix(1)), at: 0)
      try staged.commit()
    },
  ]

  /// The file at the end of the links is replaced beside its own place.
  @Test(arguments: [0, 1]) func aSymbolicLinkStays(writer: Int) throws {
    try root.write("old", to: "elsewhere/target")
    try link("near", to: "elsewhere/target")
    try link("far", to: root / "near")
    for (name, text) in [("near", "new"), ("far", "newer")] {
      try Self.writers[writer](root / name, Array(text.utf8))
      #expect(try mode(root / name) == S_IFLNK)
      #expect(try root.read("elsewhere/target") == Data(text.utf8))
    }
    #expect(try root.names() == ["elsewhere", "far", "near"])
    #expect(try files.names(inFolder: root / "elsewhere") == ["target"])
  }

  @Test(arguments: [0, 1]) func whatADanglingLinkLeadsToIsMade(writer: Int) throws {
    try files.createFolder(root / "elsewhere")
    try link("f", to: "elsewhere/new")
    try Self.writers[writer](path, [1])
    #expect(try mode(path) == S_IFLNK)
    #expect(try root.read("elsewhere/new") == Data([1]))
  }

  @Test func linksInACircleAreAnError() throws {
    try link("one", to: "two")
    try link("two", to: "one")
    let path = root / "one"
    #expect(throws: FileError.system(.look, path: path, code: ELOOP)) {
      try files.replace(path, with: [1])
    }
    #expect(try root.names() == ["one", "two"])
  }

  /// More than a pipe holds, so that the reader is needed on the way.
  @Test(arguments: [0, 1]) func aPipeIsWrittenThrough(writer: Int) throws {
    try #require(mkfifo(path, 0o600) == 0)
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    // The reader is a program of its own, since each of the two ends waits for the other.
    let reader = Process()
    reader.executableURL = URL(fileURLWithPath: "/bin/sh")
    reader.arguments = ["-c", "cat < \"$0\" > \"$1\"", path, root / "read"]
    try reader.run()
    try Self.writers[writer](path, bytes)
    reader.waitUntilExit()
    #expect(try root.read("read") == Data(bytes))
    #expect(try mode(path) == S_IFIFO)
    #expect(try root.names() == ["f", "read"])
  }

  @Test(arguments: [0, 1]) func aSocketIsRefused(writer: Int) throws {
    // The address has room for some hundred bytes.
    let short = "/tmp/espalier-\(UUID().uuidString.prefix(8))"
    defer { unlink(short) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(bound == 0)
    let error = #expect(throws: FileError.notWritable(path: short)) {
      try Self.writers[writer](short, [1])
    }
    #expect(
      error?.description
        == "\(short): cannot be written to: it is a disk or a socket; name a file, a pipe or another device"
    )
    #expect(try mode(short) == S_IFSOCK)
  }

  #if os(Linux)
  /// Whether this process may make devices, and use them, in folders of its own.
  private static let makesDevices: Bool = {
    guard let folder = try? TemporaryFolder() else { return false }
    let path = folder / "null"
    guard mknod(path, S_IFCHR | 0o600, makedev(1, 3)) == 0 else { return false }
    let descriptor = open(path, O_WRONLY)
    if descriptor >= 0 { close(descriptor) }
    return descriptor >= 0
  }()

  /// The number of a device as `makedev` of the C library gives it, for small ones.
  private static func makedev(_ major: dev_t, _ minor: dev_t) -> dev_t { major << 8 | minor }

  /// Nodes like /dev/null and /dev/full; a program that replaced the real ones would break the machine.
  @Test(.enabled(if: makesDevices), arguments: [0, 1]) func aDeviceStays(writer: Int) throws {
    try #require(mknod(path, S_IFCHR | 0o600, Self.makedev(1, 3)) == 0)
    try Self.writers[writer](path, [1, 2])
    #expect(try mode(path) == S_IFCHR)
    try #require(mknod(root / "full", S_IFCHR | 0o600, Self.makedev(1, 7)) == 0)
    let error = #expect(throws: FileError.self) { try Self.writers[writer](root / "full", [1]) }
    #expect(error?.isDiskFull == true)
    #expect(try root.names() == ["f", "full"])
  }

  /// A disk's own node: what is on it would be lost.
  @Test(.enabled(if: makesDevices), arguments: [0, 1]) func aDiskIsRefused(writer: Int) throws {
    try #require(mknod(path, S_IFBLK | 0o600, Self.makedev(7, 251)) == 0)
    #expect(throws: FileError.notWritable(path: path)) { try Self.writers[writer](path, [1]) }
    #expect(try mode(path) == S_IFBLK)
  }

  /// A descriptor's file that has lost its name is written all the same, and nothing else in its stead.
  @Test(arguments: [0, 1]) func aFileWithoutANameIsWritten(writer: Int) throws {
    try root.write("old text", to: "f")
    let descriptor = open(path, O_RDWR)
    defer { close(descriptor) }
    unlink(path)
    try Self.writers[writer]("/dev/fd/\(descriptor)", [1, 2])
    var bytes = [UInt8](repeating: 0, count: 9)
    #expect(pread(descriptor, &bytes, 9, 0) == 2)
    #expect(try root.names() == [])
  }
  #endif

  @Test(arguments: [0, 1]) func aFolderIsRefusedBeforeAnythingIsWritten(writer: Int) throws {
    try files.createFolder(path)
    let error = #expect(throws: FileError.self) { try Self.writers[writer](path, [1]) }
    #expect(error?.description == "\(path): needs to be a file, but is something else")
    #expect(try root.names() == ["f"])
  }
}
