import CSentencePiece

/// How a tokenizer is trained.
public struct TokenizerTrainingOptions: Hashable, Sendable, Codable {
  /// The number of pieces, which includes 3 special ones and the 256 bytes.
  public var vocabularySize: Int
  /// The most text, in bytes, to train on.
  public var maximumTextByteCount: Int
  /// The share of the text's characters that have pieces of their own; nil for as many as
  /// ``CharacterCoverage`` finds room for.
  public var characterCoverage: Double?

  /// Creates options.
  ///
  /// - Parameters:
  ///   - vocabularySize: The number of pieces.
  ///   - maximumTextByteCount: The most text to train on. Training takes about fifteen times as much
  ///     memory (298 MB were measured for 20 MB of text and 8192 pieces).
  ///   - characterCoverage: The share of the text's characters that have pieces of their own.
  public init(
    vocabularySize: Int,
    maximumTextByteCount: Int = TextSample.usualByteCount,
    characterCoverage: Double? = nil
  ) {
    self.vocabularySize = vocabularySize
    self.maximumTextByteCount = maximumTextByteCount
    self.characterCoverage = characterCoverage
  }
}

/// A tokenizer about to be trained: on what, and which characters get pieces of their own.
///
/// ```swift
/// let options = TokenizerTrainingOptions(vocabularySize: 8192)
/// let training = try TokenizerTraining(on: TextSample(of: texts), options: options)
/// print(training.sample.byteCount, training.coverage.pieceCount)
/// let tokenizer = try training.run()
/// ```
///
/// The same sample gives the same bytes. Sentences are trained on one by one, so no piece crosses a line
/// break; digits stand alone.
public struct TokenizerTraining: Sendable {
  /// What it is trained on.
  public let sample: TextSample
  /// How.
  public let options: TokenizerTrainingOptions
  /// Which characters get pieces.
  public let coverage: CharacterCoverage

  /// Checks the options and chooses the characters.
  ///
  /// - Throws: ``TokenizerError``.
  public init(
    on sample: TextSample,
    options: TokenizerTrainingOptions
  ) throws(TokenizerError) {
    guard Tokenizer.possibleSizes.contains(options.vocabularySize) else {
      throw .impossibleVocabularySize(options.vocabularySize)
    }
    if let coverage = options.characterCoverage, !(coverage > 0 && coverage <= 1) {
      throw .impossibleCoverage(coverage)
    }
    guard !sample.sentences.isEmpty else { throw .noTrainingText }
    self.sample = sample
    self.options = options
    coverage = try CharacterCoverage(of: sample, options: options)
  }

  /// Trains the tokenizer.
  ///
  /// - Parameter name: What to call it.
  /// - Returns: The tokenizer.
  /// - Throws: ``TokenizerError``.
  public func run(name: String = "tokenizer.model") throws(TokenizerError) -> Tokenizer {
    let bytes: [UInt8]
    do {
      bytes = try trained()
    } catch {
      throw explained(error)
    }
    return try Tokenizer(serializedModel: bytes, name: name)
  }

  /// Why the library makes no such tokenizer.
  private func explained(_ failure: SentencePieceFailure) -> TokenizerError {
    let size = options.vocabularySize
    // With leave to make fewer pieces it says how many there are, if that was the matter.
    if let bytes = try? trained(["hard_vocab_limit=false"]),
      let smaller = try? Tokenizer(serializedModel: bytes)
    {
      return .vocabularyTooLarge(size: size, largest: smaller.vocabularySize)
    }
    return .trainingFailed(vocabularySize: size, reason: failure.message)
  }

  /// The bytes of the model that the library makes.
  private func trained(
    _ further: [String] = []
  ) throws(SentencePieceFailure) -> [UInt8] {
    var settings = Self.settings + further + ["vocab_size=\(options.vocabularySize)"]
    // Everything that is not masked is covered.
    if coverage.chosen != nil { settings.append("character_coverage=1") }
    let feed = SentenceFeed(sample, coverage)
    var bytes: UnsafeMutablePointer<UInt8>?
    var count = 0
    let status = settings.joined(separator: "\n").withCString { settings in
      espalier_sentencepiece_train(
        settings,
        { context, bytes, byteCount in
          guard let context, let bytes, let byteCount else { return 0 }
          // SAFETY: the context is the feed, which outlives the call.
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
    withExtendedLifetime(feed) {}
    try check(status)
    return Array(UnsafeBufferPointer(start: bytes, count: count))
  }

  /// The settings with which decoding gives back what was encoded.
  ///
  /// Bytes as a last resort, no normalization, spaces kept. The special ids are Llama's. The log
  /// level keeps the library from writing its progress to the standard error stream.
  private static let settings = [
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
    "max_sentence_length=\(Sentences.maximumByteCount)",
  ]
}

extension Tokenizer {
  /// The pieces that every trained tokenizer has: 3 special ones and the 256 bytes.
  public static let reservedPieceCount = 259

  /// The sizes that a vocabulary can have.
  static let possibleSizes = (reservedPieceCount + 1)...Int(Int32.max)

  /// Trains on a collection of texts, or on a fair share of it where it is larger than the options' bound.
  ///
  /// - Parameters:
  ///   - texts: What to read.
  ///   - options: The vocabulary size and the bound.
  ///   - name: What to call the tokenizer.
  /// - Returns: The trained tokenizer.
  /// - Throws: ``TextError`` or ``TokenizerError``.
  public static func train(
    on texts: TextCollection,
    options: TokenizerTrainingOptions,
    name: String = "tokenizer.model"
  ) throws -> Tokenizer {
    let sample = try TextSample(maximumByteCount: options.maximumTextByteCount, of: texts)
    return try TokenizerTraining(on: sample, options: options).run(name: name)
  }

  /// Trains on a list of texts, or on a fair share of it.
  public static func train(
    on texts: [String],
    options: TokenizerTrainingOptions,
    name: String = "tokenizer.model"
  ) throws(TokenizerError) -> Tokenizer {
    var rest = texts[...]
    let sample = TextSample(maximumByteCount: options.maximumTextByteCount) { rest.popFirst() }
    return try TokenizerTraining(on: sample, options: options).run(name: name)
  }
}

/// Lends the sentences of a sample to the library, one at a time.
private final class SentenceFeed {
  private let sample: TextSample
  private let coverage: CharacterCoverage
  private var place = 0
  private let sentence: UnsafeMutableBufferPointer<UInt8>

  init(_ sample: TextSample, _ coverage: CharacterCoverage) {
    self.sample = sample
    self.coverage = coverage
    sentence = .allocate(capacity: Sentences.maximumByteCount)
  }

  deinit {
    sentence.deallocate()
  }

  /// The next sentence, valid until the next call; nil at the end.
  func next() -> UnsafeMutableBufferPointer<UInt8>? {
    guard place < sample.sentences.count else { return nil }
    let masked = coverage.masked(sample.sentences[place])
    place += 1
    // SAFETY: a sentence is never longer than the buffer, and masking makes none longer.
    let lent = UnsafeMutableBufferPointer(rebasing: sentence[..<masked.count])
    _ = lent.initialize(fromContentsOf: masked)
    return lent
  }
}
