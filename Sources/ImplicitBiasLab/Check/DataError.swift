import Tables

/// What can be wrong with a user's data.
package enum DataError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file is no table of numbers.
  case table(NumberTableError)
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
    case .table(let error): error.description
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
