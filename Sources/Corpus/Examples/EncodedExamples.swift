import Files

/// Examples as tokens, which all fit into a model's context.
public struct EncodedExamples: Sendable {
  /// The name of the file that they are from.
  let source: String
  /// The example's tokens, how many of them are the answer's, and the bytes of its text.
  let examples: [(tokens: [Int32], answerCount: Int, byteCount: Int)]
  let tokenizer: Tokenizer

  /// How many there are.
  public var count: Int { examples.count }

  /// Encodes examples.
  ///
  /// - Parameters:
  ///   - file: The examples, at least two.
  ///   - tokenizer: What to encode them with.
  ///   - contextLength: The tokens that a model sees at once.
  /// - Throws: ``ExampleError`` or ``TokenizerError``.
  public init(_ file: ExampleFile, with tokenizer: Tokenizer, contextLength: Int) throws {
    guard file.examples.count > 1 else { throw ExampleError.tooFewExamples(path: file.path) }
    source = lastComponent(of: file.path).readablePath
    self.tokenizer = tokenizer
    examples = try zip(file.examples, file.lines).map { example, line in
      let (tokens, answerCount) = try example.encoded(with: tokenizer)
      // The end token before them is seen, and that behind them only predicted.
      guard tokens.count < contextLength else {
        throw ExampleError.tooLong(
          path: file.path,
          line: line,
          tokenCount: tokens.count,
          limit: contextLength - 1
        )
      }
      return (tokens, answerCount, example.prompt.utf8.count + example.answer.utf8.count)
    }
  }

  /// Writes a token file, a document for each example.
  ///
  /// A document is the token where a document begins for a model that goes on with a prompt, the prompt, the answer
  /// and the end token, which belongs to the answer. The file says of each how many tokens the answer has.
  ///
  /// - Parameters:
  ///   - path: The file to write. If it exists, it is replaced when everything has been written.
  ///   - split: Which examples to hold out; one at least if the share is above 0.
  /// - Throws: ``TokenFileError``.
  public func write(to path: String, split: DocumentSplit) throws(TokenFileError) {
    let writer = try TokenFileWriter(path: path, tokenizer: tokenizer, split: split)
    guard let start = tokenizer.documentStartID else {
      preconditionFailure("the writer needs an end token, too")
    }
    for (index, example) in examples.enumerated() {
      try writer.append(
        tokens: [start] + example.tokens,
        textByteCount: example.byteCount,
        source: source,
        index: index,
        answerTokenCount: example.answerCount + 1
      )
    }
    try writer.finish()
  }
}
