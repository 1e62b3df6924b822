/// What can go wrong with a tokenizer.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
  /// The model file could not be read; the system's words are kept.
  case cannotRead(path: String, reason: String)
  /// The model file could not be written; the system's words are kept.
  case cannotWrite(path: String, reason: String)
  /// The bytes are no SentencePiece model; the library's words are kept.
  case notAModel(name: String, reason: String)
  /// The bytes are no `tokenizer.json` that is understood here.
  case notATokenizerFile(name: String, reason: String)
  /// The text to train on holds no character besides control characters.
  case noTrainingText
  /// The vocabulary has no room for the pieces that every one has, or its size does not fit 32 bits.
  case impossibleVocabularySize(Int)
  /// The share of characters to cover is no number above 0 and up to 1.
  case impossibleCoverage(Double)
  /// The vocabulary has no room for the characters that the share to cover takes.
  case tooManyCharacters(coverage: Double, characterCount: Int, vocabularySize: Int)
  /// The text gives fewer pieces than the vocabulary is to have.
  case vocabularyTooLarge(size: Int, largest: Int)
  /// The library could not make a vocabulary of this size from the text; its words are kept.
  case trainingFailed(vocabularySize: Int, reason: String)
  /// A token id lies outside the vocabulary.
  case unknownToken(id: Int, vocabularySize: Int)
  /// The text is longer than one call may encode.
  case textTooLong(byteCount: Int, limit: Int)
  /// The library reported a failure that no other case describes; its words are kept.
  case libraryFailure(operation: String, reason: String)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .cannotRead(let path, let reason):
      "\(path): cannot read the tokenizer: \(reason)"
    case .cannotWrite(let path, let reason):
      "\(path): cannot write the tokenizer: \(reason)"
    case .notAModel(let name, let reason):
      "\(name): not a SentencePiece model (\(reason)); "
        + "give a tokenizer.model made by `espalier tokenizer train`"
    case .notATokenizerFile(let name, let reason):
      "\(name): not a tokenizer.json of byte pairs that is understood here: \(reason)"
    case .noTrainingText:
      "the text to train the tokenizer on is empty; give files with text in them"
    case .impossibleVocabularySize(let size):
      "vocabulary size: needs a number from \(Tokenizer.possibleSizes.lowerBound) (3 special pieces, "
        + "256 bytes and a character) to \(Tokenizer.possibleSizes.upperBound); got \(size)"
    case .impossibleCoverage(let coverage):
      "character coverage: needs a number above 0 and up to 1; got \(coverage)"
    case .tooManyCharacters(let coverage, let characterCount, let size):
      "a character coverage of \(coverage) takes \(characterCount) characters of this text, but a "
        + "vocabulary of \(size) has room for \(size - Tokenizer.reservedPieceCount)"
    case .vocabularyTooLarge(let size, let largest):
      "this text gives a vocabulary of \(largest) pieces at most; got \(size)"
    case .trainingFailed(let size, let reason):
      "cannot train a tokenizer with a vocabulary of \(size) from this text: \(reason)"
    case .unknownToken(let id, let size):
      "token \(id): outside the tokenizer's vocabulary, which holds 0 to \(size - 1)"
    case .textTooLong(let byteCount, let limit):
      "text of \(byteCount) bytes: at most \(limit) can be encoded at once; cut it into documents"
    case .libraryFailure(let operation, let reason):
      "SentencePiece could not \(operation): \(reason)"
    }
  }
}
