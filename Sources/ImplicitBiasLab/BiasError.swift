/// What can be wrong with the laboratory's input, or with a solver's way to an answer.
package enum BiasError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A size of an experiment does not make sense.
  case sizeOutOfRange(name: String, found: String, rule: String)
  /// There are so many samples that they cannot be interpolated.
  case noInterpolation(sampleCount: Int, dimension: Int)
  /// A weight is outside a potential's domain.
  case outsideDomain(potential: String, found: Double, domain: String)
  /// A solver stopped before its answer.
  case notConverged(solver: String, residual: Double, hint: String)

  /// One sentence: where, what was needed, what came, what to do.
  package var description: String {
    switch self {
    case .sizeOutOfRange(let name, let found, let rule):
      "\(name): needs \(rule); got \(found)"
    case .noInterpolation(let samples, let dimension):
      "samples: needs fewer than the \(dimension) dimensions, so that many weights fit the data; got \(samples)"
    case .outsideDomain(let potential, let found, let domain):
      "\(potential): its weights need to be \(domain); got \(found)"
    case .notConverged(let solver, let residual, let hint):
      "\(solver): stopped with a residual of \(residual); \(hint)"
    }
  }

  /// Throws unless all of some counts are large enough.
  static func requireCounts(
    _ name: String,
    _ counts: [Int],
    from least: Int
  ) throws(BiasError) {
    if let found = counts.min(), found >= least { return }
    throw .sizeOutOfRange(
      name: name,
      found: counts.min().map(String.init) ?? "none",
      rule: "whole numbers from \(least) up"
    )
  }
}
