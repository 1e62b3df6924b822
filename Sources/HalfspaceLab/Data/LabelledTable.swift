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
  /// The first line holds the columns' names, unless all its cells are numbers. Cells are separated by commas,
  /// semicolons or tabs, whichever the first line has most of, and may stand in quotation marks.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - labelColumn: The column of labels, -1 and 1 or 0 and 1; the last one if nil.
  /// - Returns: The table.
  /// - Throws: ``HalfspaceError`` for the first thing that is wrong.
  package static func read(
    path: String,
    labelColumn: String? = nil
  ) throws(HalfspaceError) -> LabelledTable {
    try LabelledTable(text: text(of: path), file: path, labelColumn: labelColumn)
  }

  private static func text(of path: String) throws(HalfspaceError) -> String {
    let bytes: [UInt8]
    do {
      bytes = try LocalFileSystem().bytes(through: path)
    } catch {
      throw .unreadable(file: path, reason: error.reason)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(file: path) }
    return text
  }

  /// Reads a table from text; the file's name is for messages.
  init(text: String, file: String, labelColumn: String?) throws(HalfspaceError) {
    // A byte-order mark is no part of the first name.
    let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated().filter { !$0.element.allSatisfy(\.isWhitespace) }
    guard let first = lines.first else {
      throw .tooFewRows(file: file, found: 0, needed: Self.fewestRows)
    }
    let separator = Self.separator(of: first.element)
    let head = Self.cells(first.element, separator)
    let hasNames = !head.allSatisfy { Double($0) != nil }
    let names = hasNames ? head : head.indices.map { "column \($0 + 1)" }
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
    for (index, line) in lines.dropFirst(hasNames ? 1 : 0) {
      let cells = Self.cells(line, separator)
      guard cells.count == names.count else {
        throw .raggedRow(
          file: file,
          line: index + 1,
          found: cells.count,
          expected: names.count
        )
      }
      var row: [Double] = []
      for (name, cell) in zip(names, cells) {
        row.append(try Self.number(cell, file: file, line: index + 1, column: name))
      }
      let label = row.remove(at: labelPlace)
      guard label == 1 || ((label == 0 || label == -1) && label == low ?? label) else {
        throw .notALabel(
          file: file,
          line: index + 1,
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

  /// The separator that a line has most of.
  private static func separator(of line: Substring) -> Character {
    let counts = [",", ";", "\t"].map { separator in
      (separator: Character(separator), count: line.count { $0 == Character(separator) })
    }
    return counts.max { $0.count < $1.count }?.separator ?? ","
  }

  private static func cells(_ line: Substring, _ separator: Character) -> [String] {
    line.split(separator: separator, omittingEmptySubsequences: false).map { cell in
      let bare = cell.trimming(while: \.isWhitespace)
      guard bare.count > 1, bare.hasPrefix("\""), bare.hasSuffix("\"") else { return String(bare) }
      return String(bare.dropFirst().dropLast())
    }
  }

  private static func number(
    _ cell: String,
    file: String,
    line: Int,
    column: String
  ) throws(HalfspaceError) -> Double {
    if cell.isEmpty { throw .missingCell(file: file, line: line, column: column) }
    guard let number = Double(cell) else {
      // What other programs write for a missing number.
      if ["na", "n/a", "null", "?"].contains(cell.lowercased()) {
        throw .missingCell(file: file, line: line, column: column)
      }
      throw .notANumber(file: file, line: line, column: column, found: cell)
    }
    guard number.isFinite else {
      throw .notFinite(file: file, line: line, column: column, found: cell)
    }
    return number
  }
}

extension Substring {
  /// The text without leading and trailing characters of a kind.
  fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> Substring {
    var text = drop(while: isTrimmed)
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return text
  }
}
