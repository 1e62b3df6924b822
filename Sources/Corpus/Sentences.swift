/// The sentences of a text that SentencePiece's trainer takes, one after the other.
///
/// The trainer drops sentences that hold a tab and those longer than its limit without a word, so texts are
/// cut at every control character, and long lines at a space or else between two characters.
struct Sentences: Sequence, IteratorProtocol {
  /// The longest sentence.
  static let maximumByteCount = 4096

  private let text: [UInt8]
  private var position = 0

  /// Cuts a text, which is valid UTF-8.
  init(of text: [UInt8]) {
    self.text = text
  }

  mutating func next() -> ArraySlice<UInt8>? {
    while position < text.count, text[position] < 0x20 { position += 1 }
    guard position < text.count else { return nil }
    let range = nextRange()
    position = range.upperBound
    return text[range]
  }

  /// From the position to the next control character, or to a space or a character border before the
  /// length limit.
  private func nextRange() -> Range<Int> {
    let limit = Swift.min(text.count, position + Self.maximumByteCount)
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
