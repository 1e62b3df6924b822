import Foundation

/// The linear map that gives points mean 0 and the identity as covariance.
///
/// Halfspaces through the mean stay halfspaces, and whatever linear map the features have been through before
/// makes no difference afterwards but a rotation.
struct Whitening: Hashable, Sendable {
  /// For each column the power of two that its numbers are divided by first.
  ///
  /// So their squares are neither too large nor too small; that rounds nothing.
  private let exponents: [Int]
  private let mean: [Double]
  /// The lower triangle L with L Lᵀ the covariance, row-major and square.
  private let factor: [[Double]]

  /// Takes mean and covariance from rows (Cholesky's method).
  ///
  /// - Throws: ``HalfspaceError/collinearColumn(file:column:)``.
  init(_ rows: [[Double]], columns: [String], file: String) throws(HalfspaceError) {
    let (count, dimension) = (Double(rows.count), columns.count)
    let exponents = (0..<dimension).map { axis in
      let largest = rows.reduce(0) { max($0, abs($1[axis])) }
      return largest == 0 ? 0 : Int(largest.exponent)
    }
    let rows = rows.map { Self.scaled($0, exponents) }
    var mean = [Double](repeating: 0, count: dimension)
    for row in rows { for axis in 0..<dimension { mean[axis] += row[axis] / count } }
    // Where numbers differ little for their size, what rounding took from the mean matters.
    let rest = (0..<dimension).map { axis in
      rows.reduce(0) { $0 + ($1[axis] - mean[axis]) } / count
    }
    for axis in 0..<dimension { mean[axis] += rest[axis] }
    var covariance = [[Double]](
      repeating: [Double](repeating: 0, count: dimension),
      count: dimension
    )
    for row in rows {
      for i in 0..<dimension {
        let difference = row[i] - mean[i]
        for j in 0...i { covariance[i][j] += difference * (row[j] - mean[j]) / count }
      }
    }
    var factor = [[Double]](repeating: [Double](repeating: 0, count: dimension), count: dimension)
    for i in 0..<dimension {
      for j in 0...i {
        let known = (0..<j).reduce(0) { $0 + factor[i][$1] * factor[j][$1] }
        let left = covariance[i][j] - known
        if i > j {
          factor[i][j] = left / factor[j][j]
        } else {
          // The share of a column's variance that the columns before it do not explain.
          guard left > 1e-9 * covariance[i][i] else {
            throw .collinearColumn(file: file, column: columns[i])
          }
          factor[i][i] = left.squareRoot()
        }
      }
    }
    self.exponents = exponents
    self.mean = mean
    self.factor = factor
  }

  private static func scaled(_ row: [Double], _ exponents: [Int]) -> [Double] {
    zip(row, exponents).map { Double(sign: .plus, exponent: -$1, significand: $0) }
  }

  /// A whitened row: the solution of L y = x - mean.
  func callAsFunction(_ row: [Double]) -> [Double] {
    let row = Self.scaled(row, exponents)
    var result: [Double] = []
    result.reserveCapacity(row.count)
    for i in row.indices {
      var rest = row[i] - mean[i]
      for j in 0..<i { rest -= factor[i][j] * result[j] }
      result.append(rest / factor[i][i])
    }
    return result
  }

  /// The halfspace for rows as they were, from weights for whitened rows with a 1 behind them.
  func halfspace(ofWhitened weights: [Double]) -> Halfspace {
    var result = Array(weights.dropLast())
    // Lᵀ v = w, from the last row upwards.
    for i in result.indices.reversed() {
      for j in result.indices where j > i { result[i] -= factor[j][i] * result[j] }
      result[i] /= factor[i][i]
    }
    let shift = zip(result, mean).reduce(0) { $0 + $1.0 * $1.1 }
    return Halfspace(
      weights: Self.scaled(result, exponents),
      intercept: (weights.last ?? 0) - shift
    )
  }
}

/// Label 1 where `⟨weights, x⟩ + intercept` is positive.
package struct Halfspace: Hashable, Sendable {
  package var weights: [Double]
  package var intercept: Double
}
