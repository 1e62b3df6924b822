import Checksums
import EspalierTestSupport
import Randomness
import Testing

@testable import Corpus

@Suite struct HostileTokenFileTests {
  private let folder: TemporaryFolder
  private let whole: [UInt8]

  init() throws {
    folder = try TemporaryFolder()
    let path = "\(folder.path)/whole"
    let writer = try TokenFileWriter(path: path, tokenizer: try smallTokenizer())
    for index in 0..<4 {
      try writer.append(
        tokens: [Int32](repeating: 9, count: 5 + index),
        textByteCount: 20,
        source: "s\(index)",
        index: index
      )
    }
    try writer.finish()
    whole = try contents(of: path)
  }

  private func error(opening bytes: [UInt8]) throws -> TokenFileError? {
    let path = try folder.write(bytes, to: "hostile")
    do {
      try TokenFile(path: path).verify()
      return nil
    } catch {
      return error
    }
  }

  private var path: String { "\(folder.path)/hostile" }

  @Test func theUndamagedFileIsSound() throws {
    #expect(try error(opening: whole) == nil)
    #expect(try error(opening: crafted(craftedHeader(), tokens: [4, 5, 2])) == nil)
  }

  @Test func aTruncatedFileIsRefusedAtEveryLength() throws {
    let lengths = Array(0..<400) + Array(stride(from: 400, to: whole.count, by: 37))
    for length in lengths + [whole.count - 1] {
      let error = try error(opening: Array(whole[..<length]))
      switch length {
      case ..<8: #expect(error == .notATokenFile(path: path))
      case ..<256: #expect(error == .truncatedHeader(path: path, byteCount: length))
      default:
        #expect(
          error == .wrongLength(path: path, byteCount: length, expected: whole.count),
          "\(length)"
        )
      }
    }
  }

  @Test func aLongerFileIsRefused() throws {
    #expect(
      try error(opening: whole + [0])
        == .wrongLength(path: path, byteCount: whole.count + 1, expected: whole.count)
    )
  }

  @Test func everyFlippedByteOfTheHeaderIsFound() throws {
    for position in 0..<256 {
      var bytes = whole
      bytes[position] ^= 0xFF
      let error = try error(opening: bytes)
      switch position {
      case ..<8: #expect(error == .notATokenFile(path: path))
      case ..<12:
        guard case .unsupportedVersion(_, let found, 1) = error, found != 1 else {
          Issue.record("byte \(position): \(String(describing: error))")
          continue
        }
      default: #expect(error == .damagedHeader(path: path), "byte \(position)")
      }
    }
  }

  @Test func aFlippedBitAnywhereBehindTheHeaderIsFound() throws {
    let stream = RandomStream(seed: 1).named("bits")
    let near = Array(256..<500)
    let far = (0..<100).map { 500 + Int(stream.word(at: $0) % UInt64(whole.count - 500)) }
    for position in near + far + [whole.count - 1] {
      var bytes = whole
      bytes[position] ^= 1 << (position % 8)
      #expect(try error(opening: bytes) != nil, "byte \(position)")
    }
  }

  /// What a run looks at where it begins finds bits, bytes, cuts and zeros, most of them in the tokens; some
  /// tokens stay inside the vocabulary, so that nothing but their checksum tells.
  @Test func everyRandomDamageIsFoundWhereARunBegins() throws {
    let path = folder.path + "/book"
    let writer = try TokenFileWriter(path: path, tokenizer: try smallTokenizer())
    for (index, document) in try genesis(chapters: 12).enumerated() {
      try writer.append(
        tokens: smallTokenizer().encode(document.text),
        textByteCount: document.text.utf8.count,
        source: document.source,
        index: index
      )
    }
    try writer.finish()
    let book = try contents(of: path)
    let stream = RandomStream(seed: 3).named("damages")
    var unnoticedBefore = 0
    for damage in UInt64(0)..<240 {
      let draws = stream.indexed(damage)
      func draw(_ index: UInt64, below limit: Int) -> Int {
        Int(draws.word(at: index) % UInt64(limit))
      }
      var bytes = book
      let place = draw(0, below: bytes.count)
      switch damage % 4 {
      case 0: bytes[place] ^= 1 << UInt8(draw(1, below: 8))
      case 1: bytes[place] = UInt8(draw(1, below: 256))
      case 2: bytes.removeSubrange(place..<min(place + 1 + draw(1, below: 40), bytes.count))
      default: for zero in place..<min(place + 16, bytes.count) { bytes[zero] = 0 }
      }
      guard bytes != book else { continue }
      try folder.write(bytes, to: "hostile")
      guard let file = try? TokenFile(path: self.path) else { continue }
      unnoticedBefore += 1
      #expect(throws: TokenFileError.damagedSection(path: self.path, section: .tokens)) {
        try file.checkTokens()
      }
    }
    #expect(unnoticedBefore > 50)
  }

  /// A lying header with a fitting checksum: each number of it at values that overflow, that point
  /// outside the file, and that are off by one.
  @Test(arguments: [32, 40, 48, 56, 64, 72, 80, 88])
  func lyingSizesAreFound(offset: Int) throws {
    let values: [UInt64] = [
      .max, .max - 1, 1 << 63, (1 << 63) - 1, (1 << 63) - 256, 1 << 62, 1 << 61, 1 << 60, 1 << 59,
      1 << 58, 1 << 32, 1 << 31, 65_536, 1000, 100, 25, 24, 9, 8, 7, 6, 5, 3, 2, 0,
    ]
    let honest = whole[offset..<(offset + 8)].enumerated().reduce(UInt64(0)) {
      $0 | UInt64($1.element) << (8 * UInt64($1.offset))
    }
    for value in values + [honest &+ 1, honest &- 1] where value != honest {
      let error = try error(opening: patched(whole, value, at: offset))
      switch error {
      case .invalidHeaderField, .wrongLength, .damagedDocument, .damagedSection: break
      default: Issue.record("\(value) at \(offset): \(String(describing: error))")
      }
    }
  }

  /// Counts whose sizes in bytes are right again after wrapping around 64 bits, and a table that agrees.
  @Test func sizesThatWrapAroundAreFound() throws {
    let lie = 3 + (1 << 62)
    var header = craftedHeader()
    header.tokenByteCount = 4
    header.tokenCounts.train = lie
    let row = DocumentRow(endToken: lie, textByteCount: 0, readingIndex: 0, sourceIndex: 0)
    let tokens = crafted(header, tokens: [4, 5, 2], rows: [row])
    #expect(
      try error(opening: tokens)
        == .wrongLength(path: path, byteCount: tokens.count, expected: nil)
    )
    var documents = craftedHeader()
    documents.documentCounts.train = 1 + (1 << 59)
    let table = crafted(documents, tokens: [4, 5, 2])
    #expect(
      try error(opening: table) == .wrongLength(path: path, byteCount: table.count, expected: nil)
    )
  }

  @Test(arguments: [
    (12, 255, "header size"), (12, 0, "header size"), (16, 0, "bytes a token"),
    (16, 1, "bytes a token"), (16, 8, "bytes a token"), (20, 0, "vocabulary size"),
    (20, 65_537, "vocabulary size"), (20, -1, "vocabulary size"), (24, 512, "beginning token"),
    (24, -2, "beginning token"), (28, 512, "end token"), (28, -1, "end token"),
    (156, 1, "unused bytes"), (248, 1, "unused bytes"),
  ])
  func impossibleFieldsAreNamed(offset: Int, value: Int32, field: String) throws {
    let error = try error(opening: patched(whole, value, at: offset))
    guard case .invalidHeaderField(path, field, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [-0.1, 1, .nan, .infinity])
  func impossibleSharesAreNamed(fraction: Double) throws {
    let error = try error(opening: patched(whole, fraction.bitPattern, at: 136))
    guard case .invalidHeaderField(_, "validation share", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: TokenFileError.self) {
      try TokenFileWriter(
        path: "\(folder.path)/x",
        tokenizer: try smallTokenizer(),
        split: DocumentSplit(validationFraction: fraction)
      )
    }
  }

  @Test func aTokenOutsideTheVocabularyIsFoundBeforeItIsUsed() throws {
    let bytes = crafted(craftedHeader(), tokens: [4, 512, 2])
    let expected = TokenFileError.tokenOutsideVocabulary(
      path: path,
      position: 1,
      token: 512,
      vocabularySize: 512
    )
    #expect(try error(opening: bytes) == expected)
    let sequences = try TokenFile(path: path).sequences(of: .train, contextLength: 2)
    #expect(throws: expected) { try sequences.tokens([0]) }
    var wide = craftedHeader()
    wide.tokenByteCount = 4
    #expect(
      try error(opening: crafted(wide, tokens: [4, 5, -1]))
        == .tokenOutsideVocabulary(path: path, position: 2, token: -1, vocabularySize: 512)
    )
  }

  @Test func aDocumentTableThatContradictsItselfIsRefused() throws {
    func row(_ end: Int, bytes: Int = 0, index: Int = 0, source: Int = 0) -> DocumentRow {
      DocumentRow(endToken: end, textByteCount: bytes, readingIndex: index, sourceIndex: source)
    }
    var two = craftedHeader()
    two.documentCounts.train = 2
    let cases: [(TokenFileHeader, [DocumentRow], Int, String)] = [
      (craftedHeader(), [row(2)], 0, "the train part ends at token 2, not 3"),
      (craftedHeader(), [row(4)], 0, "the train part ends at token 4, not 3"),
      (craftedHeader(), [row(0)], 0, "it holds no token"),
      (craftedHeader(), [row(3, source: 1)], 0, "its source has no name"),
      (craftedHeader(), [row(3, bytes: 1)], 0, "the texts' sizes do not add up to the header's"),
      (two, [row(2), row(2, index: 1)], 1, "it holds no token"),
      (two, [row(2, index: 1), row(3, index: 1)], 1, "it is out of order"),
      (two, [row(1, bytes: .max), row(3, bytes: 1, index: 1)], 1, "its text is too large"),
    ]
    for (header, rows, document, reason) in cases {
      #expect(
        try error(opening: crafted(header, tokens: [4, 5, 2], rows: rows))
          == .damagedDocument(path: path, document: document, reason: reason)
      )
    }
  }

  @Test func numbersOfTheTableThatDoNotFitAreRefused() throws {
    let honest = crafted(craftedHeader(), tokens: [4, 5, 2])
    for field in 0..<4 {
      var bytes = honest
      let start = 264 + 8 * field
      bytes.replaceSubrange(start..<(start + 8), with: [UInt8](repeating: 0xFF, count: 8))
      let sum = checksum(of: Array(bytes[264..<296]))
      #expect(
        try error(opening: patched(bytes, sum, at: 148))
          == .damagedDocument(path: path, document: 0, reason: "a number is too large")
      )
    }
  }

  @Test func answersThatCannotBeAreRefused() throws {
    func answering(_ counts: [Int]) throws -> TokenFileError? {
      try error(opening: crafted(craftedHeader(), tokens: [4, 5, 2], answers: counts))
    }
    #expect(try answering([1]) == nil && answering([2]) == nil)
    for count in [0, -1, 3, Int.max, .min] {
      #expect(
        try answering([count])
          == .damagedDocument(path: path, document: 0, reason: "it has no prompt or no answer")
      )
    }
    for counts in [[], [1, 1]] {
      #expect(try answering(counts) == .damagedSection(path: path, section: .metadata))
    }
  }

  @Test func otherFilesAreNotTokenFiles() throws {
    for bytes in [[], Array("hello".utf8), try contents(of: tokenizerFixture)] {
      #expect(try error(opening: bytes) == .notATokenFile(path: path))
    }
    #expect(
      TokenFileError.notATokenFile(path: "a.txt").description
        == "a.txt: not a token file; make one with `espalier corpus pack`"
    )
  }

  @Test func missingFilesAndFoldersAreNamed() {
    #expect(
      throws: TokenFileError.cannotRead(path: "/nowhere", reason: "No such file or directory")
    ) { try TokenFile(path: "/nowhere") }
    #expect(throws: TokenFileError.cannotRead(path: folder.path, reason: "Is a directory")) {
      try TokenFile(path: folder.path)
    }
  }
}
