import Tables

/// What can be wrong with a user's data.
package enum DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The reason is the system's.
  case unreadable(file: String, reason: String)
  case notText(file: String)
  case damaged(CSVError)
  case tooFewRows(file: String, found: Int)
  case tooFewColumns(file: String, found: Int)
  case noSuchColumn(file: String, name: String, known: [String])
  /// The first row may hold the columns' names or numbers.
  case unclearNames(file: String, line: Int)
  case raggedRow(file: String, line: Int, found: Int, expected: Int)
  case notANumber(file: String, line: Int, column: String, found: String)
  case constantColumn(file: String, column: String)
  /// Targets are no labels of two classes.
  case notLabels(file: String, column: String, valueCount: Int)
  /// A split would learn from rows of one class only.
  case oneClass(file: String, column: String)
  /// There are too many rows to learn from for any to be interpolated.
  case tooManyRows(file: String, learned: Int, dimension: Int)
  /// Not so many rows can be learned from.
  case badLearned(file: String, found: Int, limit: Int)

  /// One sentence: where, what was needed, what came, what to do.
  package var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .notText(let file):
      "\(file): needs UTF-8 text; convert it first, for example with iconv"
    case .damaged(let error): error.description
    case .tooFewRows(let file, let found):
      "\(file): needs at least \(DataTable.fewestRows) rows below its header; got \(found)"
    case .tooFewColumns(let file, let found):
      "\(file): needs at least two columns of features and one of targets; got \(found) in all"
    case .noSuchColumn(let file, let name, let known):
      "\(file): has no column \"\(name)\"; its columns begin with "
        + known.prefix(8).joined(separator: ", ")
    case .unclearNames(let file, let line):
      "\(file):\(line): may hold the columns' names or numbers; say which with --names or --no-names"
    case .raggedRow(let file, let line, let found, let expected):
      "\(file):\(line): needs \(expected) cells like the first row; got \(found)"
    case .notANumber(let file, let line, let column, let found):
      "\(file):\(line): \(column): needs a finite number below 1e150; got \"\(found)\""
    case .constantColumn(let file, let column):
      "\(file): \(column): never changes, so it says nothing; leave the column out"
    case .notLabels(let file, let column, let count):
      "\(file): \(column): needs two values for classification; got \(count), so take --task regression"
    case .oneClass(let file, let column):
      "\(file): \(column): needs rows of both classes among those to learn from; learn from more with --learn-from"
    case .tooManyRows(let file, let learned, let dimension):
      "\(file): needs fewer rows to learn from than features, \(dimension), so that many weights fit; got \(learned); "
        + "say --learn-from with \(max(2, dimension / 2)) or so"
    case .badLearned(let file, let found, let limit):
      "\(file): needs 2 to \(limit) rows to learn from, so that some are held out; got \(found)"
    }
  }
}
