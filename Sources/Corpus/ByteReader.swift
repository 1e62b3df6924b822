import Files

/// Reads a file's bytes in pieces, decompressed where the file is compressed.
final class ByteReader {
  private let path: String
  private let file: any ReadableFile
  private let inflater: Inflater?
  /// The number of bytes of the file that have been read.
  private(set) var fileBytesRead = 0

  init(path: String, isCompressed: Bool) throws(TextError) {
    self.path = path
    inflater = isCompressed ? Inflater() : nil
    do {
      file = try LocalFileSystem().open(path)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }

  /// The next bytes, or nil at the end.
  func next() throws(TextError) -> [UInt8]? {
    guard let inflater else {
      let chunk = try readChunk()
      return chunk.isEmpty ? nil : chunk
    }
    while true {
      if inflater.needsInput {
        let chunk = try readChunk()
        if chunk.isEmpty {
          if inflater.isBetweenMembers { return nil }
          throw .truncatedGzip(path: path, byteOffset: fileBytesRead)
        }
        inflater.give(chunk)
      }
      let consumedBefore = fileBytesRead - inflater.inputLeft
      do {
        let bytes = try inflater.inflate()
        if !bytes.isEmpty { return bytes }
      } catch {
        throw .corruptGzip(path: path, byteOffset: consumedBefore, reason: error.message)
      }
    }
  }

  private static let chunkByteCount = 1 << 18

  private func readChunk() throws(TextError) -> [UInt8] {
    do {
      let count = min(Self.chunkByteCount, file.byteCount - fileBytesRead)
      let chunk = try file.read(count, at: fileBytesRead)
      fileBytesRead += count
      return chunk
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }
}
