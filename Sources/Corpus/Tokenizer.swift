import Checksums
import Files

/// A byte-pair tokenizer: text in, token ids out, and back.
///
/// ```swift
/// let tokenizer = try Tokenizer(path: "runs/demo/tokenizer.model")
/// let ids = try tokenizer.encode("In the beginning")
/// let text = try tokenizer.decode(ids)
/// ```
///
/// It wraps a SentencePiece model, so the same `tokenizer.model` is read by SentencePiece for Python, by
/// `transformers` and by llama.cpp. A model made by ``train(from:options:)`` gives back every text it
/// encodes, byte by byte, with one exception that SentencePiece has built in: the character U+2581 (▁),
/// which stands for a space inside the vocabulary, comes back as a space. Characters outside the
/// vocabulary, line breaks among them, become one token a byte.
///
/// Models from elsewhere may have a `tokenizer.json` in its place (``TokenizerJSON``), which is read here without
/// the library.
///
/// Encoding and decoding change nothing, so one tokenizer serves several threads.
public final class Tokenizer: Sendable {
  /// The longest text, in UTF-8 bytes, that one call of ``encode(_:)`` takes.
  ///
  /// The library builds lists of several dozen bytes a character; this keeps them below some gigabytes.
  public static let maximumTextByteCount = 64 << 20

  private let engine: any TokenizerEngine
  /// The bytes of `tokenizer.model`, or of a `tokenizer.json` in its place; where the tokenizer was taken in from elsewhere,
  /// behind a line that names what documents begin and end with.
  public let serializedModel: [UInt8]
  /// The tokenizer's own file alone, as it was found.
  public let fileBytes: [UInt8]
  /// Whether that is a `tokenizer.json` and not a SentencePiece model.
  public let isJSON: Bool
  /// The SHA-256 sum of ``serializedModel`` in lower-case hexadecimal, as `sha256sum` prints it.
  public let checksum: String
  /// What to call the tokenizer in messages and in token files; for a file its name without folders.
  public let name: String
  /// The number of pieces; ids run from 0 to one less.
  public let vocabularySize: Int
  /// The id that stands for the beginning of a document, where the model has one.
  public let beginningID: Int32?
  /// The id that stands for the end of a document, where the model has one.
  public let endID: Int32?
  /// What stands before a document that a model goes on with: the beginning token of a tokenizer that was taken in with a model
  /// that knows it, else the end token of the document before, since models trained here never see another.
  public let documentStartID: Int32?
  /// The id that stands for what the vocabulary does not know.
  public let unknownID: Int32?

  /// Loads a model from its bytes.
  ///
  /// - Parameters:
  ///   - serializedModel: The bytes of a `tokenizer.model` or of a `tokenizer.json`.
  ///   - name: What to call it in messages.
  /// - Throws: ``TokenizerError/notAModel(name:reason:)``.
  public init(serializedModel: [UInt8], name: String = "tokenizer.model") throws(TokenizerError) {
    let named = TokenizerNames(serializedModel)
    fileBytes = named.fileBytes
    isJSON = TokenizerJSON.isOne(fileBytes)
    engine =
      isJSON
      ? try BytePairEngine(TokenizerJSON(serializedModel, name: name))
      : try SentencePieceEngine(fileBytes, name: name)
    guard engine.pieceCount > 0 else {
      throw .notAModel(name: name, reason: "its vocabulary is empty")
    }
    self.serializedModel = serializedModel
    self.name = name
    checksum = SHA256.hexadecimalDigest(of: serializedModel)
    vocabularySize = engine.pieceCount
    beginningID = engine.beginningID
    endID = engine.endID
    unknownID = engine.unknownID
    documentStartID = named.beginning == nil ? engine.endID : engine.beginningID ?? engine.endID
  }

  /// Loads a `tokenizer.model` file.
  public convenience init(path: String) throws(TokenizerError) {
    let bytes: [UInt8]
    do {
      bytes = try LocalFileSystem().contents(of: path, limit: Self.maximumModelByteCount)
    } catch {
      throw .cannotRead(path: path, reason: error.reason)
    }
    // The library takes no bytes at all for a model without pieces; say what is the matter.
    if bytes.isEmpty { throw .notAModel(name: path, reason: "the file is empty") }
    do {
      try self.init(serializedModel: bytes, name: lastComponent(of: path))
    } catch .notAModel(_, let reason) {
      throw .notAModel(name: path, reason: reason)
    } catch .notATokenizerFile(_, let reason) {
      throw .notATokenizerFile(name: path, reason: reason)
    }
  }

  /// Models of a quarter of a million pieces have about 5 MB.
  private static let maximumModelByteCount = 256 << 20

  /// Writes `tokenizer.model`, as a whole or not at all.
  ///
  /// - Parameters:
  ///   - path: The file to make or replace.
  ///   - files: The file system it lies in.
  /// - Throws: ``TokenizerError/cannotWrite(path:reason:)``.
  public func write(
    to path: String,
    in files: any FileSystem = LocalFileSystem()
  ) throws(TokenizerError) {
    do {
      try files.replace(path, with: serializedModel)
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
  }

  /// The token ids of a text, without beginning or end tokens.
  ///
  /// - Complexity: O(n log n) in the length of the text.
  public func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    let byteCount = text.utf8.count
    guard byteCount <= Self.maximumTextByteCount else {
      throw .textTooLong(byteCount: byteCount, limit: Self.maximumTextByteCount)
    }
    return byteCount == 0 ? [] : try engine.encode(text)
  }

  /// The text of token ids; control tokens such as the end of a document leave no trace.
  ///
  /// Bytes that do not form a character, as at a cut inside one, become U+FFFD.
  public func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    for id in ids where id < 0 || Int(id) >= vocabularySize {
      throw .unknownToken(id: Int(id), vocabularySize: vocabularySize)
    }
    return String(decoding: try engine.decode(ids), as: UTF8.self)
  }

  /// The written form of one piece of the vocabulary, with ▁ for a space and `<0x0A>` for a byte.
  public func piece(_ id: Int32) throws(TokenizerError) -> String {
    guard id >= 0, Int(id) < vocabularySize else {
      throw .unknownToken(id: Int(id), vocabularySize: vocabularySize)
    }
    return String(decoding: try engine.piece(id), as: UTF8.self)
  }
}
