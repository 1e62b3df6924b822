import Corpus
import Files

/// The tokenizer of a folder: SentencePiece's `tokenizer.model`, or else `tokenizer.json`.
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
    let (model, file) = ("\(folder)/tokenizer.model", "\(folder)/tokenizer.json")
    if files.exists(model) { return try Tokenizer(path: model) }
    guard files.exists(file) else {
      throw ImportError.missingFile(path: folder, what: "tokenizer.model or tokenizer.json")
    }
    let bytes = try files.contents(of: file, limit: 256 << 20)
    let plain: Tokenizer
    do {
      plain = try Tokenizer(serializedModel: bytes, name: file)
    } catch .notAModel(_, let reason) {
      throw TokenizerError.notATokenizerFile(name: file, reason: reason)
    }
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
    return try Tokenizer(
      serializedModel: TokenizerJSON.naming(
        bytes,
        beginning: special("bos"),
        end: special("eos")
      ),
      name: file
    )
  }
}
