import Corpus
import Generation

/// Turns a context and its continuation into tokens, as EleutherAI's lm-evaluation-harness does.
///
/// Blanks at the context's end move to the continuation, since tokens have their blank in front. Both are encoded as one
/// text and cut where the context by itself ends. An empty context is the token
/// before a document, which an exported model names as its beginning.
///
/// Source: lm-evaluation-harness 0.4.9, `TemplateLM._encode_pair` and `TemplateLM.loglikelihood`.
public struct ContinuationEncoder: Sendable {
  private let tokenizer: Tokenizer
  /// The token that stands for an empty context.
  public let documentStartID: Int32
  /// Whether that token stands before other contexts, too (`add_bos_token` there).
  public let beginsDocuments: Bool

  /// Prepares to encode.
  ///
  /// - Parameters:
  ///   - tokenizer: The model's.
  ///   - beginsDocuments: Whether each context is the beginning of a document.
  /// - Throws: `GenerationError.noBorder`.
  public init(_ tokenizer: Tokenizer, beginsDocuments: Bool = false) throws(GenerationError) {
    guard let documentStartID = tokenizer.documentStartID else {
      throw .noBorder(name: tokenizer.name)
    }
    self.tokenizer = tokenizer
    self.documentStartID = documentStartID
    self.beginsDocuments = beginsDocuments
  }

  /// The tokens of a context and of its continuation.
  ///
  /// - Throws: ``EvaluationError/emptyContinuation(_:context:)``, or `TokenizerError`.
  public func request(context: String, continuation: String) throws -> ScoringRequest {
    let start = [documentStartID]
    guard !context.isEmpty else {
      return try checked(start, tokenizer.encode(continuation)[...], context, continuation)
    }
    let (head, whole) = try tokenizer.encode(context, followedBy: continuation)
    let prefix = beginsDocuments ? start : []
    // Nothing but blanks is no context either.
    return try checked(
      head.isEmpty ? start : prefix + head,
      whole.dropFirst(head.count),
      context,
      continuation
    )
  }

  private func checked(
    _ context: [Int32],
    _ continuation: ArraySlice<Int32>,
    _ contextText: String,
    _ text: String
  ) throws(EvaluationError) -> ScoringRequest {
    guard !continuation.isEmpty else { throw .emptyContinuation(text, context: contextText) }
    return ScoringRequest(context: context, continuation: Array(continuation))
  }
}
