import Files
import Safetensors

/// A file in memory for reading, and what was written for writing.
final class MemoryFile: ReadableFile {
  private let bytes: [UInt8]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var byteCount: Int { bytes.count }

  func read(_ byteCount: Int, at offset: Int) throws(FileError) -> [UInt8] {
    guard offset + byteCount <= bytes.count else {
      throw .endedEarly(path: "memory", offset: offset, byteCount: byteCount)
    }
    return Array(bytes[offset..<offset + byteCount])
  }
}

/// Collects what is written.
final class MemorySink: ByteSink {
  private(set) var bytes: [UInt8] = []

  func write(_ bytes: [UInt8]) throws(FileError) {
    self.bytes += bytes
  }
}

/// A file whose header is the given text, unpadded, before some zero bytes.
func file(header: String, dataByteCount: Int = 0) -> MemoryFile {
  file(header: Array(header.utf8), dataByteCount: dataByteCount)
}

/// A file whose header is the given bytes, before some zero bytes.
func file(header: [UInt8], dataByteCount: Int = 0) -> MemoryFile {
  let length = UInt64(header.count)
  let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
  return MemoryFile(prefix + header + [UInt8](repeating: 0, count: dataByteCount))
}
