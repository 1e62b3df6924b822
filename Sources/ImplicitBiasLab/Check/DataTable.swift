import Files
import Tables

/// Numbers from a CSV file: features, and a column of targets or labels.
package struct DataTable: Hashable, Sendable {
  /// The names of the features.
  package let columns: [String]
  /// The name of the target.
  package let target: String
  /// The features of each row.
  package let rows: [[Double]]
  package let targets: [Double]

  /// Reads a file whole and checks all of it.
  ///
  /// - Parameters:
  ///   - path: The file, CSV as RFC 4180 has it.
  ///   - target: The column of targets; the last one if nil.
  ///   - hasNames: Whether the first row holds the columns' names; nil to look.
  /// - Returns: The table.
  /// - Throws: ``DataError`` for the first thing that is wrong.
  package static func read(
    path: String,
    target: String? = nil,
    hasNames: Bool? = nil
  ) throws(DataError) -> DataTable {
    let bytes: [UInt8]
    do {
      bytes = try LocalFileSystem().bytes(through: path)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
    guard let text = CSVRecords.text(of: bytes) else {
      throw .notText(file: path)
    }
    return try DataTable(text: text, file: path, target: target, hasNames: hasNames)
  }

  /// Reads a table from text; the file's name is for messages.
  init(
    text: String,
    file: String,
    target: String? = nil,
    hasNames: Bool? = nil
  ) throws(DataError) {
    let records: [CSVRecords.Record]
    do { records = try CSVRecords.all(in: text, file: file) } catch { throw .damaged(error) }
    guard let first = records.first else { throw .tooFewRows(file: file, found: 0) }
    let head = FirstRow(first.cells)
    guard let hasNames = hasNames ?? head.hasNames else {
      throw .unclearNames(file: file, line: first.line)
    }
    var names = head.names(fromCells: hasNames)
    guard names.count >= 3 else { throw .tooFewColumns(file: file, found: names.count) }
    var place = names.count - 1
    if let target {
      guard let found = names.firstIndex(of: target) else {
        throw .noSuchColumn(file: file, name: target, known: names)
      }
      place = found
    }
    var rows: [[Double]] = []
    for record in records.dropFirst(hasNames ? 1 : 0) {
      rows.append(try Self.numbers(record, names: names, file: file))
    }
    guard rows.count >= Self.fewestRows else {
      throw .tooFewRows(file: file, found: rows.count)
    }
    self.target = names.remove(at: place)
    columns = names
    targets = rows.indices.map { rows[$0].remove(at: place) }
    self.rows = rows
    try checkColumns(file: file)
  }

  /// Fewer rows leave next to none to be held out.
  static let fewestRows = 10

  private static func numbers(
    _ record: CSVRecords.Record,
    names: [String],
    file: String
  ) throws(DataError) -> [Double] {
    guard record.cells.count == names.count else {
      throw .raggedRow(
        file: file,
        line: record.line,
        found: record.cells.count,
        expected: names.count
      )
    }
    var numbers: [Double] = []
    for (name, cell) in zip(names, record.cells) {
      guard case .number(let number) = CellContent(cell), number.isFinite, abs(number) < 1e150
      else { throw .notANumber(file: file, line: record.line, column: name, found: cell) }
      numbers.append(number)
    }
    return numbers
  }

  private func checkColumns(file: String) throws(DataError) {
    for (place, name) in columns.enumerated() where Set(rows.map { $0[place] }).count == 1 {
      throw .constantColumn(file: file, column: name)
    }
    if Set(targets).count == 1 { throw .constantColumn(file: file, column: target) }
  }
}
