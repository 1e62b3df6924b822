/// Why a model cannot be asked.
public enum EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A continuation adds no token to its context.
  case emptyContinuation(String, context: String)
  /// A continuation is longer than the model sees.
  case continuationTooLong(tokenCount: Int, limit: Int)
  /// No task has the name.
  case unknownTask(name: String, suggestion: String?)
  /// A task's file cannot be used.
  case malformedTask(path: String, reason: String)
  /// A record of a task cannot be used.
  case malformedRecord(path: String, line: Int, reason: String)
  /// More was asked for than there is.
  case tooFewItems(task: String, needed: Int, found: Int)
  /// A primitive's parameter is out of its range.
  case parameter(task: String, needs: String)
  /// An order of layers cannot be run.
  case layerOrder(text: String, needs: String)

  /// One sentence that says what is wrong and what to do.
  public var description: String {
    switch self {
    case .emptyContinuation(let text, let context):
      "\(text.debugDescription): adds no token to \(Self.end(of: context)); a continuation needs one at least"
    case .continuationTooLong(let tokenCount, let limit):
      "a continuation has \(tokenCount) tokens, but the model sees \(limit)"
    case .unknownTask(let name, let suggestion):
      "\(name): is neither a task nor a file that ends in .yaml"
        + (suggestion.map { "; did you mean \($0)?" } ?? "; `espalier tasks` lists the tasks")
    case .malformedTask(let path, let reason):
      "\(path): \(reason)"
    case .malformedRecord(let path, let line, let reason):
      "\(path):\(line): \(reason)"
    case .tooFewItems(let task, let needed, let found):
      "\(task): needs \(needed) records; got \(found)"
    case .parameter(let task, let needs):
      "\(task): needs \(needs)"
    case .layerOrder(let text, let needs):
      "\(text.debugDescription): needs \(needs)"
    }
  }

  private static func end(of context: String) -> String {
    context.isEmpty ? "an empty context" : "…\(context.suffix(40))".debugDescription
  }
}
