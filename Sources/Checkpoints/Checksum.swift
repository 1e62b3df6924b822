import Files

/// The size and the checksum of a file, as a manifest states them.
struct Checksum: Hashable, Sendable {
  var byteCount: Int
  /// `xxh64:` and sixteen hexadecimal digits.
  var text: String

  /// Reads a whole file.
  init(of file: any ReadableFile) throws(FileError) {
    let chunk = 4 << 20
    var hash = XXHash64()
    var offset = 0
    while offset < file.byteCount {
      let bytes = try file.read(min(chunk, file.byteCount - offset), at: offset)
      hash.update(bytes)
      offset += bytes.count
    }
    self.init(byteCount: offset, hash: hash.finalized())
  }

  fileprivate init(byteCount: Int, hash: UInt64) {
    self.byteCount = byteCount
    let digits = String(hash, radix: 16)
    self.text = "xxh64:" + String(repeating: "0", count: 16 - digits.count) + digits
  }
}

/// Passes bytes on and keeps their checksum.
final class ChecksummedSink: ByteSink {
  private let sink: any ByteSink
  private var hash = XXHash64()
  private var byteCount = 0

  init(_ sink: any ByteSink) {
    self.sink = sink
  }

  /// The checksum of everything written so far.
  var checksum: Checksum { Checksum(byteCount: byteCount, hash: hash.finalized()) }

  func write(_ bytes: [UInt8]) throws(FileError) {
    try sink.write(bytes)
    hash.update(bytes)
    byteCount += bytes.count
  }
}
