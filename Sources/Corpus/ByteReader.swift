/// Reads a file's bytes in pieces, decompressed where the file is compressed.
final class ByteReader {
  private let path: String
  private let handle: FileHandle
  private let inflater: Inflater?
  private var chunk = [UInt8](repeating: 0, count: 1 << 18)
  /// The number of bytes of the file that have been read.
  private(set) var fileBytesRead = 0

  init(path: String, isCompressed: Bool) throws(TextError) {
    self.path = path
    do {
      handle = try FileHandle.reading(path)
      inflater = isCompressed ? try Inflater() : nil
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }

  /// The next bytes, or nil at the end.
  func next() throws(TextError) -> [UInt8]? {
    guard let inflater else {
      let count = try readChunk()
      return count == 0 ? nil : Array(chunk[..<count])
    }
    while true {
      if inflater.needsInput {
        let count = try readChunk()
        if count == 0 {
          if inflater.isBetweenMembers { return nil }
          throw .truncatedGzip(path: path, byteOffset: fileBytesRead)
        }
        inflater.give(chunk[..<count])
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

  private func readChunk() throws(TextError) -> Int {
    do {
      let count = try handle.read(into: &chunk)
      fileBytesRead += count
      return count
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
  }
}
