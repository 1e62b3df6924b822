#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A limit of memory that a shell or a queueing system can set for a process.
///
/// XLA takes it for granted that threads and their memory can be had: below what it takes at its start it ends the
/// process, or waits for a thread that has never begun. So it is asked before. A model takes more, by its size.
enum MemoryLimit: CaseIterable {
  /// All that a process has mapped, such as threads' stacks that are hardly touched.
  case addressSpace
  /// The part that the process can write to.
  case data

  /// Throws if a limit is so low that XLA cannot start, as far as is known.
  static func check() throws(PJRTError) {
    let coreCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    for limit in allCases {
      let needed = limit.neededByteCount(coreCount: coreCount)
      if let found = limit.byteCount, found < needed {
        throw .memoryLimited(shellOption: limit.shellOption, found: found, needed: needed)
      }
    }
  }

  /// Somewhat more than a tiny model took on two cores, 1.2 GB and 0.25 GB; each core has threads of its own.
  private func neededByteCount(coreCount: Int) -> Int {
    switch self {
    case .addressSpace: (1 << 30) + coreCount << 27
    case .data: (1 << 27) + coreCount << 26
    }
  }

  /// The option of a shell's `ulimit` that sets it.
  private var shellOption: String {
    switch self {
    case .addressSpace: "-v"
    case .data: "-d"
    }
  }

  /// The limit; nil where there is none.
  private var byteCount: Int? {
    var limit = rlimit()
    let resource =
      switch self {
      case .addressSpace: RLIMIT_AS
      case .data: RLIMIT_DATA
      }
    #if canImport(Glibc)
    // The C library names the numbers by an enumeration, and its function takes a number.
    let number = __rlimit_resource_t(resource.rawValue)
    #else
    let number = resource
    #endif
    guard getrlimit(number, &limit) == 0, limit.rlim_cur < Int.max else { return nil }
    return Int(limit.rlim_cur)
  }
}
