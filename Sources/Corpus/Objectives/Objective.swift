import Randomness

/// What a model learns to predict of a sequence of text, and what it sees meanwhile.
///
/// An objective turns a sequence of the corpus into the row that a model is trained on. The draws it
/// takes come from a stream that the caller names, so the row depends on the sequence and the stream alone.
///
/// Token ids from `vocabularySize` on, which no text has, are the objective's own: sentinels of
/// ``mixture(_:)``, the mask of ``masked(_:)``. A model knows ``extraTokenCount(contextLength:)`` of them.
public enum Objective: Hashable, Sendable {
  /// Each token from those before it.
  case causal
  /// Some sequences causal, some with a prefix that is seen in both directions, some with spans cut out.
  case mixture(ObjectiveMixture)
  /// Hidden tokens from all others, before and after.
  case masked(TokenMasking)
  /// The tokens of answers from those before them, in examples that are kept apart.
  ///
  /// The model may know more tokens than the text, which it has from an earlier objective.
  case answers(extraTokenCount: Int)

  /// The number of token ids the objective takes beyond the vocabulary of the text.
  ///
  /// - Parameter contextLength: The tokens of a row.
  /// - Returns: The number; the ids begin behind the text's last.
  public func extraTokenCount(contextLength: Int) -> Int {
    switch self {
    case .causal: 0
    case .mixture(let mixture): mixture.sentinelCount(contextLength: contextLength)
    case .masked: 1
    case .answers(let count): count
    }
  }

  /// The number of tokens that a token sees, itself included: the mean over rows and positions.
  ///
  /// Documents are not counted as kept apart.
  ///
  /// - Parameter contextLength: The tokens of a row.
  /// - Returns: The mean.
  public func meanVisibleCount(contextLength: Int) -> Double {
    switch self {
    case .causal, .answers: Double(contextLength + 1) / 2
    case .mixture(let mixture): mixture.meanVisibleCount(contextLength: contextLength)
    case .masked: Double(contextLength)
    }
  }

  /// The row of a sequence.
  ///
  /// - Parameters:
  ///   - sequence: A sequence, one token longer than the context.
  ///   - vocabularySize: The tokens of the text.
  ///   - stream: Where draws come from.
  /// - Returns: The row.
  public func row(
    of sequence: TokenSequence,
    vocabularySize: Int,
    stream: RandomStream
  ) -> ObjectiveRow {
    switch self {
    case .answers: .answering(sequence)
    case .causal: .predictingNext(sequence, counting: 1..<sequence.tokens.count)
    case .mixture(let mixture):
      mixture.row(of: sequence, vocabularySize: vocabularySize, stream: stream)
    case .masked(let masking):
      masking.row(of: sequence, vocabularySize: vocabularySize, stream: stream)
    }
  }
}
