/// The texts of a page of data.
struct TextPage {
  private var texts = TextValues()
  /// For each value its place in ``texts``; nil where there is none.
  private var places: [Int?] = []
  private var position = 0

  init() {}

  var isFinished: Bool { position == places.count }

  mutating func next() -> ArraySlice<UInt8>? {
    defer { position += 1 }
    return places[position].map { texts.bytes[texts.ranges[$0]] }
  }

  /// Takes a page apart.
  init(
    _ bytes: [UInt8],
    _ header: PageHeader,
    _ encoding: TextValues.Encoding,
    _ compression: Compression,
    definitionLevel: Int,
    dictionary: TextValues?
  ) throws(Damage) {
    let count = header.valueCount
    var levels: [Int]?
    var content: ByteCursor
    let bitWidth = Int.bitWidth - definitionLevel.leadingZeroBitCount
    if case .dataWithPlainLevels(let repetition, let definition, let isCompressed) = header.kind {
      let plain = repetition + definition
      if definitionLevel > 0 {
        var cursor = ByteCursor(bytes[repetition..<plain])
        levels = try cursor.runs(bitWidth: bitWidth, count: count)
      }
      let rest = bytes[plain...]
      // Nothing is compressed where no row has a text.
      content = ByteCursor(
        try rest.isEmpty
          ? rest
          : (isCompressed ? compression : .none)
            .decompress(rest, byteCount: header.byteCount - plain)
      )
    } else {
      content = ByteCursor(try compression.decompress(bytes[...], byteCount: header.byteCount))
      if definitionLevel > 0 {
        var cursor = ByteCursor(try content.take(content.count()))
        levels = try cursor.runs(bitWidth: bitWidth, count: count)
      }
    }
    let present = levels.map { $0.count { $0 == definitionLevel } } ?? count
    let indices: [Int]
    if encoding.isDictionary {
      guard let dictionary else { throw Damage("a page refers to a dictionary that is not there") }
      texts = dictionary
      let width = present > 0 ? Int(try content.byte()) : 0
      indices = try content.runs(bitWidth: width, count: present)
      guard indices.allSatisfy(texts.ranges.indices.contains) else {
        throw Damage("a page refers to more texts than its dictionary has")
      }
    } else {
      texts = try TextValues(&content, encoding, count: present)
      indices = Array(0..<present)
    }
    guard let levels else {
      places = indices
      return
    }
    var next = indices.makeIterator()
    places = levels.map { $0 == definitionLevel ? next.next() : nil }
  }
}
