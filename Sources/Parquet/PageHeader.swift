/// What stands before a page of a column.
struct PageHeader {
  /// What a page holds.
  enum Kind: Equatable {
    /// The distinct values, to which data pages refer.
    case dictionary
    /// Values, with levels that are compressed like them.
    case data
    /// Values behind levels that are not compressed; the bytes of both kinds of levels.
    case dataWithPlainLevels(repetition: Int, definition: Int, isCompressed: Bool)
    /// Something to read over.
    case other
  }

  let kind: Kind
  /// How many values there are, absent ones among them.
  let valueCount: Int
  /// The number of the values' encoding.
  let encoding: Int
  /// The page's bytes as they lie in the file.
  let compressedByteCount: Int
  /// The page's bytes when they are decompressed.
  let byteCount: Int
  /// The checksum of the bytes as they lie in the file, where the writer gave one.
  let checksum: UInt32?

  /// The largest page that is read, and the most values in one: more than writers make by far, and little enough that a
  /// damaged number takes no machine's memory.
  static let byteLimit = 1 << 28, valueLimit = 1 << 24

  /// Reads a header.
  init(_ cursor: inout ByteCursor) throws(Damage) {
    let header = try cursor.structure()
    guard let code = header[1]?.integer, let byteCount = header[2]?.integer,
      let compressed = header[3]?.integer
    else { throw Damage("a page's header lacks its kind or its size") }
    guard (0...Self.byteLimit).contains(byteCount), (0...Self.byteLimit).contains(compressed) else {
      throw Damage("a page's header states \(compressed) bytes for \(byteCount)")
    }
    self.byteCount = byteCount
    compressedByteCount = compressed
    checksum = header[4]?.integer.map { UInt32(truncatingIfNeeded: $0) }
    let details: CompactValue?
    switch code {
    case 0: (kind, details) = (.data, header[5])
    case 2: (kind, details) = (.dictionary, header[7])
    case 3:
      details = header[8]
      let levels = (details?[6]?.integer ?? 0, details?[5]?.integer ?? 0)
      guard levels.0 >= 0, levels.1 >= 0, levels.0 + levels.1 <= min(byteCount, compressed) else {
        throw Damage("a page's header states levels that are larger than the page")
      }
      kind = .dataWithPlainLevels(
        repetition: levels.0,
        definition: levels.1,
        isCompressed: details?[7]?.boolean ?? true
      )
    default: (kind, details) = (.other, nil)
    }
    guard kind != .other else {
      (valueCount, encoding) = (0, 0)
      return
    }
    let encodingField: Int16 = code == 3 ? 4 : 2
    guard let valueCount = details?[1]?.integer, let encoding = details?[encodingField]?.integer
    else {
      throw Damage("a page's header lacks its values' number or encoding")
    }
    guard (0...Self.valueLimit).contains(valueCount) else {
      throw Damage("a page's header states \(valueCount) values")
    }
    self.valueCount = valueCount
    self.encoding = encoding
  }
}
