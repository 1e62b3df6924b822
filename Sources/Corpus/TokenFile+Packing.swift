import Dispatch
import Synchronization

/// How far packing has come.
public struct PackingProgress: Hashable, Sendable {
  /// The number of bytes read from the files.
  public var fileBytesRead: Int
  /// The size of all files.
  public var fileByteCount: Int
  /// The number of documents written.
  public var documentCount: Int
  /// The number of tokens written.
  public var tokenCount: Int
}

/// What packing did.
public struct PackingSummary: Hashable, Sendable, Codable {
  /// The number of documents written.
  public var documents: Int
  /// The number of tokens written, end tokens included.
  public var tokens: Int
  /// The number of documents left out because they hold no text.
  public var emptyDocuments: Int
  /// The number of documents held out, as a whole or in part.
  public var heldOutDocuments: Int
  /// The number of tokens held out, end tokens included.
  public var heldOutTokens: Int
  /// Whether a document's beginning is trained on and its end held out.
  public var dividesDocument: Bool
}

extension TokenFile {
  /// Encodes a collection of texts into a token file; empty documents are left out.
  ///
  /// Documents are encoded on all processors, some hundred at a time. Their number does not change
  /// the file: the same texts and the same tokenizer give the same bytes.
  ///
  /// - Parameters:
  ///   - texts: What to pack.
  ///   - tokenizer: What to encode it with; its model becomes part of the file.
  ///   - path: The file to write. If it exists, it is replaced when everything has been written.
  ///   - split: Which documents to hold out.
  ///   - progress: Called now and then.
  /// - Returns: What was written.
  /// - Throws: ``TextError``, ``TokenizerError`` or ``TokenFileError``.
  @discardableResult
  public static func pack(
    _ texts: TextCollection,
    with tokenizer: Tokenizer,
    to path: String,
    split: DocumentSplit = DocumentSplit(),
    progress: (PackingProgress) -> Void = { _ in }
  ) throws -> PackingSummary {
    let writer = try TokenFileWriter(path: path, tokenizer: tokenizer, split: split)
    let reader = texts.makeReader()
    var placement = DocumentPlacement(split)
    var readingIndex = 0
    var emptyCount = 0
    var isAtEnd = false
    while !isAtEnd {
      var batch: [PlacedDocument] = []
      var byteCount = 0
      while !isAtEnd, byteCount < packingBatchByteCount {
        if let document = try reader.next() {
          if document.text.utf8.isEmpty {
            emptyCount += 1
          } else {
            batch += placement.place(document, index: readingIndex)
          }
          byteCount += document.text.utf8.count
          readingIndex += 1
        } else {
          batch += placement.finish()
          isAtEnd = true
        }
      }
      for (placed, tokens) in zip(batch, try encode(batch.map(\.document), with: tokenizer)) {
        try writer.append(
          tokens: tokens,
          textByteCount: placed.document.text.utf8.count,
          source: placed.document.source,
          index: placed.index,
          to: placed.split
        )
      }
      progress(
        PackingProgress(
          fileBytesRead: reader.fileBytesRead,
          fileByteCount: texts.fileByteCount,
          documentCount: writer.documentCount,
          tokenCount: writer.tokenCount
        )
      )
    }
    try writer.finish()
    return PackingSummary(
      documents: readingIndex - emptyCount,
      tokens: writer.tokenCount,
      emptyDocuments: emptyCount,
      heldOutDocuments: writer.header.documentCounts.validation,
      heldOutTokens: writer.header.tokenCounts.validation,
      dividesDocument: writer.dividesDocument
    )
  }

  private static let packingBatchByteCount = 2 << 20

  /// Encodes documents on all processors.
  private static func encode(
    _ documents: [Document],
    with tokenizer: Tokenizer
  ) throws(TokenizerError) -> [[Int32]] {
    let results = Mutex<[Int: Result<[Int32], TokenizerError>]>([:])
    DispatchQueue.concurrentPerform(iterations: documents.count) { index in
      let result = Result { () throws(TokenizerError) in
        try tokenizer.encode(documents[index].text)
      }
      results.withLock { $0[index] = result }
    }
    let finished = results.withLock { $0 }
    var encoded: [[Int32]] = []
    for index in documents.indices {
      guard let result = finished[index] else {
        preconditionFailure("every document was encoded")
      }
      encoded.append(try result.get())
    }
    return encoded
  }
}
