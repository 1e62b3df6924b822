import EspalierTestSupport
import Randomness
import Testing

@testable import Corpus

/// Which text is held out where documents are few.
@Suite struct DocumentPlacementTests {
  private func placed(_ texts: [String], _ rule: DocumentSplit) -> [PlacedDocument] {
    var placement = DocumentPlacement(rule)
    let early = texts.enumerated().flatMap { index, text in
      placement.place(Document(text: text, source: "s"), index: index)
    }
    return early + placement.finish()
  }

  /// The texts of a part, joined.
  private func text(_ split: Split, _ documents: [PlacedDocument]) -> String {
    documents.filter { $0.split == split }.map(\.document.text).joined()
  }

  /// A rule by which none of the first documents is drawn, or the first one is.
  private func rule(_ fraction: Double, drawing drawn: Int?, of count: Int) throws -> DocumentSplit
  {
    let rules = (UInt64(0)..<10_000).lazy.map {
      DocumentSplit(validationFraction: fraction, seed: $0)
    }
    return try #require(
      rules.first { rule in
        (0..<count).allSatisfy { (rule.split(ofDocument: $0) == .validation) == ($0 == drawn) }
      }
    )
  }

  private let paragraphs = (0..<100).map { "Paragraph \($0), with words in it.\n" + "A line.\n\n" }

  /// One document, whatever is drawn for it: the end is held out, behind an empty line.
  @Test(arguments: [nil, 0]) func aSingleDocumentIsDividedAtABorder(drawn: Int?) throws {
    let book = paragraphs.joined()
    let documents = placed([book], try rule(0.1, drawing: drawn, of: 1))
    #expect(documents.map(\.split) == [.train, .validation])
    #expect(documents.map(\.index) == [0, 0] && documents.map(\.document.source) == ["s", "s"])
    #expect(text(.train, documents) == paragraphs[..<90].joined())
    #expect(text(.validation, documents) == paragraphs[90...].joined())
  }

  /// Whatever the text and the share: nothing is lost, no character cut, both parts have text.
  @Test(arguments: [0.0001, 0.05, 0.5, 0.9999]) func everyTextIsDividedWithoutLoss(share: Double) {
    let texts = [
      "ab", "é😀", "one two", "line\nline", String(repeating: "日", count: 500),
      String(repeating: "word ", count: 300), "\n\n" + String(repeating: "x", count: 100) + "\n\n",
    ]
    for text in texts {
      let documents = placed([text], DocumentSplit(validationFraction: share))
      #expect(documents.map(\.split) == [.train, .validation])
      #expect(documents.map(\.document.text).joined() == text)
      #expect(documents.allSatisfy { !$0.document.text.isEmpty })
      #expect(!documents.contains { $0.document.text.contains("\u{FFFD}") })
    }
  }

  @Test func aSingleCharacterIsNotDivided() {
    #expect(placed(["😀"], DocumentSplit()).map(\.split) == [.train])
  }

  /// A border is taken where it is near; the share counts for more than an empty line far away.
  @Test(arguments: [
    ("Title\n\n" + String(repeating: "a line\n", count: 100), "a line\n"),
    ("Title\n\n" + String(repeating: "word ", count: 100), "word "),
    ("Title\r\n\r\n" + String(repeating: "a\r\n\r\n", count: 100), "a\r\n\r\n"),
    ("Title\n\n" + String(repeating: "x", count: 500), "x"),
  ]) func theNearestBorderOfTheBestKindIsTaken(book: String, end: String) {
    let documents = placed([book], DocumentSplit(validationFraction: 0.1))
    #expect(documents[0].document.text.hasSuffix(end))
    #expect(documents[1].document.text.hasPrefix(end))
    let share = Double(documents[1].document.text.utf8.count) / Double(book.utf8.count)
    #expect((0.08...0.12).contains(share), "\(share)")
  }

  /// Several documents and none drawn, the last one a crumb: the share is held out all the same.
  @Test(arguments: [2, 3, 6]) func whereNothingIsDrawnTheEndOfTheTextIsHeldOut(
    count: Int
  ) throws {
    let texts = (1..<count).map { _ in paragraphs.joined() } + ["crumb"]
    let total = texts.reduce(0) { $0 + $1.utf8.count }
    let documents = placed(texts, try rule(0.05, drawing: nil, of: count))
    #expect(text(.train, documents) + text(.validation, documents) == texts.joined())
    let share = Double(text(.validation, documents).utf8.count) / Double(total)
    #expect((0.045...0.055).contains(share), "\(share)")
    #expect(documents.last?.document.text == "crumb" && documents.last?.index == count - 1)
    #expect(documents.map(\.index) == documents.map(\.index).sorted())
    #expect(documents.count == count + 1)
  }

  /// Where the last documents come near the share by a factor of two, none is divided.
  @Test(arguments: [(10, 1), (20, 1), (39, 2), (51, 3), (60, 3)])
  func whereTheLastDocumentsWillDoTheyAreHeldOutWhole(count: Int, heldOut: Int) throws {
    let texts = (0..<count).map { "text \($0 % 10) of some words" }
    let documents = placed(texts, try rule(0.05, drawing: nil, of: count))
    #expect(documents.map(\.document.text) == texts)
    let parts = texts.indices.map { $0 < count - heldOut ? Split.train : .validation }
    #expect(documents.map(\.split) == parts)
  }

  /// With a document drawn, every one goes where it is drawn, and no more is held back.
  @Test func whereADocumentIsDrawnNothingIsDivided() throws {
    let rule = try rule(0.3, drawing: 2, of: 6)
    var placement = DocumentPlacement(rule)
    var waiting: [Int] = []
    var documents: [PlacedDocument] = []
    for index in 0..<6 {
      documents += placement.place(Document(text: "text \(index)", source: ""), index: index)
      waiting.append(index + 1 - documents.count)
    }
    #expect(waiting == [1, 1, 0, 0, 0, 0])
    #expect(placement.finish() == [])
    #expect(documents.map(\.split) == (0..<6).map { rule.split(ofDocument: $0) })
  }

  @Test func aShareOfZeroHoldsNothingOut() {
    let documents = placed(["one", "two"], DocumentSplit(validationFraction: 0))
    #expect(documents.map(\.split) == [.train, .train])
    #expect(placed(["one"], DocumentSplit(validationFraction: 0)).map(\.split) == [.train])
  }

  /// As a file: the pieces share their number, and the file says that a document is divided.
  @Test func aPackedBookSaysThatItIsDivided() throws {
    let folder = try TemporaryFolder()
    let book = paragraphs.joined()
    let path = folder / "book.tokens"
    let summary = try TokenFile.pack(
      TextCollection(paths: [folder.write(book, to: "book.txt")]),
      with: smallTokenizer(),
      to: path
    )
    let file = try TokenFile(path: path)
    try file.verify()
    #expect(summary.documents == 1 && summary.heldOutDocuments == 1 && summary.dividesDocument)
    #expect(summary.heldOutTokens == file.tokenCount(of: .validation))
    #expect(file.dividesDocument && file.statistics().dividesDocument)
    let tokenizer = try file.loadTokenizer()
    let texts = try Split.allCases.map { split in
      try tokenizer.decode(file.tokens(in: file.document(0, of: split).tokens, of: split))
    }
    #expect(texts.joined() == book)
    #expect(Split.allCases.map { file.document(0, of: $0).readingIndex } == [0, 0])

    try folder.write("{\"text\":\"\"}\n{\"text\":\"a\"}\n{\"text\":\"b\"}\n", to: "two.jsonl")
    let whole = try TokenFile.pack(
      TextCollection(paths: [folder / "two.jsonl"]),
      with: smallTokenizer(),
      to: path,
      split: rule(0.5, drawing: 2, of: 3)
    )
    #expect(whole.documents == 2 && whole.heldOutDocuments == 1 && !whole.dividesDocument)
    #expect(try !TokenFile(path: path).dividesDocument)
  }
}
