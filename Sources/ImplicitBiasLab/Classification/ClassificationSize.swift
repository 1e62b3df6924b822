/// How large the experiments with margins are.
package struct ClassificationSize: Hashable, Sendable {
  /// N.
  package var sampleCount = 12
  /// D.
  package var dimension = 30
  /// α of two layers.
  package var scales = [10, 3, 1, 0.3, 0.1, 0.01, 0.001]
  /// The decimal exponents of the losses at which margins are measured.
  package var exponents = [1.0, 3, 6, 12, 30, 100, 300]
  /// How many of the seeds are used, a set of samples each.
  package var seedCount = 10

  package init() {}

  func validate() throws(BiasError) {
    try BiasError.requireCounts("samples", [sampleCount], from: 1)
    try BiasError.requireCounts("dimension", [dimension], from: 2)
    for scale in scales { _ = try DiagonalPotential(depth: 2, scale: scale) }
    guard let least = exponents.min(), least > 0, exponents == exponents.sorted() else {
      throw .sizeOutOfRange(
        name: "exponents",
        found: exponents.map { "\($0)" }.joined(separator: " "),
        rule: "rising numbers above 0, so that 6 is a loss of 1e-6"
      )
    }
    guard let most = exponents.last, most <= 1000 else {
      throw .sizeOutOfRange(
        name: "exponents",
        found: "\(exponents.last ?? 0)",
        rule: "1000 at most, for a loss of 1e-1000"
      )
    }
  }
}
