import EspalierTestSupport
import Foundation
import Testing

@testable import Generation

@Suite struct TokenSamplerTests {
  /// Probabilities 0.4, 0.3, 0.2 and 0.1 for the tokens 2, 0, 3 and 1.
  private static let logits: [Float] = [log(0.3), log(0.1), log(0.4), log(0.2)]

  private func candidates(
    _ settings: SamplingSettings,
    history: [Int32] = []
  ) -> [(Int32, Double)] {
    TokenSampler(settings).candidates(after: Self.logits, history: history)
      .map { ($0.token, $0.probability) }
  }

  private func expect(_ found: [(Int32, Double)], _ tokens: [Int32], _ shares: [Double]) {
    #expect(found.map(\.0) == tokens)
    let total = shares.reduce(0, +)
    for (one, other) in zip(found, shares) { #expect(abs(one.1 - other / total) < 1e-6) }
  }

  @Test func withoutSettingsTokensAreDrawnAsTheModelSays() {
    expect(candidates(SamplingSettings()), [2, 0, 3, 1], [0.4, 0.3, 0.2, 0.1])
  }

  @Test func temperatureRaisesToAPower() {
    expect(
      candidates(SamplingSettings(temperature: 0.5)),
      [2, 0, 3, 1],
      [0.16, 0.09, 0.04, 0.01]
    )
    expect(candidates(SamplingSettings(temperature: 0)), [2], [1])
  }

  @Test func onlySoManyOrSoLikelyTokensAreDrawn() {
    expect(candidates(SamplingSettings(topK: 2)), [2, 0], [0.4, 0.3])
    expect(candidates(SamplingSettings(topK: 9)), [2, 0, 3, 1], [0.4, 0.3, 0.2, 0.1])
    // The token with which the sum is reached counts.
    expect(candidates(SamplingSettings(topP: 0.39)), [2], [1])
    expect(candidates(SamplingSettings(topP: 0.41)), [2, 0], [0.4, 0.3])
    expect(candidates(SamplingSettings(topP: 0.75)), [2, 0, 3], [0.4, 0.3, 0.2])
    expect(candidates(SamplingSettings(minP: 0.49)), [2, 0, 3], [0.4, 0.3, 0.2])
    expect(candidates(SamplingSettings(minP: 0.51)), [2, 0], [0.4, 0.3])
    expect(candidates(SamplingSettings(minP: 1)), [2], [1])
    // topP goes by what topK leaves.
    expect(candidates(SamplingSettings(topK: 2, topP: 0.56)), [2], [1])
  }

  @Test func whatWasThereIsLessLikely() {
    // Negative logits are multiplied: 0.4 becomes 0.16.
    expect(
      candidates(SamplingSettings(repetitionPenalty: 2), history: [2, 2]),
      [0, 3, 2, 1],
      [0.3, 0.2, 0.16, 0.1]
    )
    let positive = TokenSampler(SamplingSettings(temperature: 0, repetitionPenalty: 2))
    #expect(positive.token(after: [3, 2], history: [0], step: 0) == 1)
    #expect(positive.token(after: [3, 2], history: [], step: 0) == 0)
    // Tokens that are none of the model's are passed over.
    #expect(positive.token(after: [3, 2], history: [7, -1], step: 0) == 0)
  }

  @Test func ofEqualTokensTheFirstIsTaken() {
    let sampler = TokenSampler(SamplingSettings(temperature: 0))
    #expect(sampler.token(after: [1, 5, 5, 5], history: [], step: 0) == 1)
    #expect(
      TokenSampler(SamplingSettings(topK: 2)).candidates(after: [0, 0, 0], history: []).map(\.token)
        == [0, 1]
    )
  }

  /// Wrong once in 10⁸ seeds for each of 8 counts; the seed is fixed.
  @Test(arguments: [SamplingSettings(seed: 4), SamplingSettings(temperature: 2, seed: 5)])
  func draws20000TimesAsTheProbabilitiesSay(settings: SamplingSettings) {
    let sampler = TokenSampler(settings)
    var counts: [Int32: Int] = [:]
    for step in 0..<20_000 {
      counts[sampler.token(after: Self.logits, history: [], step: step), default: 0] += 1
    }
    for candidate in sampler.candidates(after: Self.logits, history: []) {
      let bounds = binomialBounds(trials: 20_000, probability: candidate.probability, chance: 5e-9)
      #expect(bounds.contains(counts[candidate.token] ?? 0))
    }
  }

  @Test func aDrawFollowsFromSeedRowAndStep() {
    func draws(_ seed: UInt64, _ row: Int) -> [Int32] {
      let sampler = TokenSampler(SamplingSettings(seed: seed), row: row)
      return (0..<40).map { sampler.token(after: Self.logits, history: [], step: $0) }
    }
    #expect(draws(1, 0) == draws(1, 0))
    #expect(draws(1, 0) != draws(2, 0))
    #expect(draws(1, 0) != draws(1, 1))
  }

  @Test(arguments: [
    (SamplingSettings(temperature: -1), "--temperature: needs a number from 0 to 1000; got -1.0"),
    (SamplingSettings(temperature: .nan), "--temperature: needs a number from 0 to 1000; got nan"),
    (SamplingSettings(topK: 0), "--top-k: needs a positive whole number; got 0"),
    (SamplingSettings(topP: 0), "--top-p: needs a number above 0 and at most 1; got 0.0"),
    (SamplingSettings(minP: 1.5), "--min-p: needs a number from 0 to 1; got 1.5"),
    (
      SamplingSettings(repetitionPenalty: 0),
      "--repetition-penalty: needs a number above 0 and at most 1000; got 0.0"
    ),
  ])
  func settingsThatMeanNothingAreRefused(settings: SamplingSettings, complaint: String) {
    let error = #expect(throws: GenerationError.self) { try settings.validate() }
    #expect(error?.description == complaint)
  }
}
