/// What can go wrong with a packed token file.
public enum TokenFileError: Error, Equatable, CustomStringConvertible {
  /// The file could not be read; the system's words are kept.
  case cannotRead(path: String, reason: String)
  /// The file could not be written, and nothing was left behind; the system's words are kept.
  case cannotWrite(path: String, reason: String)
  /// The file does not begin with the eight letters of a token file.
  case notATokenFile(path: String)
  /// The file was made by another version of the format.
  case unsupportedVersion(path: String, found: Int, supported: Int)
  /// The file ends before its header does.
  case truncatedHeader(path: String, byteCount: Int)
  /// The header's checksum does not fit the header.
  case damagedHeader(path: String)
  /// A field of the header holds an impossible value.
  case invalidHeaderField(path: String, field: String, value: String, expected: String)
  /// The file is longer or shorter than its header says; nil: the header's sizes do not fit 64 bits.
  case wrongLength(path: String, byteCount: Int, expected: Int?)
  /// A section's checksum does not fit its contents.
  case damagedSection(path: String, section: TokenFileSection)
  /// A row of the document table contradicts the others or the header.
  case damagedDocument(path: String, document: Int, reason: String)
  /// A token lies outside the vocabulary; the position counts tokens from the start of the file's tokens.
  case tokenOutsideVocabulary(path: String, position: Int, token: Int, vocabularySize: Int)
  /// No document, or only empty ones, came in.
  case noDocuments(path: String)
  /// The validation share is no number from 0 to below 1.
  case invalidValidationFraction(Double)
  /// The tokenizer has no token for the end of a document.
  case tokenizerWithoutEnd(name: String)
  /// A part of the corpus is shorter than one sequence.
  case tooFewTokens(path: String, split: Split, tokenCount: Int, contextLength: Int)
  /// A document that is to be kept whole is longer than a sequence.
  case documentTooLong(path: String, document: Int, tokenCount: Int, contextLength: Int)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path): cannot be read: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written: \(reason)"
    case .notATokenFile(let path):
      "\(path): not a token file; make one with `espalier corpus pack`"
    case .unsupportedVersion(let path, let found, let supported):
      "\(path): version \(found) of the token file format; this program reads version \(supported), "
        + "so pack the corpus again"
    case .truncatedHeader(let path, let byteCount):
      "\(path): ends after \(byteCount) bytes, inside the header; pack the corpus again"
    case .damagedHeader(let path):
      "\(path): the header is damaged (its checksum does not fit); pack the corpus again"
    case .invalidHeaderField(let path, let field, let value, let expected):
      "\(path): header: \(field): needs \(expected); got \(value)"
    case .wrongLength(let path, let byteCount, let expected):
      if let expected {
        "\(path): has \(byteCount) bytes where its header says \(expected); pack the corpus again"
      } else {
        "\(path): has \(byteCount) bytes where its header says more than any file can have; "
          + "pack the corpus again"
      }
    case .damagedSection(let path, let section):
      "\(path): the \(section.words) is damaged (its checksum does not fit); pack the corpus again"
    case .damagedDocument(let path, let document, let reason):
      "\(path): document \(document) of the table: \(reason); pack the corpus again"
    case .tokenOutsideVocabulary(let path, let position, let token, let size):
      "\(path): token \(position) is \(token), outside the vocabulary of \(size); "
        + "pack the corpus again"
    case .noDocuments(let path):
      "\(path): not written, because the given files hold no text"
    case .invalidValidationFraction(let fraction):
      "validation share: needs a number from 0 to below 1; got \(fraction)"
    case .tokenizerWithoutEnd(let name):
      "\(name): the tokenizer has no token for the end of a document; "
        + "train one with `espalier tokenizer train`"
    case .tooFewTokens(let path, let split, let tokenCount, let contextLength):
      "\(path): the \(split.rawValue) part has \(tokenCount) tokens, but one sequence of "
        + "contextLength \(contextLength) needs \(contextLength + 1); shorten the "
        + "context, or pack again with more text or a "
        + "\(split == .train ? "smaller" : "larger") --validation-fraction"
    case .documentTooLong(let path, let document, let tokenCount, let contextLength):
      "\(path): document \(document) has \(tokenCount) tokens, but a sequence of contextLength "
        + "\(contextLength) holds \(contextLength + 1); lengthen the context or leave it out"
    }
  }
}

/// The parts of a token file behind its header, in their order.
public enum TokenFileSection: String, Hashable, Sendable, CaseIterable {
  /// The tokens of all documents.
  case tokens
  /// One row for each document.
  case documentTable
  /// The bytes of `tokenizer.model`.
  case tokenizer
  /// The names of the tokenizer and of the sources.
  case metadata

  var words: String {
    switch self {
    case .tokens: "list of tokens"
    case .documentTable: "document table"
    case .tokenizer: "tokenizer"
    case .metadata: "list of names"
    }
  }
}
