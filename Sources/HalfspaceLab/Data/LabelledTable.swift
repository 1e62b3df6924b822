import Files

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
    // Zero bytes are in no text but UTF-16 and UTF-32.
    guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
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
    // A byte-order mark is no part of the first name.
    let text =
      text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    let records = try CSVRecords.all(in: text, file: file)
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

/// What a cell holds.
enum CellContent: Equatable {
  case number(Double)
  /// Nothing, or what other programs write for a missing number.
  case missing
  case words

  init(_ cell: String) {
    let text = String(cell.lowercased().trimmed)
    if Self.missingWords.contains(text) {
      self = .missing
    } else if let number = Double(text), Self.isDecimal(text) {
      self = .number(number)
    } else {
      self = .words
    }
  }

  private static let missingWords: Set = [
    "", "na", "n/a", "null", "none", "?", "-", ".", "#n/a", "#na", "<na>",
  ]

  /// Whether a text is not one of the numbers that only Swift reads, such as 0x1F.
  private static func isDecimal(_ text: String) -> Bool {
    let rest = text.drop { "+-".contains($0) }
    return ["inf", "infinity", "nan"].contains(rest)
      || rest.allSatisfy { "0123456789.e+-".contains($0) }
  }
}

/// The first row of a table, which may hold the columns' names.
struct FirstRow {
  private let cells: [String]

  init(_ cells: [String]) {
    self.cells = cells
  }

  /// Whether the row holds names, words and no numbers; nil for a row of which that cannot be said.
  ///
  /// Numbers and words in one row may be a name that is a year, or a number that is missing or misspelled.
  /// A row that counts from 0 or 1 may be the names that some programs make up.
  var hasNames: Bool? {
    let contents = cells.map(CellContent.init)
    let numbers = contents.compactMap { content -> Double? in
      if case .number(let number) = content { number } else { nil }
    }
    if numbers.isEmpty { return contents.contains(.words) ? true : nil }
    guard numbers.count == cells.count else { return nil }
    let counts = [0.0, 1].contains { start in
      numbers.enumerated().allSatisfy { $1 == start + Double($0) }
    }
    return counts ? nil : false
  }

  /// Names that are all different: the cells', or the columns' numbers where a cell is empty or none are names.
  func names(fromCells: Bool) -> [String] {
    let given = cells.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
    return given.enumerated().map { place, name in
      guard fromCells, !name.isEmpty else { return "column \(place + 1)" }
      return given.count { $0 == name } == 1 ? name : "\(name) (column \(place + 1))"
    }
  }
}
