import CSentencePiece
import Randomness

/// How a tokenizer is trained.
public struct TokenizerTrainingOptions: Hashable, Sendable, Codable {
  /// The number of pieces, which includes 3 special ones and the 256 bytes.
  public var vocabularySize: Int
  /// The most text, in bytes, to train on.
  public var maximumTextByteCount: Int

  /// Creates options.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of pieces.
  ///   - maximumTextByteCount: The most text to train on. Training takes about fifteen times as much
  ///     memory (298 MB were measured for 20 MB of text and 8192 pieces).
  public init(vocabularySize: Int, maximumTextByteCount: Int = 32 << 20) {
    self.vocabularySize = vocabularySize
    self.maximumTextByteCount = maximumTextByteCount
  }
}

extension Tokenizer {
  /// Trains a byte-pair tokenizer; the same texts in the same order give the same bytes.
  ///
  /// Lines are trained on one by one, so no piece crosses a line break; digits stand alone.
  ///
  /// - Parameters:
  ///   - options: The vocabulary size and the memory bound.
  ///   - name: What to call the tokenizer.
  ///   - texts: Gives the next text, nil at the end.
  /// - Returns: The trained tokenizer.
  /// - Throws: ``TokenizerError``, or what `texts` threw.
  public static func train(
    options: TokenizerTrainingOptions,
    name: String = "tokenizer.model",
    from texts: @escaping () throws -> String?
  ) throws -> Tokenizer {
    guard let vocabularySize = Int32(exactly: options.vocabularySize), vocabularySize > 0 else {
      throw TokenizerError.impossibleVocabularySize(options.vocabularySize)
    }
    let feed = SentenceFeed(limit: options.maximumTextByteCount, texts: texts)
    guard try feed.holdsASentence() else { throw TokenizerError.noTrainingText }
    let settings = Self.trainingSettings + ["vocab_size=\(vocabularySize)"]
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = settings.joined(separator: "\n").withCString { settings in
      espalier_sentencepiece_train(
        settings,
        { context, bytes, byteCount in
          guard let context, let bytes, let byteCount else { return 0 }
          // SAFETY: the context is the feed below, which outlives the call.
          let feed = Unmanaged<SentenceFeed>.fromOpaque(context).takeUnretainedValue()
          guard let sentence = feed.next() else { return 0 }
          bytes.pointee = UnsafePointer(sentence.baseAddress)
          byteCount.pointee = sentence.count
          return 1
        },
        Unmanaged.passUnretained(feed).toOpaque(),
        &bytes,
        &count
      )
    }
    defer { espalier_sentencepiece_free(bytes) }
    let outcome = withExtendedLifetime(feed) { Result { try check(status) } }
    if let error = feed.error { throw error }
    do {
      try outcome.get()
    } catch let failure as SentencePieceFailure {
      throw TokenizerError.trainingFailed(
        vocabularySize: options.vocabularySize,
        reason: failure.message
      )
    }
    return try Tokenizer(
      serializedModel: Array(UnsafeBufferPointer(start: bytes, count: count)),
      name: name
    )
  }

  /// Trains on a collection of texts.
  ///
  /// Where the texts are larger than the options' bound, a fair share of the documents of the whole
  /// collection is taken, always the same one, so that a source is not left out for coming late.
  ///
  /// - Parameters:
  ///   - texts: What to read; it is read twice.
  ///   - options: The vocabulary size and the memory bound.
  ///   - name: What to call the tokenizer.
  /// - Returns: The trained tokenizer.
  /// - Throws: ``TextError`` or ``TokenizerError``.
  public static func train(
    on texts: TextCollection,
    options: TokenizerTrainingOptions,
    name: String = "tokenizer.model"
  ) throws -> Tokenizer {
    let counter = texts.makeReader()
    var byteCount = 0
    while let document = try counter.next() { byteCount += document.text.utf8.count }
    let share = Double(options.maximumTextByteCount) / Double(max(byteCount, 1))
    let stream = RandomStream(seed: 0).named("tokenizer training")
    let reader = texts.makeReader()
    var index: UInt64 = 0
    return try train(options: options, name: name) {
      while let document = try reader.next() {
        defer { index += 1 }
        if stream.uniform(at: index) < share { return document.text }
      }
      return nil
    }
  }

  /// Trains on a list of texts.
  public static func train(
    on texts: [String],
    options: TokenizerTrainingOptions,
    name: String = "tokenizer.model"
  ) throws -> Tokenizer {
    var rest = texts[...]
    return try train(options: options, name: name) { rest.popFirst() }
  }

  /// The settings with which decoding gives back what was encoded.
  ///
  /// Bytes as a last resort, no normalization, spaces kept. The special ids are Llama's. The log
  /// level keeps the library from writing its progress to the standard error stream.
  private static let trainingSettings = [
    "minloglevel=2",
    "model_type=bpe",
    "byte_fallback=true",
    "normalization_rule_name=identity",
    "remove_extra_whitespaces=false",
    "split_digits=true",
    "unk_id=0",
    "bos_id=1",
    "eos_id=2",
    "pad_id=-1",
    "max_sentence_length=\(SentenceFeed.maximumByteCount)",
  ]
}

/// Cuts texts into the sentences that the trainer takes, and lends them one at a time.
///
/// The trainer skips sentences that hold a tab and characters of value 0, and drops those longer than
/// its limit without a word, so texts are cut at every control character and long lines at a space.
private final class SentenceFeed {
  static let maximumByteCount = 4096

  private let texts: () throws -> String?
  private var bytesLeft: Int
  private var text: [UInt8] = []
  private var position = 0
  private var sentence: UnsafeMutableBufferPointer<UInt8>
  private(set) var error: (any Error)?

  init(limit: Int, texts: @escaping () throws -> String?) {
    self.texts = texts
    bytesLeft = limit
    sentence = .allocate(capacity: Self.maximumByteCount)
  }

  deinit {
    sentence.deallocate()
  }

  /// Looks for the first sentence without losing it.
  func holdsASentence() throws -> Bool {
    first = next()
    if let error { throw error }
    return first != nil
  }

  private var first: UnsafeMutableBufferPointer<UInt8>?

  /// The next sentence, valid until the next call; nil at the end or after an error.
  func next() -> UnsafeMutableBufferPointer<UInt8>? {
    if let first {
      self.first = nil
      return first
    }
    while true {
      while position < text.count, text[position] < 0x20 { position += 1 }
      if position < text.count { break }
      guard error == nil, bytesLeft > 0 else { return nil }
      do {
        guard let next = try texts() else { return nil }
        text = Array(next.utf8)
        position = 0
      } catch {
        self.error = error
        return nil
      }
    }
    let range = nextRange()
    position = range.upperBound
    bytesLeft -= range.count
    // SAFETY: a range is never longer than the buffer.
    let lent = UnsafeMutableBufferPointer(rebasing: sentence[..<range.count])
    _ = lent.initialize(fromContentsOf: text[range])
    return lent
  }

  /// From the position to the next control character, or to a space or a character border before the
  /// length limit.
  private func nextRange() -> Range<Int> {
    let limit = min(text.count, position + Self.maximumByteCount)
    var end = position
    var lastSpace: Int?
    while end < limit, text[end] >= 0x20 {
      if text[end] == 0x20 { lastSpace = end }
      end += 1
    }
    guard end == limit, limit < text.count, text[limit] >= 0x20 else { return position..<end }
    if let lastSpace, lastSpace > position { return position..<lastSpace }
    while end > position + 1, text[end] & 0xC0 == 0x80 { end -= 1 }
    return position..<end
  }
}
