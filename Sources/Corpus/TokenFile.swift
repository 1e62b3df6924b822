import Checksums
import Files
import Foundation

/// A packed corpus: the tokens of all documents in one memory-mapped file.
///
/// ```swift
/// let file = try TokenFile(path: "runs/demo/corpus.tokens")
/// let sequences = try file.sequences(of: .train, contextLength: 128)
/// ```
///
/// Train documents come first and validation documents last, so a sequence never mixes the two. The
/// file holds its tokenizer too, and so can be decoded wherever it goes. Opening checks the header, the
/// document table, the tokenizer and the names; ``checkTokens()`` checks the tokens, once for a run.
///
/// The file must not be shortened while it is open; ``TokenFileWriter`` replaces files and never
/// changes one.
public final class TokenFile: Sendable {
  /// Where the file is.
  public let path: String
  /// Which documents were meant to be held out.
  public let documentSplit: DocumentSplit
  /// The name of the tokenizer.
  public let tokenizerName: String
  /// The names of the sources of the documents.
  public let sources: [String]
  /// How many tokens at the end of each document are an answer, the train part's documents first; nil for plain texts.
  private let answerTokenCounts: [Int]?

  let header: TokenFileHeader
  private let layout: TokenFileLayout
  private let mapping: MappedFile

  /// Opens a token file.
  public init(path: String) throws(TokenFileError) {
    let mapping: MappedFile
    do {
      mapping = try MappedFile(path)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    let header = try TokenFileHeader(mapping.bytes, path: path)
    let byteCount = mapping.bytes.count
    guard let layout = TokenFileLayout(header), layout.metadata.upperBound == byteCount else {
      throw .wrongLength(
        path: path,
        byteCount: byteCount,
        expected: TokenFileLayout(header)?.metadata.upperBound
      )
    }
    func section(_ range: Range<Int>) -> UnsafeRawBufferPointer {
      UnsafeRawBufferPointer(rebasing: mapping.bytes[range])
    }
    guard
      mapping.bytes[layout.tokens.upperBound..<layout.documentTable.lowerBound].allSatisfy({
        $0 == 0
      })
    else { throw .damagedSection(path: path, section: .tokens) }
    guard checksum(of: section(layout.documentTable)) == header.tableChecksum else {
      throw .damagedSection(path: path, section: .documentTable)
    }
    guard SHA256.digest(of: Array(section(layout.tokenizer))) == header.tokenizerDigest else {
      throw .damagedSection(path: path, section: .tokenizer)
    }
    let metadataBytes = section(layout.metadata)
    // Bytes that fit the checksum and are no such JSON were not written by this program.
    guard checksum(of: metadataBytes) == header.metadataChecksum,
      let metadata = try? JSONDecoder().decode(
        TokenFileMetadata.self,
        from: Data(metadataBytes)
      )
    else { throw .damagedSection(path: path, section: .metadata) }

    self.path = path
    self.header = header
    self.layout = layout
    self.mapping = mapping
    documentSplit = header.split
    tokenizerName = metadata.tokenizerName
    sources = metadata.sources
    answerTokenCounts = metadata.answerTokenCounts
    try checkDocumentTable()
    try checkAnswers()
  }

  /// The number of pieces in the tokenizer's vocabulary; every token is smaller.
  public var vocabularySize: Int { header.vocabularySize }

  /// The token that may stand before a document; the file itself does not contain it.
  public var beginningID: Int32? { header.beginningID }

  /// The token behind every document.
  public var endID: Int32 { header.endID }

  /// The SHA-256 sum of the tokenizer in lower-case hexadecimal.
  public var tokenizerChecksum: String { hexadecimal(header.tokenizerDigest) }

  /// What tells this file from another: the checksums of its tokenizer, its documents and its tokens.
  public var fileChecksum: String {
    let sums = [header.tableChecksum, header.tokensChecksum].map { String($0, radix: 16) }
    return "\(tokenizerChecksum.prefix(16))-\(sums.joined(separator: "-"))"
  }
  /// The bytes of `tokenizer.model`.
  public var tokenizerModel: [UInt8] { Array(mapping.bytes[layout.tokenizer]) }

  /// Loads the tokenizer that the file was packed with.
  public func loadTokenizer() throws(TokenizerError) -> Tokenizer {
    try Tokenizer(serializedModel: tokenizerModel, name: tokenizerName)
  }

  /// The number of bytes on disk.
  public var byteCount: Int { mapping.bytes.count }

  /// The number of tokens of a part, end tokens included.
  public func tokenCount(of split: Split) -> Int { header.tokenCounts[split] }

  /// The number of documents of a part.
  public func documentCount(of split: Split) -> Int { header.documentCounts[split] }

  /// The size of the texts of a part in UTF-8.
  public func textByteCount(of split: Split) -> Int { header.textByteCounts[split] }

  /// Whether a document's beginning is trained on and its end held out, as where there was only one; both
  /// pieces count as documents.
  public var dividesDocument: Bool {
    guard documentCount(of: .train) > 0, documentCount(of: .validation) > 0 else { return false }
    return document(documentCount(of: .train) - 1, of: .train).readingIndex
      == document(0, of: .validation).readingIndex
  }

  /// Whether the documents are prompts with answers.
  public var holdsAnswers: Bool { answerTokenCounts != nil }

  /// One document of a part, in the order of the file.
  public func document(_ index: Int, of split: Split) -> PackedDocument {
    precondition(
      index >= 0 && index < documentCount(of: split),
      "the document is not part of this split"
    )
    let place = index + (split == .train ? 0 : header.documentCounts.train)
    let offset = split == .train ? 0 : header.tokenCounts.train
    let row = row(place)
    let start = place == 0 ? 0 : self.row(place - 1).endToken
    return PackedDocument(
      tokens: (start - offset)..<(row.endToken - offset),
      textByteCount: row.textByteCount,
      readingIndex: row.readingIndex,
      source: sources[row.sourceIndex],
      answerTokenCount: answerTokenCounts?[place]
    )
  }

  /// The tokens at positions of a part.
  public func tokens(
    in range: Range<Int>,
    of split: Split
  ) throws(TokenFileError) -> [Int32] {
    var tokens: [Int32] = []
    tokens.reserveCapacity(range.count)
    try appendTokens(in: range, of: split, to: &tokens)
    return tokens
  }

  /// Adds the tokens at positions of a part to a list.
  func appendTokens(
    in range: Range<Int>,
    of split: Split,
    to tokens: inout [Int32]
  ) throws(TokenFileError) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= tokenCount(of: split),
      "the tokens are not part of this split"
    )
    let first = range.lowerBound + (split == .train ? 0 : header.tokenCounts.train)
    let size = Int32(header.vocabularySize)
    let start = tokens.count
    let byteOffset = layout.tokens.lowerBound + first * header.tokenByteCount
    // SAFETY: the precondition and the check of the file's length keep the range inside the mapping.
    if header.tokenByteCount == 2 {
      for index in 0..<range.count {
        let value = mapping.bytes.loadUnaligned(
          fromByteOffset: byteOffset + 2 * index,
          as: UInt16.self
        )
        tokens.append(Int32(UInt16(littleEndian: value)))
      }
    } else {
      for index in 0..<range.count {
        let value = mapping.bytes.loadUnaligned(
          fromByteOffset: byteOffset + 4 * index,
          as: Int32.self
        )
        tokens.append(Int32(littleEndian: value))
      }
    }
    for position in start..<tokens.count where tokens[position] < 0 || tokens[position] >= size {
      throw .tokenOutsideVocabulary(
        path: path,
        position: first + position - start,
        token: Int(tokens[position]),
        vocabularySize: header.vocabularySize
      )
    }
  }

  /// Checks by their checksum that the tokens are those that were written.
  ///
  /// It reads all of them: a gigabyte takes as long as the disk needs, and half a second where it is in memory.
  public func checkTokens() throws(TokenFileError) {
    let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[layout.tokens])
    guard checksum(of: bytes) == header.tokensChecksum else {
      throw .damagedSection(path: path, section: .tokens)
    }
  }

  /// Reads the whole file and checks that the tokens are those that were written, and all in the vocabulary.
  public func verify() throws(TokenFileError) {
    var buffer: [Int32] = []
    for split in Split.allCases {
      var start = 0
      while start < tokenCount(of: split) {
        let end = min(start + 1 << 16, tokenCount(of: split))
        buffer.removeAll(keepingCapacity: true)
        try appendTokens(in: start..<end, of: split, to: &buffer)
        start = end
      }
    }
    try checkTokens()
  }

  private func row(_ place: Int) -> DocumentRow {
    let offset = layout.documentTable.lowerBound + place * DocumentRow.byteCount
    guard let row = DocumentRow(mapping.bytes, at: offset) else {
      preconditionFailure("the table was checked when the file was opened")
    }
    return row
  }

  /// Checks that each document has a prompt and an answer, if one has.
  private func checkAnswers() throws(TokenFileError) {
    guard let answerTokenCounts else { return }
    guard answerTokenCounts.count == header.documentCounts.checkedTotal else {
      throw .damagedSection(path: path, section: .metadata)
    }
    for (place, count) in answerTokenCounts.enumerated() {
      let start = place == 0 ? 0 : row(place - 1).endToken
      guard 1..<row(place).endToken - start ~= count else {
        throw .damagedDocument(path: path, document: place, reason: "it has no prompt or no answer")
      }
    }
  }

  /// Checks every row against the one before it and the whole against the header.
  private func checkDocumentTable() throws(TokenFileError) {
    var previousEnd = 0
    for split in Split.allCases {
      var previousIndex = -1
      var textByteCount = 0
      let first = split == .train ? 0 : header.documentCounts.train
      for place in first..<(first + header.documentCounts[split]) {
        func damaged(_ reason: String) -> TokenFileError {
          .damagedDocument(path: path, document: place, reason: reason)
        }
        let offset = layout.documentTable.lowerBound + place * DocumentRow.byteCount
        guard let row = DocumentRow(mapping.bytes, at: offset) else {
          throw damaged("a number is too large")
        }
        guard row.endToken > previousEnd else { throw damaged("it holds no token") }
        guard row.readingIndex > previousIndex else { throw damaged("it is out of order") }
        guard row.sourceIndex < sources.count else { throw damaged("its source has no name") }
        let (sum, overflow) = textByteCount.addingReportingOverflow(row.textByteCount)
        guard !overflow else { throw damaged("its text is too large") }
        (previousEnd, previousIndex, textByteCount) = (row.endToken, row.readingIndex, sum)
      }
      let last = first + header.documentCounts[split] - 1
      let expectedEnd =
        split == .train
        ? header.tokenCounts.train : header.tokenCounts.train + header.tokenCounts.validation
      guard previousEnd == expectedEnd else {
        throw .damagedDocument(
          path: path,
          document: last,
          reason: "the \(split.rawValue) part ends at token \(previousEnd), not \(expectedEnd)"
        )
      }
      guard textByteCount == header.textByteCounts[split] else {
        throw .damagedDocument(
          path: path,
          document: last,
          reason: "the texts' sizes do not add up to the header's"
        )
      }
    }
  }
}

/// What a token file knows about one of its documents.
public struct PackedDocument: Hashable, Sendable {
  /// Its tokens' positions in its part; the last one is the end token.
  public let tokens: Range<Int>
  /// The size of its text in UTF-8.
  public let textByteCount: Int
  /// Its number in the order in which the texts were read.
  public let readingIndex: Int
  /// Where it comes from.
  public let source: String
  /// How many of its last tokens, the end token among them, answer what comes before; nil for a plain text.
  public var answerTokenCount: Int?
}
