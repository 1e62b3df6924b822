/// Why text cannot be generated.
public enum GenerationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A setting means nothing.
  case setting(name: String, needs: String, got: String)
  /// There is nothing to begin with.
  case noPrompts(path: String)
  /// The tokenizer has no token between documents, behind which a text could begin.
  case noBorder(name: String)
  /// The model's vocabulary is smaller than the tokenizer's.
  case vocabulary(model: Int, tokenizer: Int)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .setting(let name, let needs, let got):
      "--\(name): needs \(needs); got \(got)"
    case .noPrompts(let path):
      "\(path): holds no prompt; write one a line"
    case .noBorder(let name):
      "\(name): has no end token, behind which a text could begin"
    case .vocabulary(let model, let tokenizer):
      "the model knows \(model) tokens, but its tokenizer has \(tokenizer)"
    }
  }
}
