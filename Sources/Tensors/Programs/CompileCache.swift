// Foundation: files and folders.
import Foundation

/// Compiled programs in a folder, one file a program.
///
/// A file is found by a hash of the compiler and the program's text and holds both in full, so two
/// programs of one hash are told apart, and a file of another compiler is never used.
struct CompileCache: Sendable {
  let folder: String
  let compiler: String

  func load(for text: String) -> [UInt8]? {
    let key = key(text)
    // A file that cannot be read counts as not there.
    guard let file = FileManager.default.contents(atPath: path(key)) else { return nil }
    guard file.count > key.count + Self.magic.count, file.starts(with: Self.magic + key) else {
      return nil
    }
    return [UInt8](file.dropFirst(Self.magic.count + key.count))
  }

  /// Stores a program; a reader sees the whole file or none.
  func store(_ program: [UInt8], for text: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder,
      withIntermediateDirectories: true
    )
    let key = key(text)
    try Data(Self.magic + key + program)
      .write(to: URL(fileURLWithPath: path(key)), options: .atomic)
  }

  private static let magic = [UInt8]("espalier-program-1\n".utf8)

  private func key(_ text: String) -> [UInt8] {
    [UInt8]("\(compiler)\n\(text.utf8.count)\n\(text)\n".utf8)
  }

  private func path(_ key: [UInt8]) -> String {
    // FNV-1a; a collision costs a compilation, since the whole key is compared.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    let digits = String(hash, radix: 16)
    return "\(folder)/\(String(repeating: "0", count: 16 - digits.count))\(digits).program"
  }
}
