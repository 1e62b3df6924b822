import Files
import PJRT

/// Compiled programs in a folder, one file a program.
///
/// A file is found by a hash of the compiler and the program's text and holds both in full, so two
/// programs of one hash are told apart, and a file of another compiler is never used. A checksum keeps
/// damaged machine code from being run. The folder keeps the programs that were stored last.
struct CompileCache: Sendable {
  /// How many programs a folder keeps.
  static let capacity = 64

  let folder: String
  /// What compiled the programs, for which kind of processor and with which settings.
  let compiler: String

  func load(for text: String) -> [UInt8]? {
    let key = key(text)
    // A file that cannot be read counts as not there.
    guard let file = try? LocalFileSystem().contents(of: path(key)) else { return nil }
    let head = Self.magic + key
    guard file.count >= head.count + Self.checksumSize, file.starts(with: head) else { return nil }
    let program = [UInt8](file.dropFirst(head.count + Self.checksumSize))
    let stored = file.dropFirst(head.count).prefix(Self.checksumSize)
    return stored.elementsEqual(Self.checksum(program)) ? program : nil
  }

  /// Stores a program; a reader sees the whole file or none.
  func store(_ program: [UInt8], for text: String) throws {
    let files = LocalFileSystem()
    try files.createFolders(folder)
    let key = key(text)
    try files.replace(path(key), with: Self.magic + key + Self.checksum(program) + program)
    try removeOldest()
  }

  private func removeOldest() throws {
    let files = LocalFileSystem()
    let paths = try files.names(inFolder: folder)
      .filter { !$0.hasPrefix(".") && $0.hasSuffix(".\(Self.fileExtension)") }
      .map { "\(folder)/\($0)" }
    guard paths.count > Self.capacity else { return }
    let dated = try paths.map { (path: $0, seconds: try files.stamp(of: $0).seconds) }
    for old in dated.sorted(by: { $0.seconds < $1.seconds }).prefix(paths.count - Self.capacity) {
      try files.removeFile(old.path)
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
  init(folder: String, client: Client, options: CompileOptions) {
    // A plugin whose file cannot be looked at any more is known by its version alone.
    let stamp = try? LocalFileSystem().stamp(of: client.plugin.path)
    let settings = options.settings.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    self.init(
      folder: folder,
      compiler: [
        client.platformName, client.platformVersion, "\(client.plugin.interfaceVersion)",
        "\(stamp?.byteCount ?? 0) \(stamp?.seconds ?? 0)", Self.processorFeatures,
        settings.joined(separator: " "),
      ].joined(separator: "\n")
    )
  }

  /// The features of the first processor as the system lists them; empty where it does not.
  private static let processorFeatures: String = {
    let text = (try? LocalFileSystem().bytes(through: "/proc/cpuinfo")) ?? []
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
    return lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }.map(String.init) ?? ""
  }()
}
