import Foundation
import Testing

/// A running command that is read line by line and held up when nobody reads.
///
/// Its standard error stream is a socket with the smallest buffer there is, which holds a handful
/// of lines. So the command is never further than these behind the line that was read last, and a test
/// that stops it there stops it there on every machine.
final class LiveCommand {
  let process: Process
  private let reader: FileHandle
  private var pending = Data()
  private(set) var lines: [String] = []

  /// Starts a command, with the signals that ask it to stop as a terminal would give them.
  init(_ arguments: [String], in folder: String, launcher: [String] = defaultSignals) throws {
    let stream = try SlowStream()
    reader = stream.reader
    process = EspalierProcess(folder: folder, launcher: launcher).make(arguments)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = stream.writer
    try process.run()
    try stream.writer.close()
  }

  /// Whoever runs the tests may have some ignored, and a process inherits that.
  #if os(Linux)
  static let defaultSignals = ["/usr/bin/env", "--default-signal=HUP,INT,TERM,XCPU"]
  #else
  static let defaultSignals: [String] = []
  #endif

  /// Reads on to a line that begins with a text; false if the command ended without one.
  func reads(lineBeginning start: String) throws -> Bool {
    while let line = try nextLine() {
      if line.hasPrefix(start) { return true }
    }
    return false
  }

  /// Reads what is left and waits for the end.
  func finish() throws -> Process.TerminationReason {
    while try nextLine() != nil {}
    process.waitUntilExit()
    return process.terminationReason
  }

  /// Closes the stream that the command writes to and waits for its end.
  func stopReading() throws {
    try reader.close()
    process.waitUntilExit()
  }

  /// Sends a signal.
  func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  private func nextLine() throws -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending = pending[(end + 1)...]
        lines.append(line)
        return line
      }
      let bytes = reader.availableData
      if bytes.isEmpty { return nil }
      pending += bytes
    }
  }
}

/// A socket with the smallest buffer there is, which holds a handful of lines.
struct SlowStream {
  let reader: FileHandle
  let writer: FileHandle

  init() throws {
    var ends: [Int32] = [0, 0]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    // The system raises this to its least.
    var size: Int32 = 1
    for end in ends {
      setsockopt(end, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    writer = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
  }

  /// The size of its buffer, as the system counts.
  var byteCount: Int {
    var size: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(writer.fileDescriptor, SOL_SOCKET, SO_SNDBUF, &size, &length)
    return Int(size)
  }
}
