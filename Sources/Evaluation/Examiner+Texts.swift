import Corpus
import Foundation

/// How well a model foretells texts of one source.
public struct TextResult: Hashable, Sendable, Codable {
  /// Where the texts come from.
  public var source: String
  /// How many texts there are.
  public var documentCount: Int
  /// Their UTF-8 bytes.
  public var byteCount: Int
  /// Their tokens.
  public var tokenCount: Int
  /// The negative logarithm of their probability, in nats.
  public var loss: Double

  /// No texts yet.
  init(source: String) {
    (self.source, documentCount, byteCount, tokenCount, loss) = (source, 0, 0, 0, 0)
  }

  /// The loss in bits for each byte, which compares models of different tokenizers.
  public var bitsPerByte: Double { loss / log(2) / Double(byteCount) }
  /// The loss in nats for each token.
  public var lossPerToken: Double { loss / Double(tokenCount) }
}

extension Examiner {
  /// Measures how well the model foretells texts.
  ///
  /// Each text stands behind the token between documents. Of one that is longer than the model sees, each further part
  /// stands behind the part before's last token, so that all tokens count once.
  ///
  /// Source: lm-evaluation-harness 0.4.9, `utils.get_rolling_token_windows` with a context of one token.
  ///
  /// - Parameters:
  ///   - texts: The texts.
  ///   - progress: Told which share of the texts is done; whatever it throws ends the work.
  /// - Returns: A result for each source, in the order in which they come.
  /// - Throws: `TextError`, `TokenizerError`, `TraceError`, `PJRTError`, or what `progress` throws.
  public func results(
    of texts: TextCollection,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [TextResult] {
    var results: [TextResult] = []
    var pending: [(place: Int, request: ScoringRequest)] = []
    let reader = texts.makeReader()
    func score() throws {
      for (place, score) in zip(pending, try scorer.scores(pending.map(\.request))) {
        results[place.place].loss -= score.logLikelihood
      }
      pending = []
      try progress(Double(reader.fileBytesRead) / Double(max(texts.fileByteCount, 1)))
    }
    while let document = try reader.next() {
      let place = results.firstIndex { $0.source == document.source } ?? results.count
      if place == results.count { results.append(TextResult(source: document.source)) }
      let tokens = try tokenizer.encode(document.text)
      results[place].documentCount += 1
      results[place].byteCount += document.text.utf8.count
      results[place].tokenCount += tokens.count
      pending += windows(of: tokens).map { (place, $0) }
      if pending.count >= 256 { try score() }
    }
    try score()
    return results
  }

  /// The parts of a text, each behind the token before it.
  private func windows(of tokens: [Int32]) -> [ScoringRequest] {
    let length = scorer.contextLength
    return stride(from: 0, to: tokens.count, by: length).map { start in
      let end = min(start + length, tokens.count)
      // The last part sees as much as the others.
      let before = start == 0 ? [encoder.documentStartID] : Array(tokens[end - length - 1..<start])
      return ScoringRequest(context: before, continuation: Array(tokens[start..<end]))
    }
  }
}
