import EspalierTestSupport
import Files
import Foundation
import Testing

@testable import Parquet

/// Files that pyarrow, DuckDB, Polars and fastparquet wrote (Tests/Oracles/parquet_files.py).
let fixtures =
  URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().path + "/Fixtures/parquet"

/// The texts of a column, nil where a row has none.
func texts(_ path: String, _ column: String = "text") throws -> [String?] {
  var column = try ParquetFile(path).texts(inColumn: column)
  var texts: [String?] = []
  while let cell = try column.next() {
    switch cell {
    case .text(let bytes): texts.append(String(decoding: bytes, as: UTF8.self))
    case .absent: texts.append(nil)
    }
    #expect(column.row == texts.count)
  }
  #expect(try column.next() == nil)
  return texts
}

@Suite struct ParquetFileTests {
  private struct Rows: Decodable {
    let text: [String?]
    let source: [String?]
  }

  private static let rows = try? JSONDecoder().decode(
    Rows.self,
    from: Data(contentsOf: URL(fileURLWithPath: fixtures + "/rows.json"))
  )

  static let names = ((try? LocalFileSystem().names(inFolder: fixtures)) ?? [])
    .filter { $0.hasSuffix(".parquet") }

  @Test func thereAreFilesOfEveryWriter() {
    #expect(Self.names.count == 21)
    #expect(Self.rows?.text.count == 82)
  }

  @Test(arguments: names)
  func everyWritersRowsAreRead(name: String) throws {
    let rows = try #require(Self.rows)
    let path = "\(fixtures)/\(name)"
    #expect(try texts(path) == rows.text)
    #expect(try texts(path, "source") == rows.source)
    #expect(try ParquetFile(path).rowCount == rows.text.count)
  }

  @Test func fieldsOfStructuresAreColumns() throws {
    let path = fixtures + "/nested/structures.parquet"
    let rows = try #require(Self.rows)
    #expect(try texts(path, "meta.text") == rows.text)
    // Where the structure is absent, so is its field.
    let sources = zip(rows.text, rows.source).map { $0 == nil ? nil : $1 }
    #expect(try texts(path, "meta.source") == sources)
    let columns = try ParquetFile(path).columns
    #expect(columns.map(\.isText) == [true, true, false])
  }

  @Test func aColumnMayBeThereInEveryRow() throws {
    let rows = try #require(Self.rows)
    #expect(try texts(fixtures + "/nested/required.parquet") == rows.text.map { $0 ?? "" })
  }

  @Test func columnsSayWhatTheyHold() throws {
    let columns = try ParquetFile(fixtures + "/pyarrow-snappy-1.parquet").columns
    #expect(columns.map(\.name) == ["id", "text", "source"])
    #expect(columns.map(\.content) == ["whole numbers", "text", "text"])
  }

  @Test(arguments: [
    (
      "pyarrow-snappy-1", "body",
      #"has no column "body"; its columns with text are "text", "source"; name one"#
    ),
    ("pyarrow-snappy-1", "id", #"the column "id" needs to hold text; it holds whole numbers"#),
    ("nested/structures", "tags", #"the column "tags" needs to hold text; it holds lists"#),
    ("nested/structures", "meta", #"it holds structures, such as "meta.text""#),
    (
      "refused/brotli", "text",
      #"the column "text" is written with Brotli compression, which is not supported"#
    ),
    (
      "refused/lz4", "text",
      #"the column "text" is written with LZ4 compression, which is not supported"#
    ),
  ])
  func whatIsNotReadIsRefusedByName(name: String, column: String, message: String) throws {
    let path = "\(fixtures)/\(name).parquet"
    let error = try #require(throws: ParquetError.self) { try texts(path, column) }
    #expect(error.description.hasPrefix(path + ": "))
    #expect(error.description.contains(message), "\(error)")
  }
}
