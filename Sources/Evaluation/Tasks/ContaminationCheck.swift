import Corpus

/// Says which questions stand in a text, as they must not in the text that a model was trained on.
///
/// A token of a question is known where it lies in ten tokens that follow each other in the text, too. A question is known
/// where four of five of its tokens are.
///
/// Source: Touvron et al. 2023, "Llama 2", appendix A.6.
public struct ContaminationCheck: Sendable {
  /// Tokens that follow each other.
  static let runLength = 10
  /// The share of known tokens from which on a question is known.
  static let knownShare = 0.8

  /// The tokens of each question with its answer, without solved examples.
  private let questions: [[Int32]]
  private let runs: Set<UInt64>

  /// Prepares the check.
  ///
  /// - Parameters:
  ///   - set: The questions.
  ///   - tokenizer: The text's.
  /// - Throws: `TokenizerError`.
  public init(_ set: QuestionSet, tokenizer: Tokenizer) throws(TokenizerError) {
    var questions: [[Int32]] = []
    for question in set.questions {
      let text = question.item.prompt + set.task.format.delimiter + question.item.solution
      questions.append(try tokenizer.encode(text))
    }
    self.questions = questions
    runs = questions.reduce(into: []) { runs, tokens in
      RollingSum.visit(tokens) { runs.insert($1) }
    }
  }

  /// How many of the questions stand in a text.
  ///
  /// - Parameter corpus: The text; what was trained on counts.
  /// - Returns: Questions that are known. One of fewer than ten tokens never is.
  /// - Throws: `TokenFileError`.
  /// - Complexity: Reads every token once.
  public func knownCount(in corpus: TokenFile) throws(TokenFileError) -> Int {
    var found: Set<UInt64> = []
    let count = corpus.tokenCount(of: .train)
    // Parts overlap, so that no run is cut.
    for start in stride(from: 0, to: count, by: Self.partLength) {
      let end = min(start + Self.partLength + Self.runLength - 1, count)
      RollingSum.visit(try corpus.tokens(in: start..<end, of: .train)) { _, sum in
        if runs.contains(sum) { found.insert(sum) }
      }
    }
    return knownCount(found)
  }

  private static let partLength = 1 << 16

  private func knownCount(_ found: Set<UInt64>) -> Int {
    guard !found.isEmpty else { return 0 }
    return questions.count { tokens in
      var known = [Bool](repeating: false, count: tokens.count)
      RollingSum.visit(tokens) { start, sum in
        guard found.contains(sum) else { return }
        for place in start..<start + Self.runLength { known[place] = true }
      }
      return Double(known.count { $0 }) >= Self.knownShare * Double(max(tokens.count, 1))
    }
  }
}

/// Sums of ten tokens each that roll along a text, different for different tokens (Karp and Rabin 1987).
private enum RollingSum {
  private static let base: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Calls for each run of tokens with its start and its sum.
  static func visit(_ tokens: [Int32], _ body: (_ start: Int, _ sum: UInt64) -> Void) {
    let length = ContaminationCheck.runLength
    guard tokens.count >= length else { return }
    let highest = (1..<length).reduce(UInt64(1)) { power, _ in power &* base }
    var sum: UInt64 = 0
    for (place, token) in tokens.enumerated() {
      if place >= length {
        sum &-= (UInt64(truncatingIfNeeded: tokens[place - length]) &+ 1) &* highest
      }
      sum = sum &* base &+ (UInt64(truncatingIfNeeded: token) &+ 1)
      if place >= length - 1 { body(place - length + 1, sum) }
    }
  }
}
