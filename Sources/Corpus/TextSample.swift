import Randomness

/// The text that a tokenizer is trained on: all that was given, or a fair share where that is too much.
///
/// Texts are cut into sentences. Where they are larger than the limit together, sentences are drawn by
/// chance until the limit is reached; each has the same chance wherever it stands, so a source has its
/// share of the sample whether it comes first or last. The same texts give the same sample.
///
/// Texts are read once, one after the other; memory holds twice the limit at most.
public struct TextSample: Sendable {
  /// The size that is used where none is asked for.
  public static let usualByteCount = 32 << 20

  /// The number of texts that were read.
  public let documentCount: Int
  /// The size of the texts that were read, in UTF-8.
  public let textByteCount: Int
  /// The size of the sentences in the sample.
  public let byteCount: Int
  /// Whether all sentences are in the sample.
  public let isWhole: Bool
  /// The sentences of the sample, in reading order.
  let sentences: [[UInt8]]

  /// Reads texts to their end.
  ///
  /// - Parameters:
  ///   - maximumByteCount: The largest sample; one sentence is always in it.
  ///   - texts: Gives the next text, nil at the end.
  /// - Throws: What `texts` throws.
  public init<Failure>(
    maximumByteCount: Int = usualByteCount,
    from texts: () throws(Failure) -> String?
  ) throws(Failure) {
    var draw = SentenceDraw(limit: maximumByteCount)
    var (documentCount, textByteCount) = (0, 0)
    while let text = try texts() {
      documentCount += 1
      textByteCount += text.utf8.count
      for sentence in Sentences(of: Array(text.utf8)) { draw.add(sentence) }
    }
    self.documentCount = documentCount
    self.textByteCount = textByteCount
    sentences = draw.finished()
    byteCount = sentences.reduce(0) { $0 + $1.count }
    isWhole = draw.isWhole
  }

  /// Reads a collection to its end.
  public init(
    maximumByteCount: Int = usualByteCount,
    of texts: TextCollection
  ) throws(TextError) {
    let reader = texts.makeReader()
    try self.init(maximumByteCount: maximumByteCount) { () throws(TextError) in
      try reader.next()?.text
    }
  }
}

/// Draws sentences by chance without knowing how many will come.
///
/// Each sentence has a random number, and those with the smallest ones stay, as many as the limit allows.
/// Whatever is left out on the way could not be among them at the end, since further sentences only leave
/// less room.
private struct SentenceDraw {
  private struct Sentence {
    let number: UInt64
    let place: UInt64
    let bytes: [UInt8]
  }

  private let limit: Int
  private let stream = RandomStream(seed: 0).named("tokenizer training")
  private var sentences: [Sentence] = []
  private var byteCount = 0
  private var place: UInt64 = 0
  /// The smallest number that is out.
  private var bound = UInt64.max

  /// Whether nothing was left out.
  var isWhole: Bool { sentences.count == place }

  init(limit: Int) {
    self.limit = limit
  }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    let number = stream.word(at: place)
    if number < bound {
      sentences.append(Sentence(number: number, place: place, bytes: Array(bytes)))
      byteCount += bytes.count
      if byteCount - limit > limit { cut() }
    }
    place += 1
  }

  /// The sentences that stay, in the order in which they came.
  mutating func finished() -> [[UInt8]] {
    if byteCount > limit { cut() }
    return sentences.sorted { $0.place < $1.place }.map(\.bytes)
  }

  /// Leaves out the largest numbers, so that the rest keeps to the limit.
  private mutating func cut() {
    sentences.sort { ($0.number, $0.place) < ($1.number, $1.place) }
    byteCount = 0
    let end = sentences.firstIndex { sentence in
      guard byteCount == 0 || byteCount + sentence.bytes.count <= limit else { return true }
      byteCount += sentence.bytes.count
      return false
    }
    guard let end else { return }
    bound = sentences[end].number
    sentences.removeSubrange(end...)
  }
}
