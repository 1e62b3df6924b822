/// A set of questions, and how they are put.
public struct EvaluationTask: Sendable {
  /// What to call it; one word.
  public var name: String
  /// Counts up when its questions change.
  public var version: Int
  /// What it is about, in one line.
  public var summary: String
  /// How its items become texts.
  public var format: TaskFormat
  /// The number that speaks for the task.
  public var metric: Metric
  /// How many solved examples stand before a question, unless otherwise asked for.
  public var shotCount: Int
  /// The share of right answers of somebody who guesses; nil where one cannot guess.
  public var chance: Double?
  /// Whether choices are also scored without their question.
  public var usesMutualInformation: Bool
  /// Where the items come from.
  var source: any ItemSource

  /// Whether it has as many questions as anyone asks for.
  public var isEndless: Bool { source is PrimitiveItems }

  /// Makes the questions.
  ///
  /// - Parameters:
  ///   - count: How many; nil for all there are, or ``defaultCount`` of a task without an end.
  ///   - shotCount: How many solved examples stand before each; nil for the task's own number.
  ///   - seed: What is drawn follows from it.
  /// - Returns: The same questions for the same seed, whatever their count.
  /// - Throws: ``EvaluationError``, or `FileError`.
  public func questions(
    count: Int? = nil,
    shotCount: Int? = nil,
    seed: UInt64 = 0
  ) throws -> QuestionSet {
    let shotCount = shotCount ?? self.shotCount
    return QuestionSet(
      task: self,
      shotCount: shotCount,
      seed: seed,
      questions: try source.items(count: count, exampleCount: shotCount, seed: seed).map {
        Question(context: format.context(of: $0, after: $1), item: $0)
      }
    )
  }

  /// How many questions of a task without an end are asked.
  public static let defaultCount = 500
}

/// Where a task's items come from.
protocol ItemSource: Sendable {
  /// Items, each with the solved examples that stand before it.
  ///
  /// - Throws: ``EvaluationError``, or `FileError`.
  func items(
    count: Int?,
    exampleCount: Int,
    seed: UInt64
  ) throws -> [(item: TaskItem, examples: [TaskItem])]
}
