/// Tokens whose probability is asked for behind others.
public struct ScoringRequest: Hashable, Sendable {
  /// What stands before; at least one token.
  public var context: [Int32]
  /// What is scored; at least one token.
  public var continuation: [Int32]

  /// Asks for a continuation's probability.
  public init(context: [Int32], continuation: [Int32]) {
    self.context = context
    self.continuation = continuation
  }
}

/// How probable a continuation is.
public struct ContinuationScore: Hashable, Sendable, Codable {
  /// The natural logarithm of its probability.
  public var logLikelihood: Double
  /// Whether each of its tokens was the most likely one.
  public var isGreedy: Bool
  /// Its tokens.
  public var tokenCount: Int
  /// How many of the context's first tokens were left out, since the model sees fewer.
  public var tokensLeftOut: Int

  /// States a score.
  public init(logLikelihood: Double, isGreedy: Bool, tokenCount: Int, tokensLeftOut: Int = 0) {
    self.logLikelihood = logLikelihood
    self.isGreedy = isGreedy
    self.tokenCount = tokenCount
    self.tokensLeftOut = tokensLeftOut
  }
}
