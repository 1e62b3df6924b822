/// Reading a file that fits in memory.
enum InputFile {
  /// The bytes of a file of at most `limit` bytes.
  static func contents(of path: String, limit: Int) throws(SystemFailure) -> [UInt8] {
    let file = try FileHandle.reading(path)
    let byteCount = try file.byteCount()
    guard byteCount <= limit else { throw .tooLarge }
    var bytes = [UInt8](repeating: 0, count: byteCount)
    var filled = 0
    while filled < byteCount {
      let count = try file.read(into: &bytes, from: filled)
      if count == 0 { break }
      filled += count
    }
    return Array(bytes[..<filled])
  }
}
