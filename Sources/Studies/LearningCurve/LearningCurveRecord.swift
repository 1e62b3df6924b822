import Evaluation

/// How well models answer after being fine-tuned on few questions: the contents of `learning-curve.json`.
public struct LearningCurveRecord: Codable, Hashable, Sendable {
  /// The version of the format.
  static let formatVersion = 1

  /// What one model answered after learning from one draw of questions.
  public struct Cell: Codable, Hashable, Sendable {
    /// The path of the model's run or checkpoint.
    public var path: String
    /// The task.
    public var task: String
    /// How many questions it learnt from; 0 for none.
    public var examples: Int
    /// Which draw of them.
    public var draw: Int
    /// The learning rate that held-out questions chose; nil without any learning.
    public var learningRate: Double?
    /// The loss on held-out questions for each rate, in nats a token.
    public var heldOutLosses: [Double]
    /// The numbers by the metrics' names.
    public var metrics: [String: EvaluationReport.Value]
  }

  /// The version of the file's format.
  public var formatVersion: Int
  /// The models.
  public var models: [EvaluatedModel]
  /// The tasks.
  public var tasks: [String]
  /// The metric that speaks for each task.
  public var metrics: [String]
  /// The share of right answers of somebody who guesses, for each task.
  public var chances: [Double?]
  /// How many questions are learnt from, besides none.
  public var exampleCounts: [Int]
  /// How often so many are drawn.
  public var drawCount: Int
  /// The learning rates that are tried.
  public var rates: [Double]
  /// The steps of each fine-tuning.
  public var steps: Int
  /// How many questions are asked.
  public var questionCount: Int
  /// All that is drawn follows from it.
  public var seed: UInt64
  /// What was answered so far.
  public var cells: [Cell]

  /// What one model answered to a task after so many examples, draw by draw.
  func cells(_ path: String, _ task: String, _ examples: Int) -> [Cell] {
    cells.filter { $0.path == path && $0.task == task && $0.examples == examples }
  }
}

extension LearningCurveRecord: StudyRecord {
  func compares(sameAs other: LearningCurveRecord) -> Bool {
    var (first, second) = (self, other)
    (first.cells, second.cells) = ([], [])
    return first == second
  }
}
