/// How large the experiments with linear diagonal networks are.
package struct DiagonalSize: Hashable, Sendable {
  /// N.
  package var sampleCount = 10
  /// The regressions: 30 dimensions, 3 true weights, no noise.
  package var law = SparseLaw(dimension: 30, supportCount: 3, noise: 0)
  /// D of the networks.
  package var depths = [2, 3, 4]
  /// How many of the seeds are used.
  package var seedCount = 5
  /// The shares of one over the curvature that are steps of descent, the coarser one first.
  package var shares = [0.2, 0.05]

  package init() {}

  /// Scales down to the rich regime.
  func richScales(_ depth: Int) -> [Double] {
    let scales =
      depth == 2
      ? [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] : [1, 0.32, 0.1, 0.032, 0.01, 0.0032, 1e-3]
    return scales.filter { $0 >= DiagonalPotential.leastScale(depth: depth) * (1 - 1e-9) }
  }

  /// Scales up to the kernel regime, twice as large each.
  func kernelScales(_ depth: Int) -> [Double] { depth < 4 ? [4, 8, 16] : [1, 2, 4] }

  /// The networks that are trained: descent with more layers and smaller scales takes too long to leave 0.
  func trained() throws(BiasError) -> [DiagonalNetwork] {
    let scales: [Int: [Double]] = [2: [2, 0.5, 0.1, 0.03], 3: [0.5, 0.2], 4: [0.5, 0.2]]
    var networks: [DiagonalNetwork] = []
    for depth in depths {
      for scale in scales[depth] ?? [0.5] {
        networks.append(try DiagonalNetwork(depth: depth, scale: scale))
      }
    }
    return networks
  }

  func validate() throws(BiasError) {
    try BiasError.requireCounts("samples", [sampleCount], from: 1)
    try BiasError.requireCounts("depths", depths, from: 2)
    guard (depths.max() ?? 0) <= 12 else {
      throw .sizeOutOfRange(
        name: "depths",
        found: "\(depths.max() ?? 0)",
        rule: "12 layers at most, since descent from a small scale hardly leaves 0 beyond"
      )
    }
    guard sampleCount < law.dimension else {
      throw .noInterpolation(sampleCount: sampleCount, dimension: law.dimension)
    }
    guard law.supportCount <= law.dimension, law.supportCount > 0 else {
      throw .sizeOutOfRange(
        name: "dimension",
        found: "\(law.dimension)",
        rule: "\(law.supportCount) or more, the weights that are not 0"
      )
    }
  }
}
