/// How large the experiments with sparse regression are.
package struct SparseSize: Hashable, Sendable {
  /// The regressions: 1000 dimensions, 5 true weights, noise.
  package var law = SparseLaw(dimension: 1000, supportCount: 5, noise: 0.01)
  /// N.
  package var sampleCounts = [20, 40, 80, 160]
  /// How many of the seeds are used for errors.
  package var seedCount = 3
  /// The error that is to be reached with as few samples as possible.
  package var target = 0.025
  /// How many of the seeds are used to find out how few.
  package var searchSeedCount = 5
  /// The most samples that are tried.
  package var limit = 512

  package init() {}

  /// The networks whose minima are found, the widest scale first.
  func networks() throws(BiasError) -> [DiagonalNetwork] {
    var networks: [DiagonalNetwork] = []
    for (depth, scales) in [(2, [1, 0.1, 0.03, 0.01, 1e-3, 1e-6]), (3, [0.2, 0.1, 0.05])] {
      for scale in scales { networks.append(try DiagonalNetwork(depth: depth, scale: scale)) }
    }
    return networks
  }

  func validate() throws(BiasError) {
    try BiasError.requireCounts("samples", sampleCounts, from: 1)
    let most = max(sampleCounts.max() ?? 0, limit)
    guard most < law.dimension else {
      throw .noInterpolation(sampleCount: most, dimension: law.dimension)
    }
    guard target > 0, target < 1 else {
      throw .sizeOutOfRange(
        name: "target",
        found: "\(target)",
        rule: "an error above 0 and below 1, that of guessing 0"
      )
    }
  }
}
