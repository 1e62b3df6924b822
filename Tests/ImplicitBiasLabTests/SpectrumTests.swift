import EspalierTestSupport
import Foundation
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct SpectrumTests {
  /// `1 ≤ r_k ≤ R_k ≤ r_k²`, for spectra of all kinds.
  @Test(arguments: 1...40 as ClosedRange<UInt64>) func ranksAreOrdered(seed: UInt64) {
    let stream = RandomStream(seed: seed).named("spectrum")
    let count = 3 + stream.wholeNumber(below: 60, at: 0)
    let stretch = 0.1 + 4 * stream.uniform(at: 1)
    let eigenvalues = stream.named("values").normals(count: count)
      .map { exp(stretch * $0) }.sorted(by: >)
    let spectrum = Spectrum("random", eigenvalues)
    for index in 0..<count {
      let (small, large) = (
        spectrum.effectiveRank(after: index), spectrum.flatRank(after: index)
      )
      #expect(1 - 1e-12 <= small && small <= large * (1 + 1e-12))
      #expect(large <= small * small * (1 + 1e-12))
    }
  }

  @Test func aFlatSpectrumHasAsManyRanksAsDimensions() {
    let spectrum = Spectrum.flat(dimension: 30)
    for index in 0..<30 {
      #expect(spectrum.effectiveRank(after: index) == Double(30 - index))
      #expect(spectrum.flatRank(after: index) == Double(30 - index))
    }
    #expect(spectrum.splitIndex(sampleCount: 30) == 0)
    #expect(spectrum.splitIndex(sampleCount: 31) == nil)
    #expect(spectrum.variance(sampleCount: 31, noise: 1) == .infinity)
  }

  /// `r_k ~ k/(a - 1)` and `R_k ~ k(2a - 1)/(a - 1)²` for powers.
  @Test(arguments: [1.5, 2, 3]) func powersHaveRanksInProportionToK(exponent: Double) {
    let spectrum = Spectrum.power(exponent, dimension: 50_000)
    let k = 500.0
    let rank = spectrum.effectiveRank(after: 500)
    let flat = spectrum.flatRank(after: 500)
    #expect(abs(rank / (k / (exponent - 1)) - 1) < 0.02)
    #expect(abs(flat / (k * (2 * exponent - 1) / pow(exponent - 1, 2)) - 1) < 0.02)
  }

  /// The integral that stands for the rest of an infinite sum is right to the order of the cut.
  @Test func whatIsCutOffIsMadeUpFor() {
    let (short, long) = (
      Spectrum.logarithmic(dimension: 2000), Spectrum.logarithmic(dimension: 20_000)
    )
    #expect(abs(short.trace - long.trace) < 1e-3 * long.trace)
  }

  @Test func theSpikedSpectrumHasItsTailsTrace() {
    let law = SpikedRisk(
      sampleCount: 100,
      spikeCount: 5,
      tailShare: 0.1,
      dimension: 5000,
      noise: 0.25
    )
    #expect(abs(law.spectrum.trace - 15) < 1e-9)
    #expect(law.spectrum.splitIndex(sampleCount: 100) == 5)
    // The three terms by hand: 1/121, 1.25/121 and 25/4995.
    let expected: Double = 2.25 / 121 + 25.0 / 4995
    #expect(abs(law.prediction - expected) < 1e-12)
  }
}
