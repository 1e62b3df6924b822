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
  /// The data's file is no table of numbers.
  case table(NumberTableError)
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
    case .table(let error):
      error.description
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
