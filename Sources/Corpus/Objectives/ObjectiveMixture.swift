import Randomness

/// A mixture of objectives, one a sequence: causal, with a prefix, with spans cut out.
///
/// A model that only ever continues text learns to fill gaps and to read in both directions as well.
/// There are no tokens that name the objective of a row. Source: Tay et al. 2022, "UL2: Unifying
/// Language Learning Paradigms", arXiv 2205.05131, section 3.
public struct ObjectiveMixture: Hashable, Sendable {
  /// What a row of the mixture can be.
  public enum Part: String, Hashable, Sendable, CaseIterable {
    /// Every token from those before it.
    case causal
    /// Every token behind a prefix from those before it; the prefix is seen in both directions.
    case prefix
    /// Spans that were cut out from what is left, which is seen in both directions.
    case spanCorruption
  }

  /// The share of sequences that are causal.
  public var causalShare: Double
  /// The share of sequences with a prefix.
  public var prefixShare: Double
  /// The share of sequences with spans cut out; the three add up to 1.
  public var spanShare: Double
  /// How spans are cut out; the room it needs must be there unless its share is 0.
  public var spanCorruption: SpanCorruption

  /// Describes a mixture.
  public init(
    causalShare: Double,
    prefixShare: Double,
    spanShare: Double,
    spanCorruption: SpanCorruption
  ) {
    self.causalShare = causalShare
    self.prefixShare = prefixShare
    self.spanShare = spanShare
    self.spanCorruption = spanCorruption
  }

  /// Whether rows of a length have room for spans, if there are to be any.
  public func fits(contextLength: Int) -> Bool {
    spanShare == 0 || spanCorruption.layout(contextLength: contextLength) != nil
  }

  /// What the row of a stream is.
  public func part(_ stream: RandomStream) -> Part {
    let shares = zip(Part.allCases, [causalShare, prefixShare, spanShare]).filter { $1 > 0 }
    var rest = stream.named("part").uniform(at: 0)
    for (part, share) in shares.dropLast() {
      if rest < share { return part }
      rest -= share
    }
    // The last takes what is left, so that rounded shares leave no gap.
    return shares.last?.0 ?? .causal
  }

  func row(
    of sequence: TokenSequence,
    vocabularySize: Int,
    stream: RandomStream
  ) -> ObjectiveRow {
    switch part(stream) {
    case .causal:
      return .predictingNext(sequence, counting: 1..<sequence.tokens.count)
    case .prefix:
      // All ways to cut the sequence in two are equally likely.
      let length =
        1 + stream.named("prefix").wholeNumber(below: sequence.contextLength, at: 0)
      return .predictingNext(
        sequence,
        prefixLength: length,
        counting: length..<sequence.tokens.count
      )
    case .spanCorruption:
      return spanCorruption.row(
        of: sequence,
        firstSentinel: Int32(vocabularySize),
        stream: stream.named("spans")
      )
    }
  }

  func sentinelCount(contextLength: Int) -> Int {
    guard spanShare > 0 else { return 0 }
    return spanCorruption.layout(contextLength: contextLength)?.sentinelCount ?? 0
  }

  func meanVisibleCount(contextLength: Int) -> Double {
    let length = Double(contextLength)
    let causal = (length + 1) / 2
    // The first p of T tokens see p (p - 1) / 2 pairs more than in causal order; p is uniform in 1...T.
    let prefix = causal + (length * length - 1) / (6 * length)
    guard spanShare > 0, let layout = spanCorruption.layout(contextLength: contextLength) else {
      return (causalShare * causal + prefixShare * prefix) / (causalShare + prefixShare)
    }
    let input = Double(layout.inputCount)
    let spans = causal + input * (input - 1) / (2 * length)
    return causalShare * causal + prefixShare * prefix + spanShare * spans
  }
}
