import Foundation

/// The memory the process holds.
enum ResidentMemory {
  struct Unknown: Error {}

  /// The resident part of the process, in bytes; Linux only tells it in `/proc`.
  static func byteCount() throws -> Int {
    #if os(Linux)
    let statistics = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    let fields = statistics.split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { throw Unknown() }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    #else
    return 0
    #endif
  }
}
