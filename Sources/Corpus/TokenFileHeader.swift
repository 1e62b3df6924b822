import Checksums

/// The first 256 bytes of a token file.
///
/// Numbers are little-endian. Byte offsets:
///
///       0  "ESPTOKEN"
///       8  format version, 32 bits            12  bytes in the header, 32 bits: 256
///      16  bytes a token, 32 bits: 2 or 4     20  vocabulary size, 32 bits
///      24  beginning token, 32 bits, or -1    28  end token, 32 bits
///      32  documents, 64 bits each: train, validation
///      48  tokens, 64 bits each: train, validation
///      64  bytes of text, 64 bits each: train, validation
///      80  bytes of the tokenizer, 64 bits    88  bytes of the metadata, 64 bits
///      96  SHA-256 of the tokenizer, 32 bytes
///     128  seed of the split, 64 bits         136  validation fraction, IEEE 754 double
///     144  CRC-32, 32 bits each: tokens, document table, metadata
///     156  zero
///     252  CRC-32 of bytes 0 to 251
///
/// Behind it lie, without gaps: the train tokens, the validation tokens, zeros up to a multiple of
/// 8 bytes, the document table (``DocumentRow``), the tokenizer and the metadata (JSON). No offset is
/// stored, so sections cannot overlap.
struct TokenFileHeader: Equatable {
  static let byteCount = 256
  static let version = 1
  static let magic = Array("ESPTOKEN".utf8)

  var tokenByteCount = 2
  var vocabularySize = 0
  var beginningID: Int32?
  var endID: Int32 = 0
  var documentCounts = PerSplit(train: 0, validation: 0)
  var tokenCounts = PerSplit(train: 0, validation: 0)
  var textByteCounts = PerSplit(train: 0, validation: 0)
  var tokenizerByteCount = 0
  var metadataByteCount = 0
  var tokenizerDigest = [UInt8](repeating: 0, count: 32)
  var split = DocumentSplit()
  var tokensChecksum: UInt32 = 0
  var tableChecksum: UInt32 = 0
  var metadataChecksum: UInt32 = 0

  /// The bytes as they lie in the file.
  func encoded() -> [UInt8] {
    var bytes: [UInt8] = []
    func add(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
    bytes += Self.magic
    add(UInt32(Self.version))
    add(UInt32(Self.byteCount))
    add(UInt32(tokenByteCount))
    add(UInt32(vocabularySize))
    add(beginningID ?? -1)
    add(endID)
    for counts in [documentCounts, tokenCounts, textByteCounts] {
      add(UInt64(counts.train))
      add(UInt64(counts.validation))
    }
    add(UInt64(tokenizerByteCount))
    add(UInt64(metadataByteCount))
    bytes += tokenizerDigest
    add(split.seed)
    add(split.validationFraction.bitPattern)
    add(tokensChecksum)
    add(tableChecksum)
    add(metadataChecksum)
    bytes += [UInt8](repeating: 0, count: Self.byteCount - 4 - bytes.count)
    add(checksum(of: bytes))
    return bytes
  }

  /// Reads and checks a header.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(TokenFileError) {
    guard bytes.prefix(Self.magic.count).elementsEqual(Self.magic) else {
      throw .notATokenFile(path: path)
    }
    guard bytes.count >= Self.byteCount else {
      throw .truncatedHeader(path: path, byteCount: bytes.count)
    }
    func load<Value: FixedWidthInteger>(_ offset: Int, as type: Value.Type) -> Value {
      Value(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
    // Another version may lay out everything behind its number differently, so it comes first.
    let version = load(8, as: UInt32.self)
    guard version == Self.version else {
      throw .unsupportedVersion(path: path, found: Int(version), supported: Self.version)
    }
    let covered = UnsafeRawBufferPointer(rebasing: bytes[..<(Self.byteCount - 4)])
    guard load(Self.byteCount - 4, as: UInt32.self) == checksum(of: covered) else {
      throw .damagedHeader(path: path)
    }

    // A header may fit its checksum and still be nonsense, when a program made it.
    func invalid(_ field: String, _ value: some Any, _ expected: String) -> TokenFileError {
      .invalidHeaderField(path: path, field: field, value: "\(value)", expected: expected)
    }
    func count(_ offset: Int, _ field: String) throws(TokenFileError) -> Int {
      let value = load(offset, as: UInt64.self)
      guard let count = Int(exactly: value) else { throw invalid(field, value, "less than 2^63") }
      return count
    }
    func counts(_ offset: Int, _ field: String) throws(TokenFileError) -> PerSplit {
      PerSplit(
        train: try count(offset, "train \(field)"),
        validation: try count(offset + 8, "validation \(field)")
      )
    }
    let headerByteCount = load(12, as: UInt32.self)
    guard headerByteCount == Self.byteCount else {
      throw invalid("header size", headerByteCount, "\(Self.byteCount)")
    }
    tokenByteCount = Int(load(16, as: UInt32.self))
    guard tokenByteCount == 2 || tokenByteCount == 4 else {
      throw invalid("bytes a token", tokenByteCount, "2 or 4")
    }
    vocabularySize = Int(load(20, as: UInt32.self))
    let largest = tokenByteCount == 2 ? 1 << 16 : Int(Int32.max)
    guard (1...largest).contains(vocabularySize) else {
      throw invalid("vocabulary size", vocabularySize, "1 to \(largest)")
    }
    let beginning = load(24, as: Int32.self)
    guard beginning >= -1, beginning < vocabularySize else {
      throw invalid("beginning token", beginning, "-1 or a token of the vocabulary")
    }
    beginningID = beginning < 0 ? nil : beginning
    endID = load(28, as: Int32.self)
    guard endID >= 0, endID < vocabularySize else {
      throw invalid("end token", endID, "a token of the vocabulary")
    }
    documentCounts = try counts(32, "documents")
    tokenCounts = try counts(48, "tokens")
    textByteCounts = try counts(64, "text bytes")
    tokenizerByteCount = try count(80, "tokenizer bytes")
    metadataByteCount = try count(88, "metadata bytes")
    tokenizerDigest = Array(bytes[96..<128])
    let fraction = Double(bitPattern: load(136, as: UInt64.self))
    split = DocumentSplit(validationFraction: fraction, seed: load(128, as: UInt64.self))
    guard split.isValid else { throw invalid("validation share", fraction, "0 to below 1") }
    tokensChecksum = load(144, as: UInt32.self)
    tableChecksum = load(148, as: UInt32.self)
    metadataChecksum = load(152, as: UInt32.self)
    guard bytes[156..<(Self.byteCount - 4)].allSatisfy({ $0 == 0 }) else {
      throw invalid("unused bytes", "others", "zeros")
    }
  }

  init() {}
}

/// A count for each part of a corpus.
struct PerSplit: Hashable, Sendable {
  var train: Int
  var validation: Int

  subscript(split: Split) -> Int {
    get { split == .train ? train : validation }
    set { if split == .train { train = newValue } else { validation = newValue } }
  }

  /// The sum, or nil when it does not fit.
  var checkedTotal: Int? {
    let (sum, overflow) = train.addingReportingOverflow(validation)
    return overflow ? nil : sum
  }
}

/// Where the sections of a token file lie.
struct TokenFileLayout: Equatable {
  let tokens: Range<Int>
  let documentTable: Range<Int>
  let tokenizer: Range<Int>
  let metadata: Range<Int>

  /// Nil when a size does not fit 63 bits.
  init?(_ header: TokenFileHeader) {
    guard let tokenCount = header.tokenCounts.checkedTotal,
      let documentCount = header.documentCounts.checkedTotal,
      let tokens = Self.section(
        at: TokenFileHeader.byteCount,
        count: tokenCount,
        elementByteCount: header.tokenByteCount
      ),
      let tableStart = Self.roundedUp(tokens.upperBound),
      let table = Self.section(
        at: tableStart,
        count: documentCount,
        elementByteCount: DocumentRow.byteCount
      ),
      let tokenizer = Self.section(
        at: table.upperBound,
        count: header.tokenizerByteCount,
        elementByteCount: 1
      ),
      let metadata = Self.section(
        at: tokenizer.upperBound,
        count: header.metadataByteCount,
        elementByteCount: 1
      )
    else { return nil }
    self.tokens = tokens
    documentTable = table
    self.tokenizer = tokenizer
    self.metadata = metadata
  }

  private static func section(at start: Int, count: Int, elementByteCount: Int) -> Range<Int>? {
    let (byteCount, tooLarge) = count.multipliedReportingOverflow(by: elementByteCount)
    let (end, tooFar) = start.addingReportingOverflow(byteCount)
    return tooLarge || tooFar ? nil : start..<end
  }

  /// The next multiple of the document table's alignment.
  static func roundedUp(_ offset: Int) -> Int? {
    let (sum, overflow) = offset.addingReportingOverflow(7)
    return overflow ? nil : sum & ~7
  }
}
