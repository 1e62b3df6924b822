/// A sequence of a corpus, as ``TokenSequences`` cuts it.
public struct TokenSequence: Hashable, Sendable {
  /// The tokens; one more than a model sees.
  public var tokens: ArraySlice<Int32>
  /// For each token the number of its document within the sequence; nil when documents are not kept
  /// apart.
  public var documents: ArraySlice<Int32>?
  /// For each token whether it belongs to an answer, 1 or 0; nil for plain texts.
  public var answers: ArraySlice<Int32>?

  /// Puts a sequence together from slices of equal length.
  public init(
    tokens: ArraySlice<Int32>,
    documents: ArraySlice<Int32>? = nil,
    answers: ArraySlice<Int32>? = nil
  ) {
    precondition(documents?.count ?? tokens.count == tokens.count, "every token has a document")
    precondition(answers?.count ?? tokens.count == tokens.count, "every token is answer or not")
    self.tokens = tokens
    self.documents = documents
    self.answers = answers
  }

  /// The tokens of a row made of the sequence.
  public var contextLength: Int { tokens.count - 1 }
}

/// What a model sees of a sequence, what it is to predict, and where that counts.
public struct ObjectiveRow: Hashable, Sendable {
  /// The tokens it sees, `[T]`.
  public var inputs: [Int32]
  /// The token to predict at each position, `[T]`.
  public var targets: [Int32]
  /// 1 where the prediction counts and 0 where it does not, `[T]`.
  public var weights: [Int32]
  /// The document that each input belongs to, `[T]`; nil when documents are not kept apart.
  public var documents: [Int32]?
  /// How many of the first inputs are seen by all of the row; a later one is seen from its place on.
  public var prefixLength: Int

  /// The row in which each token is predicted from those before it.
  ///
  /// A token that begins a document does not count, since nothing before it is in view.
  ///
  /// - Parameters:
  ///   - sequence: The tokens, one more than the row has.
  ///   - prefixLength: How many of the first tokens see each other in both directions.
  ///   - counted: The positions in the sequence of the tokens whose prediction counts; none may lie in
  ///     the prefix, where it would be in view.
  /// - Returns: The row.
  static func predictingNext(
    _ sequence: TokenSequence,
    prefixLength: Int = 0,
    counting counted: Range<Int>
  ) -> ObjectiveRow {
    let documents = sequence.documents.map(Array.init)
    let weights = (1...sequence.contextLength).map { position -> Int32 in
      let isBeginning = documents.map { $0[position - 1] != $0[position] } ?? false
      return counted.contains(position) && !isBeginning ? 1 : 0
    }
    return predictingNext(sequence, weights: weights, prefixLength: prefixLength)
  }

  /// The row in which the tokens of answers are predicted from those before them.
  static func answering(_ sequence: TokenSequence) -> ObjectiveRow {
    guard let answers = sequence.answers else { preconditionFailure("a text has no answers") }
    // A document begins with its prompt, so that no answer is predicted from another document.
    return predictingNext(sequence, weights: Array(answers.dropFirst()))
  }

  private static func predictingNext(
    _ sequence: TokenSequence,
    weights: [Int32],
    prefixLength: Int = 0
  ) -> ObjectiveRow {
    ObjectiveRow(
      inputs: Array(sequence.tokens.dropLast()),
      targets: Array(sequence.tokens.dropFirst()),
      weights: weights,
      documents: sequence.documents.map { Array($0.dropLast()) },
      prefixLength: prefixLength
    )
  }
}
