import EspalierTestSupport
import Foundation
import Testing

@testable import Corpus

/// Texts in Parquet files, and folders of them; the files are those of Tests/Oracles/parquet_files.py.
@Suite struct ParquetTextTests {
  private static let fixtures = repository + "/Tests/Fixtures/parquet/"

  private struct Rows: Decodable {
    let text: [String?]
    let source: [String?]
  }

  private let rows: Rows
  private let table: [UInt8]

  init() throws {
    rows = try JSONDecoder().decode(
      Rows.self,
      from: Data(contentsOf: URL(fileURLWithPath: Self.fixtures + "rows.json"))
    )
    table = try contents(of: Self.fixtures + "pyarrow-zstd-1.parquet")
  }

  private var expected: [Document] {
    zip(rows.text, rows.source).map { Document(text: $0 ?? "", source: $1 ?? "table.parquet") }
  }

  @Test func everyRowIsADocument() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(table, to: "table.parquet")
    #expect(try documents([path]) == expected)
    let other = TextOptions(textField: "source", sourceField: "nothing")
    let sources = rows.source.map { Document(text: $0 ?? "", source: "table.parquet") }
    #expect(try documents([path], options: other) == sources)
    // A column of numbers names no source.
    let numbered = TextOptions(sourceField: "id")
    #expect(try documents([path], options: numbered).allSatisfy { $0.source == "table.parquet" })
  }

  @Test(arguments: [4, 16, 100])
  func longRowsAreCutLikeRecords(limit: Int) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(table, to: "table.parquet")
    let lines = try rows.text.map {
      String(decoding: try JSONEncoder().encode(["text": $0 ?? ""]), as: UTF8.self)
    }
    let records = try folder.write(lines.joined(separator: "\n"), to: "table.jsonl")
    let options = TextOptions(maximumDocumentByteCount: limit)
    let cut = try documents([path], options: options).map(\.text)
    #expect(try documents([records], options: options).map(\.text) == cut)
    #expect(cut.joined() == rows.text.compactMap(\.self).joined())
  }

  @Test func progressEndsAtTheSizeOfTheFile() throws {
    let folder = try TemporaryFolder()
    let texts = try TextCollection(paths: [folder.write(table, to: "table.parquet")])
    let reader = texts.makeReader()
    var before = 0
    while try reader.next() != nil {
      #expect(reader.fileBytesRead >= before)
      before = reader.fileBytesRead
    }
    #expect(reader.fileBytesRead == texts.fileByteCount)
  }

  @Test func aDataSetsPartsAreToldByTheirNames() throws {
    let folder = try TemporaryFolder()
    for name in [
      "data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet",
      "data/test-00000-of-00001.parquet", "dev/0000.parquet",
    ] {
      try folder.write(table, to: name)
    }
    try folder.write("---\nlicense: mit\n---\nA data set.", to: "README.md")
    try folder.write("{}", to: "dataset_infos.json")
    func files(_ part: String?) throws -> [String] {
      try TextCollection(paths: [folder.path], options: TextOptions(part: part)).files.map(\.source)
    }
    let training = ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"]
    #expect(try files(nil) == training)
    #expect(try files("train") == training)
    #expect(try files("test") == ["data/test-00000-of-00001.parquet"])
    #expect(try files("validation") == ["dev/0000.parquet"])
    #expect(
      try TextCollection(paths: [folder.path]).partsLeftOut
        == ["\(folder.path): test", "\(folder.path): validation"]
    )
    let error = try #require(throws: TextError.self) { try files("dev") }
    #expect(
      error.description
        == "\(folder.path): holds no part \"dev\" of a data set; name one with --part: test, train, validation"
    )
    // A file that is named is read, whatever its part.
    let named = folder / "data/test-00000-of-00001.parquet"
    #expect(try TextCollection(paths: [named]).files.count == 1)
  }

  @Test(arguments: [
    ("0000.parquet", "train"), ("training/0.parquet", "train"),
    ("default/val-0.parquet", "validation"),
    ("valid_1.parquet", "validation"), ("train/eval.parquet", "test"),
    ("contest/attest.parquet", "train"),
    ("en.TEST.parquet", "test"), ("test/train-0.parquet", "train"),
  ])
  func theLastWordOfAPathCounts(path: String, part: String) {
    #expect(DatasetParts.name(ofPath: path) == part)
  }

  @Test func aDataSetOfOnePartIsReadWhateverItIsCalled() throws {
    let folder = try TemporaryFolder()
    try folder.write(table, to: "test.parquet")
    let texts = try TextCollection(paths: [folder.path])
    #expect(texts.files.map(\.source) == ["test.parquet"] && texts.partsLeftOut.isEmpty)
  }

  /// The byte that makes a text no UTF-8, in a page that is not compressed.
  @Test(arguments: [
    (UInt8(0xFF), "the text is not UTF-8; write the file again from text"),
    (0, "the text holds a zero byte, which no text does"),
  ])
  func whatIsNoTextIsNamedByItsRow(byte: UInt8, reason: String) throws {
    let folder = try TemporaryFolder()
    var table = try contents(of: Self.fixtures + "pyarrow-none-1.parquet")
    let place = try #require(table.firstRange(of: Array("naïve".utf8))).lowerBound
    table[place] = byte
    let path = try folder.write(table, to: "table.parquet")
    let error = try #require(throws: TextError.self) { try documents([path]) }
    #expect(error.description == "\(path): row 4, column \"text\": \(reason)")
  }
}
