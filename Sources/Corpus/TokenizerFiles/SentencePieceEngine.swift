import CSentencePiece

/// A model of SentencePiece's library, released exactly once.
final class SentencePieceEngine: TokenizerEngine {
  private let handle: OpaquePointer
  let pieceCount: Int
  let beginningID: Int32?
  let endID: Int32?
  let unknownID: Int32?

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of a `tokenizer.model`.
  ///   - name: What to call it in messages.
  /// - Throws: ``TokenizerError/notAModel(name:reason:)``.
  init(_ bytes: [UInt8], name: String) throws(TokenizerError) {
    var handle: OpaquePointer?
    do {
      try check(espalier_sentencepiece_load(bytes, bytes.count, &handle))
    } catch {
      throw .notAModel(name: name, reason: error.message)
    }
    guard let handle else {
      throw .notAModel(name: name, reason: "the library returned nothing")
    }
    self.handle = handle
    let count = espalier_sentencepiece_piece_count(handle)
    pieceCount = Int(count)
    func id(_ value: Int32) -> Int32? { value >= 0 && value < count ? value : nil }
    beginningID = id(espalier_sentencepiece_beginning_id(handle))
    endID = id(espalier_sentencepiece_end_id(handle))
    unknownID = id(espalier_sentencepiece_unknown_id(handle))
  }

  deinit {
    espalier_sentencepiece_release(handle)
  }

  func encode(_ text: String) throws(TokenizerError) -> [Int32] {
    var text = text
    var ids: UnsafeMutablePointer<Int32>?
    var count = 0
    // SAFETY: the text's bytes are lent for the length of the call only.
    let status = text.withUTF8 { bytes in
      espalier_sentencepiece_encode(handle, bytes.baseAddress, bytes.count, &ids, &count)
    }
    do {
      try check(status)
    } catch {
      throw .libraryFailure(operation: "encode a text", reason: error.message)
    }
    defer { espalier_sentencepiece_free(ids) }
    return Array(UnsafeBufferPointer(start: ids, count: count))
  }

  func decode(_ ids: [Int32]) throws(TokenizerError) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    do {
      try check(espalier_sentencepiece_decode(handle, ids, ids.count, &bytes, &count))
    } catch {
      throw .libraryFailure(operation: "decode tokens", reason: error.message)
    }
    defer { espalier_sentencepiece_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  func piece(_ id: Int32) throws(TokenizerError) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    do {
      try check(espalier_sentencepiece_piece(handle, id, &bytes, &count))
    } catch {
      throw .libraryFailure(operation: "name a piece", reason: error.message)
    }
    defer { espalier_sentencepiece_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }
}

// SAFETY: the handle never changes, and the library's `const` methods, the only ones the C interface
// calls after loading, may run on several threads at once.
extension SentencePieceEngine: @unchecked Sendable {}
