// Synthesised decoding calls the most special `decode`, so that settings can come with later versions.

extension Recipe {
  /// What the model learns to predict.
  public struct Objective: Hashable, Sendable, Codable {
    /// The objective.
    ///
    /// Default: causal.
    public var kind: Kind
    /// How the sequences of `mixture` are shared out.
    public var shares: Shares
    /// How `mixture` cuts out spans.
    public var spanCorruption: SpanCorruption
    /// How `masked` hides tokens.
    public var masking: Masking
    /// What `answers` needs to know.
    public var answers: Answers

    /// Creates the section.
    public init(
      kind: Kind = .causal,
      shares: Shares = Shares(),
      spanCorruption: SpanCorruption = SpanCorruption(),
      masking: Masking = Masking(),
      answers: Answers = Answers()
    ) {
      self.kind = kind
      self.shares = shares
      self.spanCorruption = spanCorruption
      self.masking = masking
      self.answers = answers
    }

    /// What the model learns to predict.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// Each token from those before it.
      case causal
      /// Some sequences causal, some with a prefix seen in both directions, some with spans cut out
      /// (Tay et al. 2022, "UL2", arXiv 2205.05131).
      case mixture
      /// Hidden tokens from all others (Devlin et al. 2019, "BERT").
      case masked
      /// The answers of examples, in a token file that `espalier finetune` makes.
      case answers
    }

    /// The shares of sequences in `mixture`; they add up to 1.
    public struct Shares: Hashable, Sendable, Codable {
      /// Sequences whose tokens are predicted from those before.
      ///
      /// Default: 0.6, as in Saunshi et al. 2024 (MIDAS).
      public var causal: Double
      /// Sequences with a prefix that is seen in both directions and not predicted.
      ///
      /// Default: 0.2.
      public var prefix: Double
      /// Sequences with spans cut out.
      ///
      /// Default: 0.2.
      public var spanCorruption: Double

      /// Creates the shares.
      public init(causal: Double = 0.6, prefix: Double = 0.2, spanCorruption: Double = 0.2) {
        self.causal = causal
        self.prefix = prefix
        self.spanCorruption = spanCorruption
      }

      /// Whether the shares add up to 1, but for the rounding of decimal numbers.
      var addUp: Bool { abs(causal + prefix + spanCorruption - 1) <= 1e-9 }
    }

    /// How spans are cut out of a sequence.
    public struct SpanCorruption: Hashable, Sendable, Codable {
      /// The share of tokens that is cut out.
      ///
      /// Default: 0.15.
      public var rate: Double
      /// The mean length of a span in tokens.
      ///
      /// Default: 3.
      public var meanLength: Double

      /// Creates the settings.
      public init(rate: Double = 0.15, meanLength: Double = 3) {
        self.rate = rate
        self.meanLength = meanLength
      }
    }

    /// How tokens are hidden.
    public struct Masking: Hashable, Sendable, Codable {
      /// The share of tokens that is to be predicted.
      ///
      /// Default: 0.15.
      public var rate: Double

      /// Creates the settings.
      public init(rate: Double = 0.15) {
        self.rate = rate
      }
    }

    /// What `answers` needs to know.
    public struct Answers: Hashable, Sendable, Codable {
      /// Tokens that the model knows beyond the text's, as one does that was trained on another objective before.
      ///
      /// Default: 0.
      public var extraTokens: Int

      /// Creates the settings.
      public init(extraTokens: Int = 0) {
        self.extraTokens = extraTokens
      }
    }
  }
}

extension KeyedDecodingContainer {
  /// Settings that checkpoints of earlier versions do not have.
  func decode(
    _ type: Recipe.Objective.Answers.Type,
    forKey key: Key
  ) throws -> Recipe.Objective.Answers {
    try decodeIfPresent(type, forKey: key) ?? Recipe.Objective.Answers()
  }
}
