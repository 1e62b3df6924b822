import Files
import Foundation

extension MachineRecord {
  /// The machine that runs this program, as far as the system tells.
  ///
  /// What the system does not tell is `unknown`, or an empty list of features.
  package static func current() -> MachineRecord {
    var names = utsname()
    let known = uname(&names) == 0
    let process = ProcessInfo.processInfo
    let processor = currentProcessor()
    return MachineRecord(
      operatingSystem: process.operatingSystemVersionString,
      kernel: known ? "\(text(in: names.sysname)) \(text(in: names.release))" : "unknown",
      architecture: known ? text(in: names.machine) : "unknown",
      processor: processor.name ?? "unknown",
      coreCount: process.activeProcessorCount,
      memoryBytes: process.physicalMemory,
      features: processor.features
    )
  }

  /// The characters of a fixed-size C array before its first zero.
  private static func text<Characters>(in characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  #if canImport(Darwin)
  private static func currentProcessor() -> ProcessorDescription {
    var description = ProcessorDescription(cpuinfo: "")
    var characters = [UInt8](repeating: 0, count: 256)
    var size = characters.count
    if sysctlbyname("machdep.cpu.brand_string", &characters, &size, nil, 0) == 0 {
      description.name = String(decoding: characters.prefix { $0 != 0 }, as: UTF8.self)
    }
    return description
  }
  #else
  private static func currentProcessor() -> ProcessorDescription {
    // A system without /proc leaves the processor unknown, which the record can say.
    let cpuinfo = (try? LocalFileSystem().bytes(through: "/proc/cpuinfo")) ?? []
    return ProcessorDescription(cpuinfo: String(decoding: cpuinfo, as: UTF8.self))
  }
  #endif
}
