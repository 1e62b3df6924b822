/// Which characters of a text have pieces of their own; all others are spelled in bytes.
///
/// Characters are taken from the most frequent one down until they make up the share of the text that was
/// asked for. Where no share was asked for and the vocabulary has no room for the usual one, characters
/// get half of the room and longer pieces the other half.
public struct CharacterCoverage: Hashable, Sendable {
  /// The share that is covered where none is asked for and the vocabulary has room: SentencePiece's own.
  public static let usualShare = 0.9995

  /// The number of different characters in the text.
  public let characterCount: Int
  /// The number of those with pieces of their own.
  public let pieceCount: Int
  /// The share of the text that these make up.
  public let share: Double
  /// Whether the vocabulary has no room for as many as usual.
  public let isLimited: Bool

  /// The characters with pieces, where they are not those that the library would take by itself.
  let chosen: Set<UInt32>?

  /// Chooses characters.
  ///
  /// - Parameters:
  ///   - sample: The text.
  ///   - options: The size of the vocabulary and the share to cover.
  /// - Throws: ``TokenizerError/tooManyCharacters(coverage:characterCount:vocabularySize:)`` where the share
  ///   that was asked for does not fit.
  init(of sample: TextSample, options: TokenizerTrainingOptions) throws(TokenizerError) {
    let counts = CharacterCounts(of: sample)
    let room = options.vocabularySize - Tokenizer.reservedPieceCount
    let demanded = counts.fewest(covering: options.characterCoverage ?? Self.usualShare)
    isLimited = demanded > room && options.characterCoverage == nil
    guard demanded <= room || isLimited else {
      throw .tooManyCharacters(
        coverage: options.characterCoverage ?? Self.usualShare,
        characterCount: demanded,
        vocabularySize: options.vocabularySize
      )
    }
    pieceCount = isLimited ? max(1, room / 2) : demanded
    characterCount = counts.sorted.count
    share = counts.share(ofFirst: pieceCount)
    let isUsual = options.characterCoverage == nil && !isLimited
    // The space is always among them: it stands before every text that is encoded.
    let others = counts.sorted.lazy.map(\.character).filter { $0 != Characters.space }
    chosen = isUsual ? nil : Set([Characters.space] + others.prefix(pieceCount - 1))
  }

  /// A sentence in which characters without pieces are the character 0, which the library does not learn.
  ///
  /// The library does the same with characters that it does not cover, but covers 98 % at least.
  func masked(_ sentence: [UInt8]) -> [UInt8] {
    var masked: [UInt8] = []
    masked.reserveCapacity(sentence.count)
    for (character, range) in Characters(of: sentence) {
      let isLearned = character != Characters.reserved && chosen?.contains(character) ?? true
      if isLearned { masked += sentence[range] } else { masked.append(0) }
    }
    return masked
  }
}

/// How often each character stands in a text, as the library counts.
private struct CharacterCounts {
  /// The characters from the most frequent one down.
  let sorted: [(character: UInt32, count: Int)]
  private let total: Int

  init(of sample: TextSample) {
    var counts = [Int](repeating: 0, count: 0x11_0000)
    for sentence in sample.sentences {
      for (character, _) in Characters(of: sentence) { counts[Int(character)] += 1 }
    }
    counts[Int(Characters.reserved)] = 0
    // The library puts a space before each sentence.
    counts[Int(Characters.space)] += sample.sentences.count
    total = counts.reduce(0, +)
    sorted = counts.indices.lazy.filter { counts[$0] > 0 }.map { (UInt32($0), counts[$0]) }
      .sorted { $0.1 == $1.1 ? $0.0 < $1.0 : $0.1 > $1.1 }
  }

  /// How many characters it takes at least to make up a share of the text.
  func fewest(covering share: Double) -> Int {
    var covered = 0
    for (number, (_, count)) in sorted.enumerated() {
      // In the library's precision.
      if Float(Double(covered) / Double(total)) >= Float(share) { return number }
      covered += count
    }
    return sorted.count
  }

  /// The share of the text that the most frequent characters make up.
  func share(ofFirst number: Int) -> Double {
    Double(sorted.prefix(number).reduce(0) { $0 + $1.count }) / Double(max(total, 1))
  }
}

/// The characters of valid UTF-8 and where they lie; a space, and ▁, which the library writes for it, are one.
private struct Characters: Sequence, IteratorProtocol {
  static let space: UInt32 = 0x20
  /// ▅ stands for uncovered characters inside the library, which skips sentences that hold it.
  static let reserved: UInt32 = 0x2585

  private let bytes: [UInt8]
  private var position = 0

  init(of bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func next() -> (character: UInt32, range: Range<Int>)? {
    guard position < bytes.count else { return nil }
    let start = position
    let lead = bytes[start]
    let length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    position = Swift.min(start + length, bytes.count)
    var character = UInt32(length == 1 ? lead : lead & (0xFF >> (length + 1)))
    for byte in bytes[(start + 1)..<position] { character = character << 6 | UInt32(byte & 0x3F) }
    return (character == 0x2581 ? Self.space : character, start..<position)
  }
}
