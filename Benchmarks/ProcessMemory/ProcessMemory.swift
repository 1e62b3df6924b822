import Foundation

/// The memory this process holds, by the kernel's count, which only Linux tells.
public enum ProcessMemory {
  /// Why a figure is missing.
  public struct Unknown: Error, CustomStringConvertible {
    /// One sentence.
    public let description =
      "the memory of a process is read from /proc/self, which this system has not"
  }

  /// What it holds now, in bytes.
  ///
  /// - Throws: ``Unknown`` where the system does not tell.
  public static func residentBytes() throws -> Int { try bytes("VmRSS:") }

  /// The most it held since ``resetPeak()``, or ever, in bytes.
  ///
  /// - Throws: ``Unknown`` where the system does not tell.
  public static func peakBytes() throws -> Int { try bytes("VmHWM:") }

  /// Forgets the peak so far.
  ///
  /// - Throws: ``Unknown`` where the system does not allow it.
  public static func resetPeak() throws {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { throw Unknown() }
    try file.write(contentsOf: Data("5".utf8))
    try file.close()
  }

  private static func bytes(_ field: String) throws -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(field) }),
      let word = line.split(whereSeparator: \.isWhitespace).dropFirst().first,
      let kibibytes = Int(word)
    else { throw Unknown() }
    return kibibytes * 1024
  }
}
