/// How large the experiments with least-norm interpolation are.
package struct BenignSize: Hashable, Sendable {
  /// N.
  package var sampleCount = 100
  /// P, the numbers of parameters.
  package var parameterCounts =
    [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 105, 110, 120, 150, 200, 300, 400, 600, 1000]
  /// σ², the variance of the targets' noise.
  package var noise = 0.25

  package init() {}

  func validate() throws(BiasError) {
    try BiasError.requireCounts("samples", [sampleCount], from: 4)
    try BiasError.requireCounts("parameters", parameterCounts, from: 1)
    let barred = (sampleCount - 1)...(sampleCount + 1)
    if let found = parameterCounts.first(where: barred.contains) {
      throw .sizeOutOfRange(
        name: "parameters",
        found: "\(found)",
        rule:
          "numbers two or more away from the \(sampleCount) samples, or the mean risk is infinite"
      )
    }
    guard noise >= 0, noise.isFinite else {
      throw .sizeOutOfRange(name: "noise", found: "\(noise)", rule: "a variance of 0 or more")
    }
  }
}
