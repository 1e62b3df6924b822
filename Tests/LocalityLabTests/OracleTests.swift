import Foundation
import Statistics
import Testing

@testable import LocalityLab

@Suite struct OracleTests {
  /// Errors that NumPy found with 4e5 images, good to 7e-4 each: sigma, k, best rule, activations with bias ½.
  private static let simulated: [(Double, Int, Double, Double)] = [
    (0.2, 1, 0, 0.003), (0.2, 4, 0.0006, 0.0033), (0.2, 32, 0.0042, 0.0057),
    (0.3, 1, 0.0004, 0.024), (0.3, 4, 0.0217, 0.0338), (0.3, 8, 0.0389, 0.0461),
    (0.3, 16, 0.0613, 0.0671), (0.3, 32, 0.0885, 0.1011), (0.4, 4, 0.0765, 0.0900),
    (0.4, 8, 0.1194, 0.1271), (0.4, 32, 0.2123, 0.2374),
  ]

  @Test(arguments: simulated) func oraclesAreThoseOfAnIndependentSimulation(
    sigma: Double,
    k: Int,
    best: Double,
    activated: Double
  ) {
    let drawCount = 20_000
    let errors = BayesRule(patchCount: k, drawCount: drawCount).errors(sigmas: [sigma])[0]
    // Four standard errors of this simulation, and the other one's.
    func tolerance(_ error: Double) -> Double {
      4 * (error / Double(drawCount)).squareRoot() + 1e-3
    }
    #expect(abs(errors.bayes - best) < tolerance(best))
    #expect(abs(errors.activated - activated) < tolerance(activated))
    #expect(errors.bayes <= errors.activated && errors.bayes <= errors.largest + tolerance(best))
    let exact = ReadoutError(patchCount: k, sigma: sigma, biases: [0.5])
    #expect(abs(exact.error([1]) - activated) < 1.2e-3)
  }

  /// Exponentials of 1/σ² overflow, and those relative to the largest do not.
  @Test(arguments: [0.001, 0.02]) func withLittleNoiseTheBestRuleHardlyErrs(sigma: Double) {
    let rule = BayesRule(patchCount: 4, drawCount: 1000)
    #expect((0..<1e-12).contains(rule.error(sigma: sigma)))
    // With even the least alignment that is looked at it errs less often.
    let alignment = rule.alignment(reaching: 0.1, sigma: sigma) ?? .nan
    #expect(abs(alignment - 0.2) < 1e-9)
  }

  /// sinh a + sinh b = 2 sinh((a + b)/2) cosh((a - b)/2): with two patches no rule is better than the sum.
  @Test(arguments: [0.2, 0.3, 0.4]) func withTwoPatchesTheBestRuleIsLinear(sigma: Double) {
    let law = SignalLaw(patchCount: 2, dimension: 3, sigma: sigma)
    let error = BayesRule(patchCount: 2, drawCount: 40_000).error(sigma: sigma)
    #expect(abs(error - ClosedForms.linearError(law)) < 2e-3)
    #expect(
      abs(ClosedForms.linearError(law) - [0.2: 0.0002, 0.3: 0.0092, 0.4: 0.03855][sigma]!) < 5e-5
    )
  }

  /// Without a bias the network is linear.
  @Test(arguments: [1, 2, 7]) func withoutBiasTheErrorIsTheLinearRules(k: Int) {
    let law = SignalLaw(patchCount: k, dimension: 1, sigma: 0.4)
    let exact = ReadoutError(patchCount: k, sigma: 0.4, biases: [0])
    #expect(abs(exact.error([1]) - ClosedForms.linearError(law)) < 5e-5)
    // Filters that see nothing are right half of the time, turned ones as often wrong as others are right.
    #expect(abs(exact.error([0]) - 0.5) < 1e-9)
    #expect(abs(exact.error([-0.7]) + exact.error([0.7]) - 1) < 1e-9)
  }

  /// Two patches by quadrature over the noise of the one without signal.
  @Test(arguments: [0.2, 0.5]) func twoPatchesAreIntegrated(bias: Double) {
    let (sigma, alignment) = (0.4, 0.8)
    func activated(_ z: Double) -> Double { (z < 0 ? -1 : 1) * max(abs(z) - bias, 0) }
    func tail(_ x: Double) -> Double { NormalDistribution.upperTail(x) }
    let step = 1e-4
    let integral = stride(from: -7 + step / 2, to: 7, by: step).reduce(0) { sum, z in
      let other = activated(sigma * z)
      // The signal's activation has to be below -other; on the atom at 0 half counts.
      let below =
        other > 0
        ? tail((alignment + bias + other) / sigma)
        : other < 0
          ? tail((alignment - bias + other) / sigma)
          : (tail((alignment + bias) / sigma) + tail((alignment - bias) / sigma)) / 2
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      return sum + below * density * step
    }
    let exact = ReadoutError(patchCount: 2, sigma: sigma, biases: [bias])
    #expect(abs(exact.error([alignment]) - integral) < 1e-4)
  }

  /// A table that another program computed: sigma .3, target best + .03, d = 32.
  @Test(arguments: [(4, 0.0217, 0.837, 6.7, 27), (8, 0.0389, 0.884, 10.3, 82)])
  func floorsAreThoseOfTheFormula(k: Int, best: Double, alpha: Double, cnn: Double, lcn: Double)
    throws
  {
    let law = SignalLaw(patchCount: k, dimension: 32, sigma: 0.3)
    let found = try #require(
      BayesRule(patchCount: k, drawCount: 20_000).alignment(reaching: best + 0.03, sigma: 0.3)
    )
    #expect(abs(found - alpha) < 0.02)
    #expect(abs(ClosedForms.floor(.convolutional, law, alignment: alpha) / cnn - 1) < 0.01)
    #expect(abs(ClosedForms.floor(.locallyConnected, law, alignment: alpha) / lcn - 1) < 0.02)
    #expect(
      BayesRule(patchCount: k, drawCount: 2000).alignment(reaching: best / 2, sigma: 0.3) == nil
    )
  }

  @Test func averagingNeedsWhatItsFormulaSays() throws {
    for (k, expected) in [(4, 518.0), (8, 1035)] {
      let law = SignalLaw(patchCount: k, dimension: 64, sigma: 0.7 / Double(k).squareRoot())
      let leading = ClosedForms.averagingSamplesToLeadingOrder(law, error: 0.1)
      #expect(abs(leading / expected - 1) < 0.01)
      let count = try #require(ClosedForms.averagingSamples(law, error: 0.1))
      #expect(abs(count / leading - 1) < 0.15)
      #expect(abs(ClosedForms.averagingError(law, sampleCount: count) - 0.1) < 1e-6)
      let grid = ErrorCurve.grid.filter { $0 < Int(count * 1.2) }
      let errors = (1...8).map {
        AveragingLearner(law: law).worth(seed: $0, sizes: grid).map(\.error)
      }
      for place in stride(from: grid.count - 1, to: grid.count - 12, by: -5) {
        let mean = errors.reduce(0) { $0 + $1[place] } / 8
        #expect(
          abs(mean / ClosedForms.averagingError(law, sampleCount: Double(grid[place])) - 1) < 0.06
        )
      }
    }
    #expect(
      ClosedForms.averagingSamples(SignalLaw(patchCount: 8, dimension: 9, sigma: 0.3), error: 0.1)
        == nil
    )
  }
}
