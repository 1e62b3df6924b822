/// A sum of several regressors, each times a coefficient, that is nearest to measured numbers in squares.
///
/// Errors are those of independent measurements of one variance, or those of measurements in clusters, which may go
/// together within a cluster in any way. The latter need several clusters, some tens for errors that are right by
/// themselves; tests of few are better made by permutation.
package struct LeastSquares: Hashable, Sendable {
  /// One coefficient a regressor.
  package let coefficients: [Double]
  /// The covariance of the coefficients, a square matrix.
  package let covariance: [[Double]]
  /// The degrees of freedom of t-tests: measurements less regressors, or clusters less one.
  package let degrees: Int

  /// Fits the coefficients.
  ///
  /// With clusters the covariance is Liang and Zeger's (1986) with the small-sample factor G/(G - 1) · (n - 1)/(n - k)
  /// for n measurements of k regressors in G clusters, and tests have G - 1 degrees of freedom. There is no fit, and nil,
  /// where a regressor is a sum of others, there are too few rows, or there is one cluster.
  ///
  /// - Parameters:
  ///   - rows: The regressors of each measurement; a constant is a regressor that is 1.
  ///   - response: What was measured, one number a row.
  ///   - clusters: The cluster of each row; nil for rows that are independent.
  package init?(_ rows: [[Double]], response: [Double], clusters: [Int]? = nil) {
    precondition(rows.count == response.count, "\(rows.count) rows for \(response.count) numbers")
    precondition(clusters.map { $0.count == rows.count } ?? true, "each row has a cluster")
    let regressors = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == regressors }, "rows have the same regressors")
    guard regressors > 0, rows.count > regressors,
      let system = TriangularSystem(rows, response)
    else { return nil }
    let coefficients = system.solution
    let residuals = zip(rows, response).map { $1 - dot($0, coefficients) }
    self.coefficients = coefficients
    let spare = rows.count - regressors
    guard let clusters else {
      let variance = dot(residuals, residuals) / Double(spare)
      covariance = system.inverseOfSquare.map { $0.map { $0 * variance } }
      degrees = spare
      return
    }
    let scores = Dictionary(grouping: rows.indices) { clusters[$0] }.sorted { $0.key < $1.key }.map
    {
      $0.value.reduce([Double](repeating: 0, count: regressors)) { sum, row in
        zip(sum, rows[row]).map { $0 + $1 * residuals[row] }
      }
    }
    guard scores.count > 1 else { return nil }
    let count = Double(scores.count)
    let correction = count / (count - 1) * Double(rows.count - 1) / Double(spare)
    // The sandwich: the inverse, the sum of the scores' squares, the inverse.
    let outer = system.inverseOfSquare
    let spread = scores.map { score in outer.map { dot($0, score) } }
    covariance = (0..<regressors).map { i in
      (0..<regressors).map { j in correction * spread.reduce(0) { $0 + $1[i] * $1[j] } }
    }
    degrees = scores.count - 1
  }

  /// The standard error of a coefficient.
  package func standardError(of index: Int) -> Double {
    covariance[index][index].squareRoot()
  }

  /// A coefficient with its t-interval.
  package func estimate(of index: Int, confidence: Double = 0.95) -> Estimate {
    StudentDistribution(degrees: Double(degrees))
      .interval(of: coefficients[index], error: standardError(of: index), confidence: confidence)
  }

  /// The probability, on both sides, of a coefficient as far from 0 as this one.
  package func probability(of index: Int) -> Double {
    let t = coefficients[index] / standardError(of: index)
    return t.isNaN ? 1 : StudentDistribution(degrees: Double(degrees)).bothTails(of: t)
  }
}

/// The sum of products.
private func dot(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).reduce(0) { $0 + $1.0 * $1.1 }
}

/// A least-squares problem whose matrix was made triangular by reflections.
///
/// Squares of the matrix, and with them half of the digits, are avoided. Source: Golub and Van Loan 2013, "Matrix
/// Computations", section 5.3.2.
private struct TriangularSystem {
  private let upper: [[Double]]
  private let right: [Double]

  /// Makes a matrix with no fewer rows than columns triangular; nil where its columns depend on each other.
  init?(_ rows: [[Double]], _ response: [Double]) {
    var columns = (0..<rows[0].count).map { column in rows.map { $0[column] } }
    var right = response
    let sizes = columns.map { dot($0, $0).squareRoot() }
    for pivot in columns.indices {
      var normal = [Double](repeating: 0, count: rows.count)
      normal[pivot...] = columns[pivot][pivot...]
      let length = dot(normal, normal).squareRoot()
      guard length > 1e-12 * sizes[pivot] else { return nil }
      // Away from zero, so that nothing cancels.
      normal[pivot] += normal[pivot] < 0 ? -length : length
      let square = dot(normal, normal)
      func reflect(_ column: inout [Double]) {
        let scale = 2 * dot(normal, column) / square
        for row in pivot..<column.count { column[row] -= scale * normal[row] }
      }
      for column in pivot..<columns.count { reflect(&columns[column]) }
      reflect(&right)
    }
    upper = columns.indices.map { row in columns.map { $0[row] } }
    self.right = Array(right.prefix(columns.count))
  }

  /// The coefficients.
  var solution: [Double] { solved(right) }

  /// The inverse of the matrix's transpose times the matrix.
  var inverseOfSquare: [[Double]] {
    let inverse = upper.indices.map { column in  // columns of the inverse of the triangle
      solved(upper.indices.map { $0 == column ? 1 : 0 })
    }
    return upper.indices.map { i in
      upper.indices.map { j in inverse.reduce(0) { $0 + $1[i] * $1[j] } }
    }
  }

  private func solved(_ right: [Double]) -> [Double] {
    var solution = right
    for row in upper.indices.reversed() {
      for column in row + 1..<upper.count { solution[row] -= upper[row][column] * solution[column] }
      solution[row] /= upper[row][row]
    }
    return solution
  }
}
