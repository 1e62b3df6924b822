/// How large the experiments with mirror descent are.
package struct MirrorSize: Hashable, Sendable {
  /// N.
  package var sampleCount = 8
  /// D.
  package var dimension = 20
  /// P of the p-norm potentials.
  package var exponents = [1.1, 1.5, 2.0]
  /// B of the hypentropies.
  package var scales = [1.0, 0.1, 0.01]

  package init() {}

  func validate() throws(BiasError) {
    try BiasError.requireCounts("samples", [sampleCount], from: 1)
    guard sampleCount < dimension else {
      throw .noInterpolation(sampleCount: sampleCount, dimension: dimension)
    }
    for exponent in exponents {
      _ = try NormPotential(exponent: exponent)
      guard exponent <= 2 else {
        throw .sizeOutOfRange(
          name: "exponents",
          found: "\(exponent)",
          rule: "numbers above 1 and at most 2, since beyond 2 mirror descent creeps"
        )
      }
    }
    for scale in scales { _ = try HypentropyPotential(scale: scale) }
  }
}
