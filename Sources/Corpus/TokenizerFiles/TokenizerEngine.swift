/// What finds pieces in a text: SentencePiece's library, or the merges of a `tokenizer.json`.
protocol TokenizerEngine: Sendable {
  /// The number of pieces.
  var pieceCount: Int { get }
  /// The id that stands for the beginning of a document.
  var beginningID: Int32? { get }
  /// The id that stands for the end of a document.
  var endID: Int32? { get }
  /// The id that stands for what the vocabulary does not know.
  var unknownID: Int32? { get }

  /// The ids of a text that is not empty.
  func encode(_ text: String) throws(TokenizerError) -> [Int32]
  /// The bytes of ids, each of them a piece.
  func decode(_ ids: [Int32]) throws(TokenizerError) -> [UInt8]
  /// The written form of a piece.
  func piece(_ id: Int32) throws(TokenizerError) -> [UInt8]
}
