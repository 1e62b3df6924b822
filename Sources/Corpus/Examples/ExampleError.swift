/// What can go wrong with examples of prompts and answers.
public enum ExampleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A record has no field of the given name; its fields.
  case missingField(path: String, line: Int, field: String, found: [String])
  /// A field holds nothing but blanks.
  case emptyField(path: String, line: Int, field: String)
  /// A file holds no example.
  case noExamples(path: String)
  /// With fewer than two examples none can be held out.
  case tooFewExamples(path: String)
  /// An example has more tokens than the model sees at once; the limit is of prompt and answer.
  case tooLong(path: String, line: Int, tokenCount: Int, limit: Int)
  /// A token file does not say which of its tokens are answers.
  case noAnswers(path: String)

  /// One sentence for the user.
  public var description: String {
    switch self {
    case .missingField(let path, let line, let field, let found):
      "\(path):\(line): the record has no field \"\(field)\""
        + (found.isEmpty
          ? "" : "; it has " + found.prefix(12).map { "\"\($0)\"" }.joined(separator: ", "))
        + "; an example needs \"\(ExampleFile.promptField)\" and \"\(ExampleFile.answerField)\""
    case .emptyField(let path, let line, let field):
      "\(path):\(line): the field \"\(field)\" holds no text; leave the example out or complete it"
    case .noExamples(let path):
      "\(path): holds no example; write one JSON object with \"\(ExampleFile.promptField)\" and "
        + "\"\(ExampleFile.answerField)\" a line"
    case .tooFewExamples(let path):
      "\(path): holds one example, but one is held out to measure the model on; write at least two"
    case .tooLong(let path, let line, let tokenCount, let limit):
      "\(path):\(line): prompt and answer have \(tokenCount) tokens, but the model's context takes "
        + "\(limit); shorten the example or leave it out"
    case .noAnswers(let path):
      "\(path): does not say which tokens are answers; make it with `espalier finetune`, or train with "
        + "training.objective.kind causal"
    }
  }
}
