import Files
import PJRT
import Synchronization

/// Compiled programs in a folder, one file a program.
///
/// A file is found by a hash of the compiler and the program's text and holds both in full, so two
/// programs of one hash are told apart, and a file of another compiler is never used. A checksum keeps
/// damaged machine code from being run. The folder keeps the programs that were used last.
final class CompileCache: Sendable {
  /// How many bytes a folder keeps: a few thousand programs.
  static let usualCapacity = 1 << 30
  /// Looking through the folder costs as much as compiling a small program, so few stores do it.
  private static let storesBetweenLooks = 16

  private let folder: String
  /// What compiled the programs, for which kind of processor and with which settings.
  private let compiler: String
  private let capacity: Int
  private let storeCount = Mutex(0)

  init(folder: String, compiler: String, capacity: Int) {
    self.folder = folder
    self.compiler = compiler
    self.capacity = capacity
  }

  func load(for text: String) -> [UInt8]? {
    let files = LocalFileSystem()
    let key = key(text)
    let path = path(key)
    // A file that cannot be read counts as not there.
    guard let file = try? files.contents(of: path) else { return nil }
    let head = Self.magic + key
    guard file.count >= head.count + Self.checksumSize, file.starts(with: head) else { return nil }
    let program = [UInt8](file.dropFirst(head.count + Self.checksumSize))
    let stored = file.dropFirst(head.count).prefix(Self.checksumSize)
    guard stored.elementsEqual(Self.checksum(program)) else { return nil }
    // Where that is not allowed, the program only leaves the folder earlier.
    try? files.markAsChanged(path)
    return program
  }

  /// Stores a program; a reader sees the whole file or none.
  func store(_ program: [UInt8], for text: String) throws(FileError) {
    let files = LocalFileSystem()
    try files.createFolders(folder)
    let key = key(text)
    try files.replace(path(key), with: Self.magic + key + Self.checksum(program) + program)
    let earlierStores = storeCount.withLock { count in
      defer { count += 1 }
      return count
    }
    if earlierStores.isMultiple(of: Self.storesBetweenLooks) { try removeOldest() }
  }

  /// Deletes what was used longest ago, until three quarters of the capacity are left.
  private func removeOldest() throws(FileError) {
    let files = LocalFileSystem()
    var programs: [(path: String, stamp: FileStamp)] = []
    for name in try files.names(inFolder: folder)
    where !name.hasPrefix(".") && name.hasSuffix(".\(Self.fileExtension)") {
      let path = "\(folder)/\(name)"
      // Another process may have deleted it meanwhile.
      guard let stamp = try? files.stamp(of: path) else { continue }
      programs.append((path, stamp))
    }
    var byteCount = programs.reduce(0) { $0 + $1.stamp.byteCount }
    guard byteCount > capacity else { return }
    for old in programs.sorted(by: { $0.stamp.seconds < $1.stamp.seconds })
    where byteCount > capacity / 4 * 3 {
      try? files.removeFile(old.path)
      byteCount -= old.stamp.byteCount
    }
  }

  private static let fileExtension = "program"
  private static let magic = [UInt8]("espalier-program-2\n".utf8)

  private func key(_ text: String) -> [UInt8] {
    [UInt8]("\(compiler)\n\(text.utf8.count)\n\(text)\n".utf8)
  }

  private static let checksumSize = 8

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    withUnsafeBytes(of: hash(bytes).littleEndian) { Array($0) }
  }

  /// FNV-1a over words of eight bytes, then over the bytes that are left.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ word: UInt64) { hash = (hash ^ word) &* 0x0000_0100_0000_01B3 }
    bytes.withUnsafeBytes { memory in
      let wordBytes = memory.count & ~7
      for start in stride(from: 0, to: wordBytes, by: 8) {
        add(UInt64(littleEndian: memory.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
      }
      for byte in memory[wordBytes...] { add(UInt64(byte)) }
    }
    return hash
  }

  private func path(_ key: [UInt8]) -> String {
    // A collision costs a compilation, since the whole key is compared.
    let digits = String(Self.hash(key), radix: 16)
    let padding = String(repeating: "0", count: 16 - digits.count)
    return "\(folder)/\(padding)\(digits).\(Self.fileExtension)"
  }
}

extension CompileCache {
  /// A cache for what a client compiles with some options.
  ///
  /// The plugin's version text says little, so its file's size and date count as well; and since
  /// machine code fits a processor, so do the processor's features.
  convenience init(folder: String, capacity: Int, client: Client, options: CompileOptions) {
    // A plugin whose file cannot be looked at any more is known by its version alone.
    let stamp = try? LocalFileSystem().stamp(of: client.plugin.path)
    let settings = options.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    self.init(
      folder: folder,
      compiler: [
        client.platformName, client.platformVersion, "\(client.plugin.interfaceVersion)",
        "\(stamp?.byteCount ?? 0) \(stamp?.seconds ?? 0)", Self.processorFeatures,
        settings.joined(separator: " "),
        // XLA reads these options itself.
        environmentValue("XLA_FLAGS") ?? "",
      ].joined(separator: "\n"),
      capacity: capacity
    )
  }

  /// The features of the first processor as the system lists them; empty where it does not.
  private static let processorFeatures: String = {
    let text = (try? LocalFileSystem().bytes(through: "/proc/cpuinfo")) ?? []
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    return lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }.map(String.init) ?? ""
  }()
}
