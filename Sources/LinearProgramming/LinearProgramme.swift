import CClp

/// Minimises a linear function of numbers that are 0 at least, by the simplex method of Clp.
///
/// The problem is `min cᵀx` where `x ≥ 0` and each row of `Ax` has its bounds. Its dual maximises `bᵀλ` where
/// `Aᵀλ ≤ c`, b being the bounds that hold the rows. Whoever needs a proof compares the two: Clp stops at tolerances of
/// its own.
package struct LinearProgramme: Sendable {
  /// The least x, and what each row costs.
  package struct Solution: Hashable, Sendable {
    /// `x`.
    package let numbers: [Double]
    /// λ, a number a row.
    package let multipliers: [Double]
  }

  /// `c`.
  package let costs: [Double]
  /// The columns of A.
  package let columns: [[Double]]
  /// What a row of `Ax` has to be at least.
  package let lower: [Double]
  /// What a row of `Ax` may be at most; the same for an equation.
  package let upper: [Double]

  /// A programme.
  ///
  /// - Parameters:
  ///   - costs: A number a column.
  ///   - columns: A number a row each.
  ///   - lower: Lower bounds of the rows.
  ///   - upper: Upper bounds of the rows, infinity for none.
  package init(costs: [Double], columns: [[Double]], lower: [Double], upper: [Double]) {
    precondition(costs.count == columns.count, "there has to be a cost a column")
    precondition(
      upper.count == lower.count && columns.allSatisfy { $0.count == lower.count },
      "there has to be a number a row"
    )
    (self.costs, self.columns, self.lower, self.upper) = (costs, columns, lower, upper)
  }

  /// Solves.
  ///
  /// - Returns: The solution; nil where no numbers are within all bounds.
  /// - Throws: ``LinearProgrammingError`` where the cost has no least value, or Clp gives up.
  package func solution() throws(LinearProgrammingError) -> Solution? {
    _ = try Self.libraryVersion()
    let model = espalier_clp_new()
    defer { espalier_clp_delete(model) }
    espalier_clp_set_log_level(model, 0)
    let rows = lower.count
    let starts = (0...columns.count).map { CInt($0 * rows) }
    let places = columns.flatMap { _ in (0..<rows).map { CInt($0) } }
    // SAFETY: Clp copies what it is given; starts and places say how long each column is.
    espalier_clp_load(
      model,
      CInt(columns.count),
      CInt(rows),
      starts,
      places,
      columns.flatMap(\.self),
      nil,
      nil,
      costs,
      lower,
      upper
    )
    // The tightest that Clp takes without complaint.
    espalier_clp_set_primal_tolerance(model, 1e-9)
    espalier_clp_set_dual_tolerance(model, 1e-9)
    espalier_clp_dual(model, 0)
    switch espalier_clp_status(model) {
    case 0: break
    case 1: return nil
    case 2: throw .unbounded
    case let status: throw .stopped(status: Int(status))
    }
    guard let numbers = espalier_clp_columns(model),
      let multipliers = espalier_clp_multipliers(model)
    else { throw .stopped(status: 0) }
    // SAFETY: both arrays live as long as the model, with a number a column and a number a row.
    return Solution(
      numbers: Array(UnsafeBufferPointer(start: numbers, count: columns.count)),
      multipliers: Array(UnsafeBufferPointer(start: multipliers, count: rows))
    )
  }

  /// The version of Clp, such as `1.17.6`.
  ///
  /// - Throws: ``LinearProgrammingError/noLibrary(_:)``.
  package static func libraryVersion() throws(LinearProgrammingError) -> String {
    if let problem = espalier_clp_problem() { throw .noLibrary(String(cString: problem)) }
    return espalier_clp_version().map { String(cString: $0) } ?? "of unknown version"
  }
}

/// Why a linear programme has no solution.
package enum LinearProgrammingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Its cost falls without end.
  case unbounded
  /// Clp gave up.
  case stopped(status: Int)
  /// Clp cannot be opened, for the system's reason.
  case noLibrary(String)

  package var description: String {
    switch self {
    case .unbounded:
      "the linear programme's cost falls without end; it needs bounds"
    case .stopped(let status):
      "Clp gave the linear programme up with status \(status); scale its numbers nearer to 1"
    case .noLibrary(let reason):
      "Clp cannot be opened: \(reason); install coinor-libclp1, as `make setup` does"
    }
  }
}
