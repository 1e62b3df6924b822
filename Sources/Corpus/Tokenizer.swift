import CSentencePiece
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
/// Encoding and decoding change nothing, so one tokenizer serves several threads.
public final class Tokenizer: Sendable {
  /// The longest text, in UTF-8 bytes, that one call of ``encode(_:)`` takes.
  ///
  /// The library builds lists of several dozen bytes a character; this keeps them below some gigabytes.
  public static let maximumTextByteCount = 64 << 20

  private let model: Model
  /// The bytes of `tokenizer.model`.
  public let serializedModel: [UInt8]
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
  /// The id that stands for what the vocabulary does not know.
  public let unknownID: Int32?

  /// Loads a model from its bytes.
  ///
  /// - Parameters:
  ///   - serializedModel: The bytes of a `tokenizer.model`.
  ///   - name: What to call it in messages.
  /// - Throws: ``TokenizerError/notAModel(name:reason:)``.
  public init(serializedModel: [UInt8], name: String = "tokenizer.model") throws(TokenizerError) {
    var handle: OpaquePointer?
    do {
      try check(
        espalier_sentencepiece_load(serializedModel, serializedModel.count, &handle)
      )
    } catch {
      throw .notAModel(name: name, reason: error.message)
    }
    guard let handle else {
      throw .notAModel(name: name, reason: "the library returned nothing")
    }
    model = Model(handle: handle)
    let pieceCount = espalier_sentencepiece_piece_count(handle)
    guard pieceCount > 0 else { throw .notAModel(name: name, reason: "its vocabulary is empty") }
    func id(_ value: Int32) -> Int32? { value >= 0 && value < pieceCount ? value : nil }
    self.serializedModel = serializedModel
    self.name = name
    checksum = SHA256.hexadecimalDigest(of: serializedModel)
    vocabularySize = Int(pieceCount)
    beginningID = id(espalier_sentencepiece_beginning_id(handle))
    endID = id(espalier_sentencepiece_end_id(handle))
    unknownID = id(espalier_sentencepiece_unknown_id(handle))
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
    var text = text
    let byteCount = text.utf8.count
    guard byteCount <= Self.maximumTextByteCount else {
      throw .textTooLong(byteCount: byteCount, limit: Self.maximumTextByteCount)
    }
    guard byteCount > 0 else { return [] }
    var ids: UnsafeMutablePointer<Int32>?
    var count = 0
    // SAFETY: the text's bytes are lent for the length of the call only.
    let status = text.withUTF8 { bytes in
      espalier_sentencepiece_encode(model.handle, bytes.baseAddress, bytes.count, &ids, &count)
    }
    do {
      try check(status)
    } catch {
      throw .libraryFailure(operation: "encode a text", reason: error.message)
    }
    defer { espalier_sentencepiece_free(ids) }
    return Array(UnsafeBufferPointer(start: ids, count: count))
  }

  /// The text of token ids; control tokens such as the end of a document leave no trace.
  ///
  /// Bytes that do not form a character, as at a cut inside one, become U+FFFD.
  public func decode(_ ids: [Int32]) throws(TokenizerError) -> String {
    for id in ids where id < 0 || Int(id) >= vocabularySize {
      throw .unknownToken(id: Int(id), vocabularySize: vocabularySize)
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    do {
      try check(espalier_sentencepiece_decode(model.handle, ids, ids.count, &bytes, &count))
    } catch {
      throw .libraryFailure(operation: "decode tokens", reason: error.message)
    }
    defer { espalier_sentencepiece_free(bytes) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// The written form of one piece of the vocabulary, with ▁ for a space and `<0x0A>` for a byte.
  public func piece(_ id: Int32) throws(TokenizerError) -> String {
    guard id >= 0, Int(id) < vocabularySize else {
      throw .unknownToken(id: Int(id), vocabularySize: vocabularySize)
    }
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    do {
      try check(espalier_sentencepiece_piece(model.handle, id, &bytes, &count))
    } catch {
      throw .libraryFailure(operation: "name a piece", reason: error.message)
    }
    defer { espalier_sentencepiece_free(bytes) }
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}

/// The library's model, released exactly once.
private final class Model {
  let handle: OpaquePointer

  init(handle: OpaquePointer) {
    self.handle = handle
  }

  deinit {
    espalier_sentencepiece_release(handle)
  }
}

// SAFETY: the handle never changes, and the library's `const` methods, the only ones the C interface
// calls after loading, may run on several threads at once.
extension Model: @unchecked Sendable {}
