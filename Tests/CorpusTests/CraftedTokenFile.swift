import Checksums

@testable import Corpus

/// The bytes of a token file whose sections have the checksums they need, so that only the values
/// given can be wrong.
///
/// The tokenizer is empty unless the header says otherwise.
func crafted(
  _ header: TokenFileHeader,
  tokens: [Int32],
  rows: [DocumentRow]? = nil,
  sources: [String] = ["source"],
  tokenizer: [UInt8] = [],
  answers: [Int]? = nil
) -> [UInt8] {
  var header = header
  let rows =
    rows ?? [DocumentRow(endToken: tokens.count, textByteCount: 0, readingIndex: 0, sourceIndex: 0)]
  let tokenBytes =
    header.tokenByteCount == 2
    ? tokens.map { UInt16(truncatingIfNeeded: $0) }.withUnsafeBytes(Array.init)
    : tokens.withUnsafeBytes(Array.init)
  let table = rows.flatMap { $0.encoded() }
  let names = sources.map { "\"\($0)\"" }.joined(separator: ",")
  let counts = answers.map { "\"answerTokenCounts\":\($0)," } ?? ""
  let metadata = Array("{\(counts)\"sources\":[\(names)],\"tokenizerName\":\"none\"}".utf8)
  header.tokensChecksum = checksum(of: tokenBytes)
  header.tableChecksum = checksum(of: table)
  header.metadataChecksum = checksum(of: metadata)
  header.metadataByteCount = metadata.count
  header.tokenizerByteCount = tokenizer.count
  header.tokenizerDigest = SHA256.digest(of: tokenizer)
  let padding = [UInt8](repeating: 0, count: (8 - (256 + tokenBytes.count) % 8) % 8)
  return header.encoded() + tokenBytes + padding + table + tokenizer + metadata
}

/// A header of one document of three tokens.
func craftedHeader() -> TokenFileHeader {
  var header = TokenFileHeader()
  header.vocabularySize = 512
  header.endID = 2
  header.documentCounts.train = 1
  header.tokenCounts.train = 3
  return header
}

/// Puts a little-endian number into a header and makes the header's checksum fit again.
func patched(_ bytes: [UInt8], _ value: some FixedWidthInteger, at offset: Int) -> [UInt8] {
  var bytes = bytes
  withUnsafeBytes(of: value.littleEndian) {
    bytes.replaceSubrange(offset..<(offset + $0.count), with: $0)
  }
  let sum = checksum(of: Array(bytes[..<252]))
  withUnsafeBytes(of: sum.littleEndian) { bytes.replaceSubrange(252..<256, with: $0) }
  return bytes
}
