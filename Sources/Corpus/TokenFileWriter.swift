import Checksums
import Files
import Foundation

/// The names that a token file keeps, written as JSON.
struct TokenFileMetadata: Codable, Equatable {
  var tokenizerName: String
  var sources: [String]
  /// How many tokens at the end of each document are an answer, in the order of the documents; nil for plain texts.
  var answerTokenCounts: [Int]?
}

/// Writes a token file, document by document.
///
/// Every document's tokens are followed by the tokenizer's end token; no beginning token is written. The
/// end token is therefore both what a model learns to stop with and what stands before a document.
///
/// Train tokens go straight to the file and validation tokens to a second one that is added at the end,
/// so memory holds the document table (32 bytes a document) and nothing that grows with the text. The
/// file has its name only after ``finish()``; a writer that is dropped before leaves nothing.
///
/// Documents go where they are told to or ``DocumentSplit`` draws them, except that neither part stays empty
/// when there are two documents or more and a validation share above 0: if none went to validation, the
/// last one is held out; if all did, the first one is trained on.
public final class TokenFileWriter {
  /// The number of documents written so far.
  public private(set) var documentCount = 0
  /// The number of tokens written so far, end tokens included.
  public private(set) var tokenCount = 0

  private let path: String
  private let tokenizer: Tokenizer
  private let endID: Int32
  private let split: DocumentSplit
  private let file: StagedFile
  private let validationFile: StagedFile
  /// What the file begins with; complete after ``finish()``.
  private(set) var header = TokenFileHeader()
  private var rows: [Split: [DocumentRow]] = [.train: [], .validation: []]
  private var answerTokenCounts: [Split: [Int]] = [:]
  private var tokenChecksums: [Split: UInt32] = [.train: 0, .validation: 0]
  private var sources: [String] = []
  private var sourceIndices: [String: Int] = [:]

  /// Starts a token file.
  ///
  /// - Parameters:
  ///   - path: The file to make or replace.
  ///   - tokenizer: What makes its tokens.
  ///   - split: Which documents are held out.
  ///   - files: The file system it lies in.
  /// - Throws: ``TokenFileError``.
  public init(
    path: String,
    tokenizer: Tokenizer,
    split: DocumentSplit = DocumentSplit(),
    in files: any FileSystem = LocalFileSystem()
  ) throws(TokenFileError) {
    guard split.isValid else { throw .invalidValidationFraction(split.validationFraction) }
    guard let endID = tokenizer.endID else { throw .tokenizerWithoutEnd(name: tokenizer.name) }
    self.path = path
    self.tokenizer = tokenizer
    self.endID = endID
    self.split = split
    do {
      file = try StagedFile(path, in: files)
      validationFile = try StagedFile(path, in: files)
      try file.write([UInt8](repeating: 0, count: TokenFileHeader.byteCount))
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    header.tokenByteCount = tokenizer.vocabularySize <= 1 << 16 ? 2 : 4
    header.vocabularySize = tokenizer.vocabularySize
    header.beginningID = tokenizer.beginningID
    header.endID = endID
    header.split = split
    header.tokenizerByteCount = tokenizer.serializedModel.count
    header.tokenizerDigest = SHA256.digest(of: tokenizer.serializedModel)
  }

  /// Adds a document, without its end token, which the writer adds.
  ///
  /// - Parameters:
  ///   - tokens: The document's tokens.
  ///   - textByteCount: The size of the text they stand for.
  ///   - source: Where the text comes from.
  ///   - index: The document's number in reading order, larger than that of the one before in its part.
  ///   - part: Where it goes; nil for where it is drawn.
  ///   - answerTokenCount: How many of its last tokens, the end token among them, answer what comes before; nil for a
  ///     plain text. All documents of a file have such a number, or none.
  /// - Throws: ``TokenFileError/cannotWrite(path:reason:)``.
  public func append(
    tokens: [Int32],
    textByteCount: Int,
    source: String,
    index: Int,
    to part: Split? = nil,
    answerTokenCount: Int? = nil
  ) throws(TokenFileError) {
    let part = part ?? split.split(ofDocument: index)
    precondition(
      index > rows[part]?.last?.readingIndex ?? -1,
      "the documents of a part are written in reading order"
    )
    let bytes = encoded(tokens + [endID])
    do {
      try (part == .train ? file : validationFile).write(bytes)
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    tokenChecksums[part] = checksum(of: bytes, after: tokenChecksums[part, default: 0])
    header.tokenCounts[part] += tokens.count + 1
    rows[part, default: []].append(
      DocumentRow(
        endToken: header.tokenCounts[part],
        textByteCount: textByteCount,
        readingIndex: index,
        sourceIndex: sourceIndex(source)
      )
    )
    if let answerTokenCount { answerTokenCounts[part, default: []].append(answerTokenCount) }
    documentCount += 1
    tokenCount += tokens.count + 1
  }

  /// Whether a document's beginning lies in the one part and its end in the other.
  var dividesDocument: Bool {
    guard let last = rows[.train]?.last, let first = rows[.validation]?.first else { return false }
    return last.readingIndex == first.readingIndex
  }

  /// Completes the file and gives it its name.
  public func finish() throws(TokenFileError) {
    guard documentCount > 0 else { throw .noDocuments(path: path) }
    do {
      try file.write(contentsOf: validationFile)
      let table = finishedTable()
      let padding = (TokenFileLayout.roundedUp(file.byteCount) ?? file.byteCount) - file.byteCount
      try file.write([UInt8](repeating: 0, count: padding))
      try file.write(table)
      try file.write(tokenizer.serializedModel)
      let metadata = finishedMetadata()
      try file.write(metadata)
      header.tableChecksum = checksum(of: table)
      header.metadataByteCount = metadata.count
      header.metadataChecksum = checksum(of: metadata)
      try file.overwrite(header.encoded(), at: 0)
      try file.commit()
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
  }

  /// Joins the rows of both parts, moves the border where a part would be empty, and sets the counts.
  private func finishedTable() -> [UInt8] {
    let trainTokenCount = header.tokenCounts.train
    let train = rows[.train, default: []]
    let validation = rows[.validation, default: []].map { row in
      var row = row
      row.endToken += trainTokenCount
      return row
    }
    header.tokensChecksum = checksum(
      joining: tokenChecksums[.train, default: 0],
      tokenChecksums[.validation, default: 0],
      byteCount: header.tokenCounts.validation * header.tokenByteCount
    )

    let all = train + validation
    var trainDocumentCount = train.count
    if all.count > 1, split.validationFraction > 0 {
      trainDocumentCount = min(max(trainDocumentCount, 1), all.count - 1)
    }
    let trainRows = all[..<trainDocumentCount]
    let total = tokenCount
    header.documentCounts = PerSplit(
      train: trainDocumentCount,
      validation: all.count - trainDocumentCount
    )
    header.tokenCounts.train = trainRows.last?.endToken ?? 0
    header.tokenCounts.validation = total - header.tokenCounts.train
    header.textByteCounts.train = trainRows.reduce(0) { $0 + $1.textByteCount }
    header.textByteCounts.validation =
      all[trainDocumentCount...].reduce(0) { $0 + $1.textByteCount }
    return all.flatMap { $0.encoded() }
  }

  private func finishedMetadata() -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let answers = Split.allCases.flatMap { answerTokenCounts[$0, default: []] }
    precondition(answers.isEmpty || answers.count == documentCount, "all documents have answers")
    let metadata = TokenFileMetadata(
      tokenizerName: tokenizer.name,
      sources: sources,
      answerTokenCounts: answers.isEmpty ? nil : answers
    )
    do {
      return Array(try encoder.encode(metadata))
    } catch {
      preconditionFailure("strings can always be written as JSON: \(error)")
    }
  }

  private func sourceIndex(_ source: String) -> Int {
    if let known = sourceIndices[source] { return known }
    sources.append(source)
    sourceIndices[source] = sources.count - 1
    return sources.count - 1
  }

  private func encoded(_ tokens: [Int32]) -> [UInt8] {
    let size = header.vocabularySize
    precondition(
      tokens.allSatisfy { $0 >= 0 && $0 < size },
      "a token lies outside the tokenizer's vocabulary"
    )
    return header.tokenByteCount == 2
      ? tokens.map { UInt16($0).littleEndian }.withUnsafeBytes(Array.init)
      : tokens.map { $0.littleEndian }.withUnsafeBytes(Array.init)
  }
}
