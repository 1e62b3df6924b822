/// Finds pieces by the merges of a `tokenizer.json`.
///
/// Source: Sennrich et al. 2016, "Neural Machine Translation of Rare Words with Subword Units", section 3.2.
struct BytePairEngine: TokenizerEngine {
  private let file: TokenizerJSON
  private let alphabet: ByteAlphabet
  /// By their first byte, the longest first.
  private let added: [UInt8: [TokenizerJSON.Added]]
  private let specialIDs: Set<Int32>
  private let addedIDs: Set<Int32>
  /// The piece of each byte where bytes are what is fallen back to; empty where one is missing.
  private let byteIDs: [Int32]

  let beginningID: Int32?
  let endID: Int32?
  let unknownID: Int32?
  var pieceCount: Int { file.pieces.count }
  /// The file as it was found.
  var fileBytes: [UInt8] { file.fileBytes }

  init(_ file: TokenizerJSON) {
    self.file = file
    alphabet = ByteAlphabet()
    added = Dictionary(grouping: file.added) { $0.content[0] }
      .mapValues { $0.sorted { $0.content.count > $1.content.count } }
    specialIDs = Set(file.added.filter(\.isSpecial).map(\.id))
    addedIDs = Set(file.added.map(\.id))
    let bytes = (0..<256).compactMap { file.ids[Self.written(UInt8($0))] }
    byteIDs = file.fallsBackToBytes && bytes.count == 256 ? bytes : []
    func id(_ piece: [UInt8]?) -> Int32? { piece.flatMap { file.ids[$0] } }
    (beginningID, endID, unknownID) = (id(file.beginning), id(file.end), id(file.unknown))
  }

  /// A byte's piece, such as `<0x0A>`.
  private static func written(_ byte: UInt8) -> [UInt8] {
    let digits = String(byte, radix: 16, uppercase: true)
    return Array("<0x\(byte < 16 ? "0" : "")\(digits)>".utf8)
  }

  func piece(_ id: Int32) -> [UInt8] { file.pieces[Int(id)] }

  func encode(_ text: String) -> [Int32] {
    var ids: [Int32] = []
    // Words come again and again.
    var known: [ArraySlice<UInt8>: [Int32]] = [:]
    var rest = Array(text.utf8)[...]
    var place = rest.startIndex
    func addPlain(_ part: ArraySlice<UInt8>) {
      guard !part.isEmpty else { return }
      for word in file.words(of: file.normalized(String(decoding: part, as: UTF8.self))) {
        let pieces = known[word] ?? encode(word: word)
        known[word] = pieces
        ids += pieces
      }
    }
    while place < rest.endIndex {
      let found = added[rest[place]]?.first { rest[place...].starts(with: $0.content) }
      guard let found else {
        place += 1
        continue
      }
      addPlain(rest[..<place])
      ids.append(found.id)
      place += found.content.count
      rest = rest[place...]
    }
    addPlain(rest)
    return ids
  }

  /// The pieces of a word.
  private func encode(word: ArraySlice<UInt8>) -> [Int32] {
    let written = file.isByteLevel ? word.flatMap { alphabet.written[Int($0)] } : Array(word)
    if file.ignoresMerges, let id = file.ids[written] { return [id] }
    return BytePairMerging(symbols(written), merges: file.merges).run()
  }

  /// The scalars of a word as pieces, those that are none as bytes or unknown.
  private func symbols(_ word: [UInt8]) -> [Int32] {
    var symbols: [Int32] = []
    var start = 0
    while start < word.count {
      // Bytes 10xxxxxx continue a scalar.
      let end = word[(start + 1)...].firstIndex { $0 & 0xC0 != 0x80 } ?? word.count
      let scalar = Array(word[start..<end])
      start = end
      if let id = file.ids[scalar] {
        symbols.append(id)
      } else if !byteIDs.isEmpty {
        symbols += scalar.map { byteIDs[Int($0)] }
      } else if let unknownID {
        symbols.append(unknownID)
      }
    }
    return symbols
  }

  func decode(_ ids: [Int32]) -> [UInt8] {
    var bytes: [UInt8] = []
    for id in ids where !specialIDs.contains(id) {
      let piece = file.pieces[Int(id)]
      if addedIDs.contains(id) {
        bytes += piece
      } else if file.isByteLevel {
        bytes += alphabet.bytes(of: piece)
      } else if let byte = byteIDs.firstIndex(of: id) {
        bytes.append(UInt8(byte))
      } else {
        bytes += piece
      }
    }
    return Self.undoing(file.normalizers[...], in: bytes)
  }

  /// Bytes before some changes, the last one undone first.
  private static func undoing(
    _ changes: ArraySlice<TokenizerJSON.Normalizer>,
    in bytes: [UInt8]
  ) -> [UInt8] {
    guard let first = changes.first else { return bytes }
    let later = changes.dropFirst()
    let bytes = undoing(later, in: bytes)
    switch first {
    case .composed: return bytes
    case .prepend(let text):
      // What was put in front was changed by what came later, too.
      let prefix = undoing(later, in: Array(text.utf8))
      return bytes.starts(with: prefix) ? Array(bytes.dropFirst(prefix.count)) : bytes
    case .replace(let old, let new):
      return TokenizerJSON.replacing(Array(new.utf8), by: Array(old.utf8), in: bytes)
    }
  }
}
