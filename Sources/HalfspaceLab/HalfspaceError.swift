import Tables

/// What can be wrong with the laboratory's input.
package enum HalfspaceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The hard law does not exist for this OPT.
  case optimumOutOfRange(found: Double)
  /// A noise rate is not one.
  case noiseRateOutOfRange(name: String, found: Double, below: Double)
  /// A marginal's parameter does not give a law.
  case marginalOutOfRange(name: String, found: Double, rule: String)
  /// A strip of labels has no exact risk under a marginal whose coordinates depend on each other.
  case noExactRisk(noise: String, marginal: String)
  /// A size of an experiment does not make sense.
  case sizeOutOfRange(name: String, found: String, rule: String)
  /// The data's file cannot be read; the reason is the system's.
  case unreadable(file: String, reason: String)
  /// The data's file is not UTF-8.
  case notText(file: String)
  /// The data's file has too few rows.
  case tooFewRows(file: String, found: Int, needed: Int)
  /// The data's file needs a column of labels and two of features.
  case tooFewColumns(file: String, found: Int)
  /// More features than the programs are made for.
  case tooManyColumns(file: String, found: Int, limit: Int)
  /// The named column of labels is not there.
  case noSuchColumn(file: String, name: String, known: [String])
  /// The data's file is not CSV.
  case damaged(CSVError)
  /// The first row may hold the columns' names or numbers.
  case unclearNames(file: String, line: Int, cells: [String])
  /// A row has another number of cells than the first one.
  case raggedRow(file: String, line: Int, found: Int, expected: Int)
  /// A cell is empty, or holds what stands for a missing number.
  case missingCell(file: String, line: Int, column: String, found: String)
  /// A cell is no number.
  case notANumber(file: String, line: Int, column: String, found: String)
  /// A cell is infinite or NaN.
  case notFinite(file: String, line: Int, column: String, found: String)
  /// A label is neither of two values.
  case notALabel(file: String, line: Int, column: String, found: String)
  /// All labels are equal.
  case oneClass(file: String, column: String, label: String)
  /// A feature never changes.
  case constantColumn(file: String, column: String)
  /// A feature numbers the rows.
  case indexColumn(file: String, column: String)
  /// A feature is another one again.
  case repeatedColumn(file: String, column: String, other: String)
  /// A feature is the labels again.
  case labelsAgain(file: String, column: String)
  /// A feature's numbers are so large or so small that weights for them are no finite numbers.
  case scaleOutOfRange(file: String, column: String, largest: Double)
  /// A feature is a linear function of the others.
  case collinearColumn(file: String, column: String)

  /// One sentence: where, what was needed, what came, what to do.
  package var description: String {
    switch self {
    case .optimumOutOfRange(let found):
      "OPT: the hard law needs a number above 0 and below 0.17; got \(found)"
    case .noiseRateOutOfRange(let name, let found, let below):
      "\(name): needs a number from 0 up and below \(below); got \(found)"
    case .marginalOutOfRange(let name, let found, let rule):
      "\(name): needs \(rule); got \(found)"
    case .noExactRisk(let noise, let marginal):
      "\(noise) noise: its exact risk is known only where the coordinates are independent; "
        + "got the \(marginal) law"
    case .sizeOutOfRange(let name, let found, let rule):
      "\(name): needs \(rule); got \(found)"
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .notText(let file):
      "\(file): needs UTF-8 text; convert it first, for example with iconv"
    case .tooFewRows(let file, let found, let needed):
      "\(file): needs at least \(needed) rows below its header; got \(found)"
    case .tooFewColumns(let file, let found):
      "\(file): needs at least two columns of features and one of labels; got \(found) in all"
    case .tooManyColumns(let file, let found, let limit):
      "\(file): needs at most \(limit) columns of features; got \(found)"
    case .noSuchColumn(let file, let name, let known):
      "\(file): has no column \"\(name)\"; its columns are \(known.joined(separator: ", "))"
    case .damaged(let error):
      error.description
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
    case .notFinite(let file, let line, let column, let found):
      "\(file):\(line): \(column): needs a finite number; got \(found)"
    case .notALabel(let file, let line, let column, let found):
      "\(file):\(line): \(column): needs labels -1 and 1, or 0 and 1; got \"\(found)\""
    case .oneClass(let file, let column, let label):
      "\(file): \(column): needs rows of both classes; all labels are \(label)"
    case .constantColumn(let file, let column):
      "\(file): \(column): never changes, so it says nothing about the labels; leave the column out"
    case .indexColumn(let file, let column):
      "\(file): \(column): numbers the rows, which says nothing about other rows; leave the column out"
    case .repeatedColumn(let file, let column, let other):
      "\(file): \(column): is the column \(other) again; leave one of them out"
    case .labelsAgain(let file, let column):
      "\(file): \(column): is the labels again, so that nothing is left to learn; leave the column out"
    case .scaleOutOfRange(let file, let column, let largest):
      "\(file): \(column): needs numbers between 1e-250 and 1e250 in size, the largest is \(largest); "
        + "take another unit"
    case .collinearColumn(let file, let column):
      "\(file): \(column): is a linear function of the columns before it; leave it out"
    }
  }
}
