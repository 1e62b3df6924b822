import Corpus
import Files

/// The tokenizer of a folder: SentencePiece's `tokenizer.model`, or else `tokenizer.json`, with the pieces that its documents
/// begin and end with.
enum ForeignTokenizer {
  /// Reads it.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - config: Its `config.json`.
  ///   - files: The file system.
  /// - Returns: The tokenizer, which knows what its documents begin and end with.
  /// - Throws: ``ImportError`` or `TokenizerError`.
  static func read(
    _ folder: String,
    _ config: ForeignFields,
    in files: any FileSystem
  ) throws -> Tokenizer {
    let plain = try plain(folder, files)
    let settings = "\(folder)/tokenizer_config.json"
    let words = files.exists(settings) ? try ForeignFields(settings, in: files) : nil
    func special(_ name: String) throws -> String? {
      if let piece = words?.value("\(name)_token") {
        return piece.string ?? piece["content"]?.string
      }
      // Some have several ends; the first one is that of documents.
      let number = config.value("\(name)_token_id")
      guard let id = number?.int ?? number?.elements?.first?.int else { return nil }
      guard (0..<plain.vocabularySize).contains(id) else {
        throw config.wrong("\(name)_token_id", "a piece of the tokenizer")
      }
      return try plain.piece(Int32(id))
    }
    let beginning = try special("bos")
    var end = try special("eos")
    if !plain.isJSON {
      // SentencePiece says itself what its pieces are for. The class for it puts the beginning in front unless it is told not to.
      let knows = try plain.beginningID.map { try plain.piece($0) == beginning } ?? false
      guard knows, beginning != end, words?.value("add_bos_token")?.bool ?? true else {
        return plain
      }
      end = nil
    }
    return try Tokenizer(
      serializedModel: Tokenizer.naming(plain.serializedModel, beginning: beginning, end: end),
      name: plain.name
    )
  }

  /// The tokenizer as its own file says it.
  private static func plain(_ folder: String, _ files: any FileSystem) throws -> Tokenizer {
    let (model, file) = ("\(folder)/tokenizer.model", "\(folder)/tokenizer.json")
    if files.exists(model) { return try Tokenizer(path: model) }
    guard files.exists(file) else {
      throw ImportError.missingFile(path: folder, what: "tokenizer.model or tokenizer.json")
    }
    let bytes = try files.contents(of: file, limit: 256 << 20)
    do {
      return try Tokenizer(serializedModel: bytes, name: file)
    } catch .notAModel(_, let reason) {
      throw TokenizerError.notATokenizerFile(name: file, reason: reason)
    }
  }
}
