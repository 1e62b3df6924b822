import Files
import Tables

/// Points with labels from a CSV file.
package struct LabelledTable: Hashable, Sendable {
  /// The names of the features.
  package var columns: [String]
  /// The features of each row.
  package var rows: [[Double]]
  /// -1 or 1 for each row.
  package var labels: [Double]

  package init(columns: [String], rows: [[Double]], labels: [Double]) {
    self.columns = columns
    self.rows = rows
    self.labels = labels
  }

  /// Reads a file whole and checks all of it.
  ///
  /// The file is CSV, see ``CSVRecords``. Where the first row holds words and no numbers it holds the columns'
  /// names, and where it holds numbers alone it does not; a row of which that cannot be said is an error.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - labelColumn: The column of labels, -1 and 1 or 0 and 1; the last one if nil.
  ///   - hasNames: Whether the first row holds the columns' names; nil to look.
  /// - Returns: The table.
  /// - Throws: ``HalfspaceError`` for the first thing that is wrong.
  package static func read(
    path: String,
    labelColumn: String? = nil,
    hasNames: Bool? = nil
  ) throws(HalfspaceError) -> LabelledTable {
    try LabelledTable(
      text: text(of: path),
      file: path,
      labelColumn: labelColumn,
      hasNames: hasNames
    )
  }

  private static func text(of path: String) throws(HalfspaceError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try LocalFileSystem().bytes(through: path)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
    guard let text = CSVRecords.text(of: bytes) else {
      throw .notText(file: path)
    }
    return text
  }

  /// Reads a table from text; the file's name is for messages.
  init(
    text: String,
    file: String,
    labelColumn: String?,
    hasNames: Bool? = nil
  ) throws(HalfspaceError) {
    let records: [CSVRecords.Record]
    do { records = try CSVRecords.all(in: text, file: file) } catch { throw .damaged(error) }
    guard let first = records.first else {
      throw .tooFewRows(file: file, found: 0, needed: Self.fewestRows)
    }
    let head = FirstRow(first.cells)
    guard let hasNames = hasNames ?? head.hasNames else {
      throw .unclearNames(file: file, line: first.line, cells: first.cells)
    }
    let names = head.names(fromCells: hasNames)
    guard names.count >= 3 else { throw .tooFewColumns(file: file, found: names.count) }
    var labelPlace = names.count - 1
    if let labelColumn {
      guard let place = names.firstIndex(of: labelColumn) else {
        throw .noSuchColumn(file: file, name: labelColumn, known: names)
      }
      labelPlace = place
    }
    let limit = HalfspaceLaboratory.Size.largestDimension
    guard names.count - 1 <= limit else {
      throw .tooManyColumns(file: file, found: names.count - 1, limit: limit)
    }
    columns = names
    columns.remove(at: labelPlace)
    (rows, labels) = ([], [])
    // The label that is not 1, -1 or 0, once one was seen.
    var low: Double?
    for (line, cells) in records.dropFirst(hasNames ? 1 : 0).map({ ($0.line, $0.cells) }) {
      guard cells.count == names.count else {
        throw .raggedRow(file: file, line: line, found: cells.count, expected: names.count)
      }
      var row: [Double] = []
      for (name, cell) in zip(names, cells) {
        row.append(try Self.number(cell, file: file, line: line, column: name))
      }
      let label = row.remove(at: labelPlace)
      guard label == 1 || ((label == 0 || label == -1) && label == low ?? label) else {
        throw .notALabel(
          file: file,
          line: line,
          column: names[labelPlace],
          found: cells[labelPlace]
        )
      }
      if label != 1 { low = label }
      rows.append(row)
      labels.append(label == 1 ? 1 : -1)
    }
    guard rows.count >= Self.fewestRows else {
      throw .tooFewRows(file: file, found: rows.count, needed: Self.fewestRows)
    }
    guard Set(labels).count == 2 else {
      let label = low.map { "\(Int($0))" } ?? "1"
      throw .oneClass(file: file, column: names[labelPlace], label: label)
    }
  }

  /// Fewer rows say nothing about a law.
  static let fewestRows = 100

  private static func number(
    _ cell: String,
    file: String,
    line: Int,
    column: String
  ) throws(HalfspaceError) -> Double {
    switch CellContent(cell) {
    case .number(let number) where number.isFinite:
      return number
    case .number:
      throw .notFinite(file: file, line: line, column: column, found: cell)
    case .missing:
      throw .missingCell(file: file, line: line, column: column, found: cell)
    case .words:
      throw .notANumber(file: file, line: line, column: column, found: cell)
    }
  }
}
