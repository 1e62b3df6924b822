import Foundation
import Statistics

/// How the three networks did on a data set.
package struct ImageFindings: Sendable {
  package let grid: PatchGrid
  /// The names of the two classes.
  package let names: [String]
  /// The sample sizes, each twice the one before.
  package let sizes: [Int]
  package let seeds: [UInt64]
  /// How many images errors are counted on.
  package let testCount: Int
  /// The errors, `[S][J]`.
  package var errors: [ImageView: [Architecture: [[Double]]]] = [:]

  package init(grid: PatchGrid, names: [String], sizes: [Int], seeds: [UInt64], testCount: Int) {
    self.grid = grid
    self.names = names
    self.sizes = sizes
    self.seeds = seeds
    self.testCount = testCount
  }

  private static let bootstrap = Bootstrap(drawCount: 1000)

  /// The mean error of some seeds at each size, half an image added so that it has a logarithm.
  private func curve(_ view: ImageView, _ network: Architecture, _ seeds: [Int]) -> [Double] {
    let errors = errors[view]?[network] ?? []
    return sizes.indices.map { size in
      let sum = seeds.reduce(0) { $0 + errors[$1][size] }
      return sum / Double(seeds.count) + 0.5 / Double(testCount)
    }
  }

  /// The error at a size with its interval over the seeds.
  package func error(_ view: ImageView, _ network: Architecture, at place: Int) -> Estimate {
    .mean(of: (errors[view]?[network] ?? []).map { $0[place] })
  }

  /// The exponent of the error's power law in the sample size.
  package func exponent(_ view: ImageView, _ network: Architecture) -> Estimate? {
    let x = sizes.map { log(Double($0)) }
    return Self.bootstrap.interval(over: [seeds.count]) { choice in
      LineFit(x: x, y: curve(view, network, choice[0]).map { log($0) }).slope.value
    }
  }

  /// The smallest error that some networks all reach on the images as they are.
  ///
  /// The largest sample size is left out, so that there is room above for intervals.
  package func commonError(_ networks: [Architecture] = Architecture.allCases) -> Double {
    let best = networks.map { network in
      sizes.indices.dropLast().map { error(.plain, network, at: $0).value }.min() ?? .nan
    }
    return max(best.max() ?? .nan, 1 / Double(testCount))
  }

  /// The sample size at which a curve falls to an error, on straight lines between logarithms.
  ///
  /// - Returns: The size, the smallest one where the curve begins below; infinite if it does not get there.
  private func needed(_ error: Double, on curve: [Double]) -> Double {
    // Half an image was added to the curve.
    let target = log(error + 0.5 / Double(testCount)) + 1e-9
    guard let place = curve.firstIndex(where: { log($0) <= target }) else { return .infinity }
    guard place > 0 else { return Double(sizes[0]) }
    let (before, after) = (log(curve[place - 1]), log(curve[place]))
    let share = (before - target) / (before - after)
    return Double(sizes[place - 1]) * pow(2, share)
  }

  /// Whether a network errs no more than that with the fewest images, so that it needs still fewer.
  func begins(_ network: Architecture, below error: Double) -> Bool {
    let first = curve(.plain, network, Array(seeds.indices))[0]
    return first <= error + 0.5 / Double(testCount) + 1e-9
  }

  /// How many images a network needs for an error, with an interval over the seeds.
  ///
  /// - Returns: The count; its interval has no end where seeds that were drawn again do not get there. Nil if all
  ///   seeds together do not.
  package func needed(
    _ error: Double,
    _ network: Architecture,
    _ view: ImageView = .plain
  ) -> Estimate? {
    interval { seeds in needed(error, on: curve(view, network, seeds)) }
  }

  /// How many times as many images one network needs as another for the same error, with an interval over the seeds.
  package func ratio(of network: Architecture, to other: Architecture, error: Double) -> Estimate? {
    interval { seeds in
      needed(error, on: curve(.plain, network, seeds))
        / needed(error, on: curve(.plain, other, seeds))
    }
  }

  /// A figure of seeds with its interval; nil if it is none for all of them.
  private func interval(_ figure: ([Int]) -> Double) -> Estimate? {
    guard figure(Array(seeds.indices)).isFinite else { return nil }
    return Self.bootstrap.interval(over: [seeds.count]) { choice in
      let value = figure(choice[0])
      return value.isNaN ? nil : value
    }
  }
}
