/// Something that a model is asked, with what counts as right.
public struct TaskItem: Hashable, Sendable {
  /// What a right answer is.
  public enum Demand: Hashable, Sendable {
    /// One of several texts, which is more likely than the others.
    case choice(candidates: [String], answer: Int)
    /// The text that the model would go on with.
    case continuation(String)
    /// Any of several texts, which the model writes.
    case generation(answers: [String])
  }

  /// The question.
  public var prompt: String
  /// What a right answer is.
  public var demand: Demand

  /// States an item.
  public init(prompt: String, demand: Demand) {
    self.prompt = prompt
    self.demand = demand
  }

  /// A right answer.
  public var solution: String {
    switch demand {
    case .choice(let candidates, let answer): candidates[answer]
    case .continuation(let text): text
    case .generation(let answers): answers.first ?? ""
    }
  }
}

/// How items become texts.
public struct TaskFormat: Hashable, Sendable {
  /// What stands before everything.
  public var description = ""
  /// What stands between a question and its answer.
  public var delimiter = " "
  /// What stands between solved examples.
  public var separator = "\n\n"
  /// Before which texts a written answer ends.
  public var stops = ["\n"]
  /// The most tokens of a written answer.
  public var tokenCount = 32

  /// The usual format.
  public init() {}

  /// The text in front of an answer.
  ///
  /// - Parameters:
  ///   - item: What is asked.
  ///   - examples: Solved items that stand before.
  /// - Returns: The description, the examples with their answers, and the question.
  public func context(of item: TaskItem, after examples: [TaskItem]) -> String {
    description
      + examples.map { $0.prompt + delimiter + $0.solution + separator }.joined()
      + item.prompt
  }
}

/// An item with all that the model reads before it answers.
public struct Question: Hashable, Sendable {
  /// The text in front of the answer.
  public var context: String
  /// What is asked.
  public var item: TaskItem

  /// States a question.
  public init(context: String, item: TaskItem) {
    self.context = context
    self.item = item
  }
}
