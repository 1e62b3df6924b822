import Laboratory
import LinearAlgebra
import Statistics
import Testing

@testable import ImplicitBiasLab

@Suite struct BenignTests {
  /// Fits agree with least squares by singular values, on both sides of the peak.
  @Test(arguments: [5, 19, 21, 60]) func fitsAreTheShortestBestOnes(count: Int) throws {
    let trial = GaussianTrial(
      .flat(dimension: 60),
      truth: [1],
      sampleCount: 20,
      noise: 0.25,
      seed: 3
    )
    let fit = try #require(trial.fit(featureCount: count))
    #expect(fit.certificate.worst < 1e-9)
    #expect((fit.trainingError < 1e-18) == (count > 20))
    // A little ridge is next to none, and more makes the weights shorter.
    let ridge = try #require(trial.fit(featureCount: count, penalty: 1e-9))
    #expect(abs(ridge.risk - fit.risk) < 1e-5 * fit.risk)
    let strong = try #require(trial.fit(featureCount: count, penalty: 10))
    #expect(strong.squaredNorm < fit.squaredNorm)
  }

  /// Gradient descent from 0 ends in the least-norm fit.
  @Test func gradientDescentFindsTheLeastNorm() throws {
    let regression = try PotentialMinimizerTests.regression(20, 60)
    let zero = [Double](repeating: 0, count: 60)
    let outcome = try MirrorDescent(EuclideanPotential(), regression, from: zero)
      .descend(step: 1.5, tolerance: 1e-12)
    let shortest = try regression.inputs.leastSquares(regression.targets)
    #expect(outcome.weights.relativeDistance(to: shortest) < 1e-10)
  }

  @Test func formulasMeetTheirLimits() {
    let law = RidgelessRisk(sampleCount: 1_000_000, noise: 0.25)
    for ratio in [0.2, 0.5, 2, 4] {
      let exact = law.exact(parameterCount: Int(ratio * 1e6))
      #expect(abs(exact / law.asymptotic(ratio: ratio) - 1) < 1e-4)
    }
    #expect(law.exact(parameterCount: 1_000_001) == .infinity)
    #expect(law.bestRatio == 2)
    #expect(RidgelessRisk(sampleCount: 100, noise: 1).bestRatio == nil)
    // Least where it says.
    let valley = law.asymptotic(ratio: 2)
    #expect(valley < law.asymptotic(ratio: 1.95) && valley < law.asymptotic(ratio: 2.05))
  }

  /// All gates of the chapter hold with fewer samples and draws.
  @Test func measuredRisksAreTheExactOnes() throws {
    let record = try TestEngine.laboratory(seeds: 30) {
      $0.benign.sampleCount = 30
      $0.benign.parameterCounts = [6, 15, 24, 36, 60, 120]
    }.benignRecord(parts: [.descent])
    #expect(record.points.on(LabKey("deviation")).count == 6)
    #expect(record.checks.count == 9)
    let failing = record.checks.filter { !$0.holds }.map { "\($0.name): \($0.measured)" }
    #expect(failing.isEmpty, "\(failing)")
  }

  /// Spikes on a long flat tail: fits of noise whose risk is predicted; on a short one they are not.
  @Test func aLongTailHidesTheNoise() throws {
    func mean(_ law: SpikedRisk) throws -> (risk: Double, error: Double) {
      let fits = try (1...12).map { seed in
        try #require(
          GaussianTrial(
            law.spectrum,
            truth: [1, 0, 0],
            sampleCount: 40,
            noise: 0.25,
            seed: UInt64(seed)
          ).fit()
        )
      }
      #expect(fits.allSatisfy { $0.trainingError < 1e-20 && $0.certificate.worst < 1e-10 })
      let sample = SampleMean(fits.map(\.risk))
      return (sample.value, try #require(sample.standardError))
    }
    func law(_ dimension: Int) -> SpikedRisk {
      SpikedRisk(sampleCount: 40, spikeCount: 3, tailShare: 0.2, dimension: dimension, noise: 0.25)
    }
    let long = try mean(law(2000))
    let off = abs(long.risk - law(2000).prediction)
    #expect(off < 4 * long.error || off < 0.4 * law(2000).prediction)
    #expect(long.risk < 0.1)
    #expect(try mean(law(80)).risk > 1.4 * law(80).prediction)
  }
}
