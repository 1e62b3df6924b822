import Foundation
import Statistics

/// Test errors over a grid of sample sizes, for each seed.
package struct ErrorCurve: Hashable, Sendable {
  /// The sizes of all experiments: six in a doubling, from 4 up, so that neighbours are 12 % apart.
  package static let grid: [Int] = {
    let sizes = (0..<80).map { Int((4 * pow(2, Double($0) / 6)).rounded()) }
    return sizes.enumerated().filter { $0.offset == 0 || $0.element > sizes[$0.offset - 1] }.map(
      \.element
    )
  }()

  /// Neighbours of the grid, rising.
  package var sizes: [Int] = []
  /// The error for each size and seed.
  package var errors: [[Double]] = []

  /// The sample size at which the mean error falls to a target.
  ///
  /// It has to stay there at the next size, since a curve may rise again by chance. As the truth lies between two sizes
  /// of the grid, it is their geometric mean.
  ///
  /// - Parameters:
  ///   - target: The error.
  ///   - seeds: The places of seeds, which may repeat; all once when nil.
  /// - Returns: The size; nil if the curve does not get there.
  package func sampleCount(reaching target: Double, seeds: [Int]? = nil) -> Double? {
    guard let place = reach(target, seeds: seeds) else { return nil }
    return place == 0
      ? Double(sizes[0]) : (Double(sizes[place - 1]) * Double(sizes[place])).squareRoot()
  }

  /// The first size whose mean error and the next one's are at most the target.
  func reach(_ target: Double, seeds: [Int]? = nil) -> Int? {
    let isReached = errors.map { Self.mean($0, seeds) <= target }
    return isReached.indices.dropLast().first { isReached[$0] && isReached[$0 + 1] }
  }

  private static func mean(_ errors: [Double], _ seeds: [Int]?) -> Double {
    guard let seeds else { return errors.reduce(0, +) / Double(errors.count) }
    return seeds.reduce(0) { $0 + errors[$1] } / Double(seeds.count)
  }

  /// The curve that reaches a target, from the smallest sizes up.
  ///
  /// Sizes are tried six at a time, as the programs take them: a doubling and the search inside it at once. It goes on
  /// for a few sizes behind the first success, so that intervals have room.
  ///
  /// - Parameters:
  ///   - target: The error.
  ///   - limit: The largest size.
  ///   - errors: The errors at some sizes, for each size and seed.
  /// - Returns: The curve, as far as it was needed.
  package static func search(
    reaching target: Double,
    limit: Int,
    errors: ([Int]) throws -> [[Double]]
  ) rethrows -> ErrorCurve {
    let grid = grid.filter { $0 <= limit }
    var curve = ErrorCurve()
    while curve.sizes.count < grid.count {
      let next = Array(grid[curve.sizes.count..<min(grid.count, curve.sizes.count + window)])
      curve.errors += try errors(next)
      curve.sizes += next
      if let place = curve.reach(target), place + margin < curve.sizes.count { break }
    }
    return curve
  }

  private static let window = FilterLearner.sizeCount
  private static let margin = 3
}

/// A power law in sample counts that come from curves.
package struct ComplexityFit: Sendable {
  /// The curves with their targets, what they are divided by, and where they stand: positive numbers, equally many.
  package var rows: [(curve: ErrorCurve, target: Double, unit: Double, place: [Double])]

  /// The exponents of ln n = a + Σ pᵢ ln xᵢ, drawn again seed by seed for their intervals.
  package func exponents() -> [Estimate]? {
    guard let first = rows.first else { return nil }
    let counts = rows.map { $0.curve.errors.first?.count ?? 0 }
    let bootstrap = Bootstrap(drawCount: 500)
    let estimates = first.place.indices.map { axis in
      bootstrap.interval(over: counts) { choice in
        let logs = zip(rows, choice).map { row, seeds in
          row.curve.sampleCount(reaching: row.target, seeds: seeds).map { log($0 / row.unit) }
        }
        let known = logs.compactMap(\.self)
        guard known.count == logs.count else { return nil }
        return Self.leastSquares(rows.map { $0.place.map { log($0) } }, known)?[axis]
      }
    }
    let found = estimates.compactMap(\.self)
    return found.count == estimates.count ? found : nil
  }

  /// The slopes of a plane through points, by elimination on the normal equations.
  static func leastSquares(_ x: [[Double]], _ y: [Double]) -> [Double]? {
    let rows = x.map { [1] + $0 }
    let size = rows[0].count
    var system = (0..<size).map { i in
      (0..<size).map { j in rows.reduce(0) { $0 + $1[i] * $1[j] } }
        + [zip(rows, y).reduce(0) { $0 + $1.0[i] * $1.1 }]
    }
    for pivot in 0..<size {
      guard abs(system[pivot][pivot]) > 1e-9 else { return nil }
      for row in 0..<size where row != pivot {
        let factor = system[row][pivot] / system[pivot][pivot]
        for column in pivot...size { system[row][column] -= factor * system[pivot][column] }
      }
    }
    return (1..<size).map { system[$0][size] / system[$0][$0] }
  }
}

extension ErrorCurve {
  /// The sample count with its interval, drawn again seed by seed; nil if the curve does not reach the target.
  package func estimate(reaching target: Double) -> Estimate? {
    Bootstrap(drawCount: 500).interval(over: [errors.first?.count ?? 0]) { choice in
      sampleCount(reaching: target, seeds: choice[0])
    }
  }
}
