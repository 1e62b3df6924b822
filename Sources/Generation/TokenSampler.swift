import Foundation  // exp
import Randomness

/// Draws tokens from logits.
///
/// Settings are applied in the order in which `transformers` does: the penalty of repetition, the temperature, the most
/// likely tokens by number, by probability, and by their share of the largest.
public struct TokenSampler: Sendable {
  /// A token that can be drawn.
  public struct Candidate: Hashable, Sendable {
    /// The token's id.
    public let token: Int32
    /// Its probability among the candidates.
    public let probability: Double
  }

  private let settings: SamplingSettings
  private let stream: RandomStream

  /// A sampler of one row.
  ///
  /// - Parameters:
  ///   - settings: Valid settings.
  ///   - row: The row's number; rows of one seed are drawn apart.
  public init(_ settings: SamplingSettings, row: Int = 0) {
    self.settings = settings
    stream = RandomStream(seed: settings.seed).named("generation").indexed(UInt64(row))
  }

  /// Draws the next token.
  ///
  /// - Parameters:
  ///   - logits: One for each token of the vocabulary.
  ///   - history: The tokens that were there.
  ///   - step: The number of the draw; the same one gives the same token.
  /// - Returns: The token.
  public func token(after logits: [Float], history: [Int32], step: Int) -> Int32 {
    let candidates = candidates(after: logits, history: history)
    var rest = stream.uniform(at: UInt64(step))
    for candidate in candidates {
      rest -= candidate.probability
      if rest < 0 { return candidate.token }
    }
    // Rounding can leave a little of 1.
    return candidates.last?.token ?? 0
  }

  /// The tokens that can be drawn, the most likely first, of equal ones the smallest id.
  public func candidates(after logits: [Float], history: [Int32]) -> [Candidate] {
    var scores = logits.map(Double.init)
    if settings.repetitionPenalty != 1 {
      for token in Set(history) where scores.indices.contains(Int(token)) {
        let score = scores[Int(token)]
        scores[Int(token)] =
          score > 0 ? score / settings.repetitionPenalty : score * settings.repetitionPenalty
      }
    }
    guard settings.temperature > 0 else {
      let best = scores.indices.max { (scores[$0], $1) < (scores[$1], $0) } ?? 0
      return [Candidate(token: Int32(best), probability: 1)]
    }
    var order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    if let topK = settings.topK { order = Array(order.prefix(topK)) }
    let largest = order.first.map { scores[$0] } ?? 0
    var weights = order.map { exp((scores[$0] - largest) / settings.temperature) }
    if settings.topP < 1 {
      let total = weights.reduce(0, +)
      var sum = 0.0
      let count = weights.prefix { weight in
        defer { sum += weight / total }
        return sum < settings.topP
      }.count
      weights = Array(weights.prefix(count))
    }
    // The first weight is 1, the largest.
    if settings.minP > 0 { weights = Array(weights.prefix { $0 >= settings.minP }) }
    let total = weights.reduce(0, +)
    return zip(order, weights).map { Candidate(token: Int32($0), probability: $1 / total) }
  }
}
