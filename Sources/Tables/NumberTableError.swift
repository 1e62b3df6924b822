/// What can be wrong with a table of numbers.
package enum NumberTableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file cannot be read; the reason is the system's.
  case unreadable(file: String, reason: String)
  /// The file is not UTF-8.
  case notText(file: String)
  /// The file is not CSV.
  case damaged(CSVError)
  /// Too few rows.
  case tooFewRows(file: String, found: Int, needed: Int)
  /// A column of targets and two of features are needed.
  case tooFewColumns(file: String, found: Int, targets: String)
  /// More features than can be worked with.
  case tooManyColumns(file: String, found: Int, limit: Int)
  /// The named column is not there.
  case noSuchColumn(file: String, name: String, known: [String])
  /// The first row may hold the columns' names or numbers.
  case unclearNames(file: String, line: Int, cells: [String])
  /// A row has another number of cells than the first one.
  case raggedRow(file: String, line: Int, found: Int, expected: Int)
  /// A cell is empty, or holds what stands for a missing number.
  case missingCell(file: String, line: Int, column: String, found: String)
  /// A cell is no number.
  case notANumber(file: String, line: Int, column: String, found: String)
  /// A cell is infinite, NaN, or not below the bound.
  case tooLarge(file: String, line: Int, column: String, found: String, bound: Double)

  /// One sentence: where, what was needed, what came, what to do.
  package var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .notText(let file):
      "\(file): needs UTF-8 text; convert it first, for example with iconv"
    case .damaged(let error):
      error.description
    case .tooFewRows(let file, let found, let needed):
      "\(file): needs at least \(needed) rows below its header; got \(found)"
    case .tooFewColumns(let file, let found, let targets):
      "\(file): needs at least two columns of features and one of \(targets); got \(found) in all"
    case .tooManyColumns(let file, let found, let limit):
      "\(file): needs at most \(limit) columns of features; got \(found)"
    case .noSuchColumn(let file, let name, let known):
      "\(file): has no column \"\(name)\"; its columns "
        + (known.count > 8 ? "begin with " : "are ") + known.prefix(8).joined(separator: ", ")
    case .unclearNames(let file, let line, let cells):
      "\(file):\(line): may hold the columns' names or numbers, and begins with "
        + cells.prefix(4).map(\.shown).joined(separator: ", ")
        + "; say which with --names or --no-names"
    case .raggedRow(let file, let line, let found, let expected):
      "\(file):\(line): needs \(expected) cells like the first row; got \(found)"
    case .missingCell(let file, let line, let column, let found):
      "\(file):\(line): \(column): "
        + (found.isEmpty ? "the cell is empty" : "\"\(found)\" stands for a missing number")
        + "; fill it in or leave the row out"
    case .notANumber(let file, let line, let column, let found):
      "\(file):\(line): \(column): needs a number\(found.contains(",") ? " with a decimal point" : "")"
        + "; got \"\(found)\""
    case .tooLarge(let file, let line, let column, let found, let bound):
      "\(file):\(line): \(column): needs a finite number"
        + (bound.isFinite ? " below \(bound) in size" : "") + "; got \(found)"
    }
  }
}
