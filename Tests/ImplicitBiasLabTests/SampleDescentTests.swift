import LinearAlgebra
import Testing

@testable import ImplicitBiasLab

@Suite struct SampleDescentTests {
  private static func descent(share: Double, deviations: [Double]) throws -> (
    SampleDescent, [Regression]
  ) {
    let law = SparseLaw(dimension: 12, supportCount: 2, noise: 0)
    let regressions = try [1, 2].map { try law.regression(seed: $0, sampleCount: 6) }
    let descent = try SampleDescent(
      regressions,
      deviations: deviations,
      scale: 0.4,
      share: share,
      seed: 3,
      engine: try TestEngine.shared()
    )
    return (descent, regressions)
  }

  /// Without noise the products are next to kept and the data are fitted; with noise the products only shrink.
  @Test func noiseShrinksTheScale() throws {
    var (descent, regressions) = try Self.descent(share: 0.2, deviations: [0, 1])
    try descent.advance(isNoisy: true)
    for problem in 0..<2 {
      let quiet = descent.effectiveScale(problem, 0)
      let noisy = descent.effectiveScale(problem, 1)
      #expect(quiet > 0.35 && quiet <= 0.4)
      #expect(noisy < 0.8 * quiet)
      #expect(regressions[problem].relativeResidual(descent.weights(problem, 0)) < 1e-6)
      #expect(regressions[problem].relativeResidual(descent.weights(problem, 1)) > 1e-3)
    }
    // Once noise stops, all trials fit.
    try descent.advance(isNoisy: false)
    #expect(regressions[1].relativeResidual(descent.weights(1, 1)) < 1e-6)
  }

  /// Small quiet steps end next to the minimum of flow's potential.
  @Test func smallStepsFollowTheFlow() throws {
    var (descent, regressions) = try Self.descent(share: 0.02, deviations: [0])
    for _ in 0..<2 { try descent.advance(isNoisy: false) }
    for problem in 0..<2 {
      let minimum = try PotentialMinimizer(
        DiagonalPotential(depth: 2, scale: 0.4),
        regressions[problem],
        from: [Double](repeating: 0, count: 12)
      ).minimum()
      #expect(descent.weights(problem, 0).relativeDistance(to: minimum.weights) < 0.02)
    }
  }
}
