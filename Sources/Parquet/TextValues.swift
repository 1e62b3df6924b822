/// Texts that lie in one piece of memory.
struct TextValues {
  private(set) var bytes: ArraySlice<UInt8> = []
  /// Where each text lies in ``bytes``.
  private(set) var ranges: [Range<Int>] = []

  /// How texts are written in a page.
  enum Encoding: Int {
    case plain = 0
    /// The dictionary's number in old files, whose own page is ``plain``.
    case oldDictionary = 2
    case deltaLength = 6
    case delta = 7
    case dictionary = 8

    var isDictionary: Bool { self == .dictionary || self == .oldDictionary }

    /// What the format calls a number of its own list, for messages.
    static func name(of code: Int) -> String {
      code == 9 ? "the encoding of byte streams" : "the encoding \(code)"
    }
  }

  init() {}

  /// Reads the rest of a page.
  ///
  /// - Parameters:
  ///   - cursor: The page, at the first value.
  ///   - encoding: Any but a dictionary's.
  ///   - count: How many texts there are.
  /// - Throws: `Damage`.
  init(_ cursor: inout ByteCursor, _ encoding: Encoding, count: Int) throws(Damage) {
    switch encoding {
    case .plain, .oldDictionary, .dictionary: try readPlain(&cursor, count)
    case .deltaLength: try readBehindLengths(&cursor, count)
    case .delta: try readBehindPrefixes(&cursor, count)
    }
  }

  /// Each text behind its length.
  private mutating func readPlain(_ cursor: inout ByteCursor, _ count: Int) throws(Damage) {
    bytes = cursor.bytes
    guard count <= cursor.left / 4 else { throw Damage("has no room for \(count) texts") }
    ranges.reserveCapacity(count)
    for _ in 0..<count {
      let text = try cursor.take(cursor.count())
      ranges.append(text.startIndex..<text.endIndex)
    }
  }

  /// All lengths, then all texts.
  private mutating func readBehindLengths(_ cursor: inout ByteCursor, _ count: Int) throws(Damage) {
    let lengths = try cursor.differences(count: count)
    bytes = cursor.bytes
    for length in lengths {
      let text = try cursor.take(length)
      ranges.append(text.startIndex..<text.endIndex)
    }
  }

  /// For each text, how much of the one before it begins with, and the rest.
  private mutating func readBehindPrefixes(_ cursor: inout ByteCursor, _ count: Int) throws(Damage)
  {
    let prefixes = try cursor.differences(count: count)
    var rest = TextValues()
    try rest.readBehindLengths(&cursor, count)
    var before = 0..<0
    for (prefix, suffix) in zip(prefixes, rest.ranges) {
      guard prefix <= before.count, bytes.count + prefix + suffix.count <= PageHeader.byteLimit
      else {
        throw Damage("a text begins with more of the one before it than there is")
      }
      let start = bytes.endIndex
      bytes.append(contentsOf: Array(bytes[before.lowerBound..<before.lowerBound + prefix]))
      bytes.append(contentsOf: rest.bytes[suffix])
      before = start..<bytes.endIndex
      ranges.append(before)
    }
  }
}
