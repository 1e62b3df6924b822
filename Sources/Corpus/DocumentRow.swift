/// One row of a token file's document table: 32 bytes.
///
/// Four little-endian numbers of 64 bits; the upper half of the last is zero.
struct DocumentRow: Equatable {
  static let byteCount = 32

  /// The number of tokens of this document and all before it in the file.
  var endToken: Int
  /// The size of the document's text in UTF-8.
  var textByteCount: Int
  /// The document's number in the order in which the texts were read.
  var readingIndex: Int
  /// The source's position in the list of sources.
  var sourceIndex: Int

  init(endToken: Int, textByteCount: Int, readingIndex: Int, sourceIndex: Int) {
    self.endToken = endToken
    self.textByteCount = textByteCount
    self.readingIndex = readingIndex
    self.sourceIndex = sourceIndex
  }

  /// Nil when a number does not fit 63 bits, or the source's 32.
  init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    func load(_ field: Int) -> Int? {
      let value = bytes.loadUnaligned(fromByteOffset: offset + 8 * field, as: UInt64.self)
      return Int(exactly: UInt64(littleEndian: value))
    }
    guard let endToken = load(0), let textByteCount = load(1), let readingIndex = load(2),
      let sourceIndex = load(3), sourceIndex <= UInt32.max
    else { return nil }
    self.init(
      endToken: endToken,
      textByteCount: textByteCount,
      readingIndex: readingIndex,
      sourceIndex: sourceIndex
    )
  }

  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    for value in [endToken, textByteCount, readingIndex, sourceIndex] {
      withUnsafeBytes(of: UInt64(value).littleEndian) { bytes += $0 }
    }
    return bytes
  }
}
