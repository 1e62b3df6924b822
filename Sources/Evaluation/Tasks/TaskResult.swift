import Statistics

/// What a model answered to the questions of a task.
public struct TaskResult: Hashable, Sendable, Codable {
  /// The task's name.
  public var task: String
  /// The task's version.
  public var version: Int
  /// How many questions were asked.
  public var questionCount: Int
  /// How many solved examples stood before each.
  public var shotCount: Int
  /// What was drawn followed from it.
  public var seed: UInt64
  /// The checksum of the questions (``QuestionSet/checksum``).
  public var checksum: String
  /// The number that speaks for the task.
  public var metric: Metric
  /// The share of right answers of somebody who guesses.
  public var chance: Double?
  /// Of how many questions the beginning was left out, since the model sees fewer tokens.
  public var shortenedCount: Int
  /// How many of the questions stand in the text that the model was trained on; nil where that is not known.
  public var knownCount: Int?
  /// What each answer counts, by the metrics' names.
  public var scores: [String: [Double]]

  /// The mean over the questions.
  ///
  /// - Returns: Nil for what was not counted.
  public func mean(of metric: Metric) -> Double? { sample(of: metric)?.value }

  /// The standard error of the mean, from the deviation with one degree of freedom less than there are questions.
  ///
  /// - Returns: Nil for fewer than two questions.
  public func standardError(of metric: Metric) -> Double? { sample(of: metric)?.standardError }

  private func sample(of metric: Metric) -> SampleMean? {
    scores[metric.rawValue].flatMap { $0.isEmpty ? nil : SampleMean($0) }
  }

  /// The metrics that were counted.
  public var metrics: [Metric] { Metric.allCases.filter { scores[$0.rawValue] != nil } }
}
