import EspalierTestSupport
import Foundation
import Testing

import Tables

@testable import HalfspaceLab

@Suite struct LabelledTableTests {
  /// A table of many good rows after the given lines.
  static func text(_ lines: [String], rows: Int = 120) -> String {
    let good = (0..<rows).map { "\($0 % 7),\(($0 * $0) % 11),\($0 % 2)" }
    return (lines + good).joined(separator: "\n") + "\n"
  }

  static let bad: [(String, String)] = [
    ("", "data.csv: needs at least 100 rows below its header; got 0"),
    (text(["a,b,y"], rows: 99), "data.csv: needs at least 100 rows below its header; got 99"),
    (
      "a,y\n1,1\n",
      "data.csv: needs at least two columns of features and one of labels; got 2 in all"
    ),
    (text(["a,b,y", "1,,0"]), "data.csv:2: b: the cell is empty; fill it in or leave the row out"),
    (
      text(["a,b,y", "1,NA,0"]),
      "data.csv:2: b: \"NA\" stands for a missing number; fill it in or leave the row out"
    ),
    (text(["a,b,y", "1,2"]), "data.csv:2: needs 3 cells like the first row; got 2"),
    (text(["a,b,y", "1,2,0,3"]), "data.csv:2: needs 3 cells like the first row; got 4"),
    (
      text(["a,b,y", "1,\"?\",0"]),
      "data.csv:2: b: \"?\" stands for a missing number; fill it in or leave the row out"
    ),
    (
      text(["a,b,y", "1,\"2,5\",0"]),
      "data.csv:2: b: needs a number with a decimal point; got \"2,5\""
    ),
    (text(["a,b,y", "1,0x1F,0"]), "data.csv:2: b: needs a number; got \"0x1F\""),
    (text(["a,b,y", "1,1 000,0"]), "data.csv:2: b: needs a number; got \"1 000\""),
    (
      text(["a,b,y", "1,\"2,0"]),
      "data.csv:2: a quotation mark opens a cell here and none ends it; a mark inside a cell is "
        + "written twice"
    ),
    (
      text(["a,\"b\"c,y"]),
      "data.csv:1: needs a separator behind the quotation mark that ends \"b\"; a mark inside a cell "
        + "is written twice"
    ),
    (text(["a,\"b\n\n\",y", "1,2,0,4"]), "data.csv:4: needs 3 cells like the first row; got 4"),
    (text(["a,b,y", "", "1,two,0"]), "data.csv:3: b: needs a number; got \"two\""),
    (text(["a,b,y", "inf,2,0"]), "data.csv:2: a: needs a finite number; got inf"),
    (text(["a,b,y", "1,nan,0"]), "data.csv:2: b: needs a finite number; got nan"),
    (text(["a,b,y", "1,1e999,0"]), "data.csv:2: b: needs a finite number; got 1e999"),
    (text(["a,b,y", "1,2,3"]), "data.csv:2: y: needs labels -1 and 1, or 0 and 1; got \"3\""),
    (text(["a,b,y", "1,2,-1"]), "data.csv:3: y: needs labels -1 and 1, or 0 and 1; got \"0\""),
    (
      "a,b,y\n" + String(repeating: "1,2,1\n", count: 100),
      "data.csv: y: needs rows of both classes; all labels are 1"
    ),
    (
      "a,b,y\n" + String(repeating: "1,2,0\n", count: 100),
      "data.csv: y: needs rows of both classes; all labels are 0"
    ),
    (
      (0..<60).map { "c\($0)" }.joined(separator: ",") + "\n",
      "data.csv: needs at most 50 columns of features; got 59"
    ),
  ]

  @Test(arguments: bad) func badTablesAreExplained(text: String, message: String) {
    let error = #expect(throws: HalfspaceError.self) {
      try LabelledTable(text: text, file: "data.csv", labelColumn: nil)
    }
    #expect(error?.description == message)
  }

  @Test func aMissingLabelColumnIsNamed() {
    let error = #expect(throws: HalfspaceError.self) {
      try LabelledTable(text: Self.text(["a,b,y"]), file: "data.csv", labelColumn: "z")
    }
    #expect(error?.description == "data.csv: has no column \"z\"; its columns are a, b, y")
  }

  @Test func filesThatCannotBeReadAreNamed() throws {
    #expect(
      #expect(throws: HalfspaceError.self) { try LabelledTable.read(path: "/nowhere.csv") }?
        .description == "/nowhere.csv: cannot be read: No such file or directory"
    )
    let folder = try TemporaryFolder()
    let path = try folder.write([0x61, 0xE9, 0x2C], to: "latin.csv")
    defer { withExtendedLifetime(folder) {} }
    #expect(throws: HalfspaceError.table(.notText(file: path))) {
      try LabelledTable.read(path: path)
    }
    for encoding in [String.Encoding.utf16, .utf16LittleEndian, .utf32BigEndian] {
      try folder.write(#require(Self.text(["a,b,y"]).data(using: encoding)), to: "latin.csv")
      #expect(throws: HalfspaceError.table(.notText(file: path))) {
        try LabelledTable.read(path: path)
      }
    }
  }

  /// Names or none, three separators, quotation marks, a byte-order mark, Windows' line ends.
  @Test func writingDoesNotMatter() throws {
    let plain = try LabelledTable(
      text: Self.text(["a,b,y"]),
      file: "",
      labelColumn: nil
    )
    #expect(plain.columns == ["a", "b"])
    #expect(plain.rows.count == 120 && plain.rows[3] == [3, 9])
    #expect(plain.labels[..<3] == [-1, 1, -1])
    let dressed = Self.text(["\u{FEFF}\"a\",b ,\"y\""]).replacing("\n", with: "\r\n")
    for separator in [",", ";", "\t"] {
      let table = try LabelledTable(
        text: dressed.replacing(",", with: separator),
        file: "",
        labelColumn: nil
      )
      #expect(table == plain)
    }
    let bare = try LabelledTable(text: Self.text([]), file: "", labelColumn: "column 3")
    #expect(bare.columns == ["column 1", "column 2"])
    #expect(bare.rows == plain.rows)
  }

  @Test func namesMayHoldSeparatorsAndMarks() throws {
    let table = try LabelledTable(
      text: Self.text(["\"income, EUR\",\"the \"\"b\"\"\n in two lines\",y"]),
      file: "",
      labelColumn: nil
    )
    #expect(table.columns == ["income, EUR", "the \"b\"  in two lines"])
    #expect(table.rows.count == 120)
  }

  /// A first row with words and no numbers holds names, one with numbers alone does not.
  @Test(arguments: [
    ("a,b,y", true), ("a,,y", true), (",NA,y", true), ("Inc.,1990s,2000s", true),
    ("1,2,0", false), ("0,0,0", false), ("-1.5,2e3,1", false), ("\"3\",\"4\",\"1\"", false),
    ("1,1,1", false), ("2,3,4", false),
  ]) func theFirstRowIsTakenForWhatItIs(row: String, hasNames: Bool) throws {
    let cells = try CSVRecords.all(in: row, file: "")[0].cells
    #expect(FirstRow(cells).hasNames == hasNames)
  }

  /// Whatever else the first row holds is asked for, and what is said counts: nothing is lost without a word.
  @Test(arguments: [
    "0.3456,?,1", "1,,0", "1990,2000,y", "O.5,1.5,1", ",,", "?,NA,", "0,1,2", "1,2,3",
  ])
  func aFirstRowThatMayBeEitherIsAskedFor(row: String) throws {
    let text = Self.text([row])
    let error = #expect(throws: HalfspaceError.self) {
      try LabelledTable(text: text, file: "data.csv", labelColumn: nil)
    }
    let cells = row.split(separator: ",", omittingEmptySubsequences: false)
    let shown = cells.map { "\"\($0)\"" }.joined(separator: ", ")
    #expect(
      error?.description == "data.csv:1: may hold the columns' names or numbers, and begins with "
        + "\(shown); say which with --names or --no-names"
    )
    let named = try LabelledTable(text: text, file: "", labelColumn: nil, hasNames: true)
    #expect(named.rows.count == 120)
    #expect(named.columns[0] == (cells[0].isEmpty ? "column 1" : String(cells[0])))
    // As data such a row has its place in the message: its number is missing, or it is no label.
    let data = #expect(throws: HalfspaceError.self) {
      try LabelledTable(text: text, file: "data.csv", labelColumn: nil, hasNames: false)
    }
    #expect(data?.description.hasPrefix("data.csv:1: column ") == true)
  }

  @Test func whatIsSaidOfTheFirstRowCounts() throws {
    let text = Self.text(["5,6,1"])
    let data = try LabelledTable(text: text, file: "", labelColumn: nil, hasNames: false)
    #expect(data.rows.count == 121 && data.columns == ["column 1", "column 2"])
    let named = try LabelledTable(text: text, file: "", labelColumn: nil, hasNames: true)
    #expect(named.rows.count == 120 && named.columns == ["5", "6"])
  }

  @Test func equalNamesAreToldApart() throws {
    let text = Self.text(["a,a,y"])
    let table = try LabelledTable(text: text, file: "", labelColumn: nil)
    #expect(table.columns == ["a (column 1)", "a (column 2)"])
    #expect(
      throws: HalfspaceError.table(
        .noSuchColumn(file: "", name: "a", known: ["a (column 1)", "a (column 2)", "y"])
      )
    ) {
      try LabelledTable(text: text, file: "", labelColumn: "a")
    }
  }

  @Test func labelsMayStandAnywhere() throws {
    let lines = ["y,a,b"] + (0..<100).map { "\($0 % 2 == 0 ? -1 : 1),\($0),\($0 * $0)" }
    let table = try LabelledTable(
      text: lines.joined(separator: "\n"),
      file: "",
      labelColumn: "y"
    )
    #expect(table.columns == ["a", "b"])
    #expect(table.rows[5] == [5, 25])
    #expect(table.labels[5] == 1 && table.labels[4] == -1)
  }
}
