import Foundation
import Testing

/// What a person at a terminal sees.
@Suite struct TerminalTests {
  @Test func aTerminalGetsALineThatIsWrittenOver() async throws {
    let folder = try await Workshop.ready().copy()
    let process = EspalierProcess(folder: folder.path).make(["train", "tiny.yaml", "--run", "run"])
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    let text = try PseudoTerminal().output(of: process)
    #expect(process.terminationStatus == 0)
    #expect(text.contains("\rtiny "))
    #expect(text.contains("% ░") || text.contains("% █"))
    #expect(text.contains("\u{1B}[K"))
    // A step without a validation loss gets no line of its own here; growth does.
    #expect(!text.contains("step 2/18  1 layer  loss"))
    #expect(text.contains("step 6/18  1 layer  loss"))
    #expect(text.contains("step 9: grew from 1 to 2 layers"))
    #expect(text.hasSuffix("step 18: saved run/checkpoints/step-00000018\r\n"))
  }
}

/// A terminal with the test in front of its screen.
private struct PseudoTerminal {
  private let screen: FileHandle
  /// The end that a program takes for a terminal.
  private let user: FileHandle

  init() throws {
    // What grantpt, unlockpt and ptsname do on Linux; Swift's import of the C library lacks them. The
    // numbers are TIOCSPTLCK and TIOCGPTN of linux/asm-generic/ioctls.h.
    let descriptor = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    try #require(descriptor >= 0)
    screen = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var (isLocked, number) = (Int32(0), UInt32(0))
    try #require(ioctl(descriptor, 0x4004_5431, &isLocked) == 0)
    try #require(ioctl(descriptor, 0x8004_5430, &number) == 0)
    let other = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(other >= 0)
    user = FileHandle(fileDescriptor: other, closeOnDealloc: true)
  }

  /// Runs a process with the terminal as its standard error stream, and returns what it shows.
  func output(of process: Process) throws -> String {
    process.standardError = user
    try process.run()
    try user.close()
    var shown: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      // When the last program is gone there is an error to be read, which is the end.
      let count = read(screen.fileDescriptor, &bytes, bytes.count)
      guard count > 0 else { break }
      shown += bytes[..<count]
    }
    process.waitUntilExit()
    return String(decoding: shown, as: UTF8.self)
  }
}
