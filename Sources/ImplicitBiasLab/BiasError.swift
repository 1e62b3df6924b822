import Reports

/// What can be wrong with the laboratory's input, or with a solver's way to an answer.
package enum BiasError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A size of an experiment does not make sense.
  case sizeOutOfRange(name: String, found: String, rule: String)
  /// There are so many samples that they cannot be interpolated.
  case noInterpolation(sampleCount: Int, dimension: Int)
  /// A weight is outside a potential's domain.
  case outsideDomain(potential: String, found: Double, domain: String)
  /// Samples cannot be fitted, since some are linear functions of others.
  case noFit
  /// No weights have both classes on their own sides.
  case notSeparable(sampleCount: Int, dimension: Int)
  /// A diagonal network's scale is one at which double precision fails.
  case scaleTooSmall(depth: Int, found: Double, least: Double)
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
    case .noFit:
      "targets: needs some weights that fit all samples; none do, so leave out samples that others determine"
    case .notSeparable(let samples, let dimension):
      "labels: needs weights that separate the classes; none do for \(samples) samples in \(dimension) dimensions, so "
        + "that there is no margin; leave out samples or add features"
    case .scaleTooSmall(let depth, let found, let least):
      "alpha: needs \(NumberText.setting(least)) at least with depth \(depth), or float64 loses the weights; got "
        + "\(found); take that, or the least l1 norm, which the solution is next to"
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
