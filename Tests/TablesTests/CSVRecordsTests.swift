import Foundation
import Testing

@testable import Tables

/// CSV as RFC 4180 has it; cells and lines are those of Python's csv module where that is strict.
@Suite struct CSVRecordsTests {
  private func cells(_ text: String) throws -> [[String]] {
    try CSVRecords.all(in: text, file: "data.csv").map(\.cells)
  }

  @Test(
    arguments: [
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
      ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
      ("\"income, EUR\",age\n", [["income, EUR", "age"]]),
      ("\"said \"\"so\"\"\",\"\"\"\",\"\"\n", [["said \"so\"", "\"", ""]]),
      (
        "\"two\nlines\",\"three\r\n\rlines\"\nx,y",
        [["two\nlines", "three\r\n\rlines"], ["x", "y"]]
      ),
      (",\n,,\n", [["", ""], ["", "", ""]]),
      ("a,b,", [["a", "b", ""]]),
      ("a;\"b;c\";d\n1;2,5;3", [["a", "b;c", "d"], ["1", "2,5", "3"]]),
      ("a\t\"b,c,d,e\"\tf\n\t1\t\n", [["a", "b,c,d,e", "f"], ["", "1", ""]]),
      ("0,5;1,25;1\n2,5;0,75;0\n", [["0,5", "1,25", "1"], ["2,5", "0,75", "0"]]),
      ("a,b;c,d\n1,2,3\n", [["a", "b;c", "d"], ["1", "2", "3"]]),
      ("a,b,c\t\n1,2,3\t\n", [["a", "b", "c"], ["1", "2", "3"]]),
      ("\"a\n\",\"b,\"\"\",c;d\n\"1\",2,3\n", [["a\n", "b,\"", "c;d"], ["1", "2", "3"]]),
      (" a , \"b\" ,\"c\"\t\n", [["a", "b", "c"]]),
      ("\n \n\t\na,b\n\n  \n1,2\n\n", [["a", "b"], ["1", "2"]]),
      ("height 5\",b,\"c,d\"\n1,2,3\n", [["height 5\"", "b", "c,d"], ["1", "2", "3"]]),
      ("\"a\"\"\",\"b,c\",d;e", [["a\"", "b,c", "d;e"]]),
      ("x\u{301},\u{301}y,z\n", [["x\u{301}", "\u{301}y", "z"]]),
      ("\"\u{301}\",\"b\" \n", [["\u{301}", "b"]]),
      ("", []), ("\n\n", []), ("   ", []),
    ] as [(String, [[String]])]
  )
  func cellsAreWhatIsBetweenTheSeparators(text: String, expected: [[String]]) throws {
    #expect(try cells(text) == expected)
  }

  /// What is written is read as it was.
  @Test func writtenCellsAreReadAgain() throws {
    let rows = [["a", "b,c", "d\"e"], ["", "two\nlines", "\"\u{301}"], ["1", "x;y", "\r"]]
    let text = CSVText.lines(rows)
    #expect(text.hasPrefix("a,\"b,c\",\"d\"\"e\"\n,\"two\nlines\","))
    #expect(try cells(text) == rows)
  }

  /// Lines count where they end, also inside of cells.
  @Test func recordsKnowTheirLines() throws {
    let text = "\"a\nb\r\nc\rd\",e\r\n\r\n1,2\r\"3\n\",4\n5,6"
    #expect(try CSVRecords.all(in: text, file: "").map(\.line) == [1, 6, 7, 9])
  }

  @Test(arguments: [
    ("a,b\n1,\"2\n3,4\n", CSVError.openQuote(file: "data.csv", line: 2)),
    ("\"a\n\"\"\n", .openQuote(file: "data.csv", line: 1)),
    ("\"", .openQuote(file: "data.csv", line: 1)),
    ("a,\"b\"c\n", .textBehindQuote(file: "data.csv", line: 1, cell: "b")),
    ("a,b\n\"x\ny\" z,1\n", .textBehindQuote(file: "data.csv", line: 3, cell: "x\ny")),
    ("a,\"b\" \"c\"\n", .textBehindQuote(file: "data.csv", line: 1, cell: "b")),
  ]) func marksThatAreNotTheStandardsAreRefused(text: String, error: CSVError) {
    #expect(throws: error) { try cells(text) }
  }

  /// What is written by the standard's rules is read back, whatever the cells hold.
  @Test(arguments: [",", ";", "\t"]) func whatIsWrittenIsReadBack(separator: String) throws {
    let pieces = ["", "a", "\"", ",", ";", "\t", "\n", "\r\n", "\r", " ", "é", "1.5"]
    var table: [[String]] = [["first", "second", "third"]]
    for number in 0..<400 {
      table.append(
        (0..<3).map { cell in
          (0..<4).map { pieces[(number * 31 + cell * 7 + $0 * number) % pieces.count] }.joined()
        }
      )
    }
    let text = table.map { row in
      row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: separator)
    }
    #expect(try cells(text.joined(separator: "\r\n")) == table)
  }
}
