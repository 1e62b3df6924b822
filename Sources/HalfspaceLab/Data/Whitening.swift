import Foundation

/// The linear map that gives points mean 0 and the identity as covariance.
///
/// Halfspaces through the mean stay halfspaces, and whatever linear map the features have been through before
/// makes no difference afterwards but a rotation.
struct Whitening: Hashable, Sendable {
  let mean: [Double]
  /// The lower triangle L with L Lᵀ the covariance, row-major and square.
  let factor: [[Double]]

  /// Takes mean and covariance from rows (Cholesky's method).
  ///
  /// - Throws: ``HalfspaceError/constantColumn(file:column:)`` or
  ///   ``HalfspaceError/collinearColumn(file:column:)``.
  init(_ rows: [[Double]], columns: [String], file: String) throws(HalfspaceError) {
    let (count, dimension) = (Double(rows.count), columns.count)
    var mean = [Double](repeating: 0, count: dimension)
    for row in rows { for axis in 0..<dimension { mean[axis] += row[axis] / count } }
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
    for axis in 0..<dimension {
      // A column of equal numbers has a variance of rounding errors only.
      let first = rows[0][axis]
      guard rows.contains(where: { $0[axis] != first }) else {
        throw .constantColumn(file: file, column: columns[axis])
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
    self.mean = mean
    self.factor = factor
  }

  /// A whitened row: the solution of L y = x - mean.
  func callAsFunction(_ row: [Double]) -> [Double] {
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
    return Halfspace(weights: result, intercept: (weights.last ?? 0) - shift)
  }
}

/// Label 1 where `⟨weights, x⟩ + intercept` is positive.
package struct Halfspace: Hashable, Sendable {
  package var weights: [Double]
  package var intercept: Double
}
