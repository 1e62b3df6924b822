import Files

/// Numbers from a CSV file: rows of features, and a column of targets or labels.
///
/// The file is CSV, see ``CSVRecords``. Where the first row holds words and no numbers it holds the columns' names, and
/// where it holds numbers alone it does not; a row of which that cannot be said is an error.
package struct NumberTable: Hashable, Sendable {
  /// What a table has to be.
  package struct Form: Sendable {
    /// What the file calls targets, for messages: `labels`.
    package var targets: String
    /// The fewest rows.
    package var fewestRows: Int
    /// The most columns of features; nil for any number.
    package var featureLimit: Int?
    /// What all numbers have to lie below in size.
    package var bound: Double

    package init(
      targets: String,
      fewestRows: Int,
      featureLimit: Int? = nil,
      bound: Double = .infinity
    ) {
      (self.targets, self.fewestRows) = (targets, fewestRows)
      (self.featureLimit, self.bound) = (featureLimit, bound)
    }
  }

  /// The file, for messages.
  package let file: String
  /// The names of the features.
  package let columns: [String]
  /// The name of the target.
  package let target: String
  /// The features of each row.
  package private(set) var rows: [[Double]] = []
  package private(set) var targets: [Double] = []
  /// The line on which each row begins.
  package private(set) var lines: [Int] = []
  /// What stands in each row's target.
  package private(set) var targetCells: [String] = []
  private let fewestRows: Int

  /// Reads a file whole and checks all of it.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - form: What it has to be.
  ///   - target: The column of targets; the last one if nil.
  ///   - hasNames: Whether the first row holds the columns' names; nil to look.
  /// - Throws: ``NumberTableError`` for the first thing that is wrong.
  package init(
    path: String,
    _ form: Form,
    target: String? = nil,
    hasNames: Bool? = nil
  ) throws(NumberTableError) {
    let bytes: [UInt8]
    do {
      bytes = try LocalFileSystem().bytes(through: path)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
    guard let text = CSVRecords.text(of: bytes) else { throw .notText(file: path) }
    try self.init(text: text, file: path, form, target: target, hasNames: hasNames)
  }

  /// Reads a table from text; the file's name is for messages.
  package init(
    text: String,
    file: String,
    _ form: Form,
    target: String? = nil,
    hasNames: Bool? = nil
  ) throws(NumberTableError) {
    let records: [CSVRecords.Record]
    do { records = try CSVRecords.all(in: text, file: file) } catch { throw .damaged(error) }
    guard let first = records.first else {
      throw .tooFewRows(file: file, found: 0, needed: form.fewestRows)
    }
    let head = FirstRow(first.cells)
    guard let hasNames = hasNames ?? head.hasNames else {
      throw .unclearNames(file: file, line: first.line, cells: first.cells)
    }
    var names = head.names(fromCells: hasNames)
    guard names.count >= 3 else {
      throw .tooFewColumns(file: file, found: names.count, targets: form.targets)
    }
    var place = names.count - 1
    if let target {
      guard let found = names.firstIndex(of: target) else {
        throw .noSuchColumn(file: file, name: target, known: names)
      }
      place = found
    }
    if let limit = form.featureLimit, names.count - 1 > limit {
      throw .tooManyColumns(file: file, found: names.count - 1, limit: limit)
    }
    (self.file, fewestRows) = (file, form.fewestRows)
    for record in records.dropFirst(hasNames ? 1 : 0) {
      var numbers = try Self.numbers(record, names, form, file)
      targets.append(numbers.remove(at: place))
      rows.append(numbers)
      lines.append(record.line)
      targetCells.append(record.cells[place])
    }
    self.target = names.remove(at: place)
    columns = names
  }

  /// Checks that there are as many rows as are needed, which is best said when all that there are were looked at.
  ///
  /// - Throws: ``NumberTableError/tooFewRows(file:found:needed:)``.
  package func checkRowCount() throws(NumberTableError) {
    guard rows.count >= fewestRows else {
      throw .tooFewRows(file: file, found: rows.count, needed: fewestRows)
    }
  }

  private static func numbers(
    _ record: CSVRecords.Record,
    _ names: [String],
    _ form: Form,
    _ file: String
  ) throws(NumberTableError) -> [Double] {
    let (line, cells) = (record.line, record.cells)
    guard cells.count == names.count else {
      throw .raggedRow(file: file, line: line, found: cells.count, expected: names.count)
    }
    var numbers: [Double] = []
    for (name, cell) in zip(names, cells) {
      switch CellContent(cell) {
      case .number(let number) where abs(number) < form.bound:
        numbers.append(number)
      case .number:
        throw .tooLarge(file: file, line: line, column: name, found: cell, bound: form.bound)
      case .missing:
        throw .missingCell(file: file, line: line, column: name, found: cell)
      case .words:
        throw .notANumber(file: file, line: line, column: name, found: cell)
      }
    }
    return numbers
  }
}
