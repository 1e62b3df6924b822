import LinearAlgebra
import LinearProgramming

/// Samples of two classes, each row multiplied by its label, so that weights are right where products are positive.
package struct Separation: Hashable, Sendable {
  /// `yᵢxᵢ`, a sample a row.
  package let rows: Matrix

  package init(_ rows: Matrix) {
    self.rows = rows
  }

  /// The least margin over a norm of the weights.
  package func margin(_ weights: [Double], _ norm: MarginNorm) -> Double {
    ((rows * weights).min() ?? 0) / norm.size(weights)
  }

  /// The weights whose least margin over a norm is the largest.
  ///
  /// For multipliers p from 0 up with sum 1, no margin is above the dual norm of `Xᵀp`; the gap is to that.
  ///
  /// - Parameter norm: What margins are measured in.
  /// - Returns: Weights of norm 1, by linear programme for l1 and by an active set for l2.
  /// - Throws: ``BiasError`` for classes that no weights separate, or ``LinearProgrammingError``.
  package func largestMargin(_ norm: MarginNorm) throws -> ProvenWeights {
    let (weights, multipliers) =
      switch norm {
      case .l1: try programmed()
      case .l2: try activeSet()
      }
    let margins = rows * weights
    guard let least = margins.min(), least > 0 else {
      throw BiasError.notSeparable(sampleCount: rows.rowCount, dimension: rows.columnCount)
    }
    let positive = multipliers.map { max(0, $0) }
    let shares = positive.scaled(by: 1 / positive.reduce(0, +))
    let bound = norm.dualSize(rows.transposedTimes(shares))
    let size = norm.size(weights)
    return ProvenWeights(
      weights: weights.scaled(by: 1 / size),
      certificate: Certificate(
        primal: 0,
        dual: max(0, -(multipliers.min() ?? 0)) / multipliers.largest,
        gap: max(0, 1 - least / size / bound)
      )
    )
  }

  /// The least l1 norm of weights with margins from 1 up.
  private func programmed() throws -> (weights: [Double], multipliers: [Double]) {
    let dimension = rows.columnCount
    let columns = (0..<dimension).map(rows.column)
    let programme = LinearProgramme(
      costs: [Double](repeating: 1, count: 2 * dimension),
      columns: columns + columns.map { $0.scaled(by: -1) },
      lower: [Double](repeating: 1, count: rows.rowCount),
      upper: [Double](repeating: .infinity, count: rows.rowCount)
    )
    guard let solution = try programme.solution() else {
      throw BiasError.notSeparable(sampleCount: rows.rowCount, dimension: dimension)
    }
    let numbers = solution.numbers
    return ((0..<dimension).map { numbers[$0] - numbers[dimension + $0] }, solution.multipliers)
  }

  /// Least squares from 0 up: the multipliers u that make `Σ uᵢ (yᵢxᵢ/s, 1)` come nearest to `(0, 1)`.
  ///
  /// The weights of largest margin are `Xᵀu` (Lawson and Hanson 1974, least-distance programming). A sample whose margin
  /// falls short joins the active ones; the system of these is solved, and those whose multiplier would be negative
  /// leave. Nothing is left over, so that the sum is 1, exactly where no weights separate the classes.
  private func activeSet() throws(BiasError) -> (weights: [Double], multipliers: [Double]) {
    let gram = rows.gram
    let count = rows.rowCount
    let scale = gram.trace / Double(max(count, 1))
    let system = gram.map { $0 / scale + 1 }
    var multipliers = [Double](repeating: 0, count: count)
    var active: [Int] = []
    for _ in 0..<(20 * count + 20) {
      let rest = 1 - multipliers.reduce(0, +)
      guard rest > 1e-13 else { break }
      let shortfalls = (system * multipliers).map { 1 - $0 }
      let joining = shortfalls.indices.filter { !active.contains($0) }
        .max { shortfalls[$0] < shortfalls[$1] }
      guard let joining, shortfalls[joining] > 1e-14 * rest.squareRoot() else {
        return (rows.transposedTimes(multipliers), multipliers)
      }
      active.append(joining)
      try settle(&multipliers, &active, system)
    }
    throw .notSeparable(sampleCount: count, dimension: rows.columnCount)
  }

  /// Solves for the active multipliers, as far as none becomes negative.
  private func settle(
    _ multipliers: inout [Double],
    _ active: inout [Int],
    _ system: Matrix
  ) throws(BiasError) {
    while !active.isEmpty {
      let own = Matrix(rows: active.map { row in active.map { system[row, $0] } })
      guard
        let aim = Cholesky(own)?.solve([Double](repeating: 1, count: active.count))
      else {
        throw .notSeparable(sampleCount: rows.rowCount, dimension: rows.columnCount)
      }
      let shares = zip(active, aim).map { place, aim in
        aim > 0 ? 1 : multipliers[place] / (multipliers[place] - aim)
      }
      let share = shares.min() ?? 1
      for (place, aim) in zip(active, aim) {
        multipliers[place] += share * (aim - multipliers[place])
      }
      if share == 1 { return }
      // The one that stopped the way is at 0, up to rounding.
      let leaving = zip(active, shares).filter { $1 == share }.map(\.0)
      for place in leaving { multipliers[place] = 0 }
      active.removeAll { leaving.contains($0) }
    }
  }
}

/// A norm in which margins are measured.
package enum MarginNorm: String, CaseIterable, Sendable {
  case l1, l2

  package func size(_ weights: [Double]) -> Double {
    switch self {
    case .l1: weights.l1Norm
    case .l2: weights.norm
    }
  }

  /// The norm's dual: the largest product with weights of norm 1.
  func dualSize(_ numbers: [Double]) -> Double {
    switch self {
    case .l1: numbers.largest
    case .l2: numbers.norm
    }
  }
}
