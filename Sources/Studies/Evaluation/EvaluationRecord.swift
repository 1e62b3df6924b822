import Evaluation

/// What one model answered, in one order of its layers: the contents of a file of an evaluation's folder.
public struct EvaluationRecord: Codable, Hashable, Sendable {
  /// The version of the format.
  static let formatVersion = 1

  /// The version of the file's format.
  public var formatVersion: Int
  /// The model.
  public var model: EvaluatedModel
  /// The order in which its layers ran.
  public var order: LayerOrder
  /// How often the middle block ran; nil for another order.
  public var repeats: Int?
  /// Whether each question was the beginning of a document.
  public var beginsDocuments: Bool
  /// The loss of each next token of its run's validation set in this order, in nats; nil outside of a run, or where the run's
  /// token file is gone.
  public var validationLoss: Double?
  /// The same in bits a byte of text.
  public var bitsPerByte: Double?
  /// What it answered, task by task.
  public var tasks: [TaskResult]
  /// How well it foretold texts, source by source.
  public var texts: [TextResult]
  /// The checksum of the texts; nil where none were read.
  public var textsChecksum: String?

  init(model: EvaluatedModel, order: LayerOrder, repeats: Int?, beginsDocuments: Bool) {
    formatVersion = Self.formatVersion
    self.model = model
    self.order = order
    self.repeats = repeats
    self.beginsDocuments = beginsDocuments
    (tasks, texts) = ([], [])
  }

  /// What was answered to the questions of a checksum.
  func result(_ checksum: String) -> TaskResult? { tasks.first { $0.checksum == checksum } }

  /// Takes a result, in place of an earlier one of the same task.
  mutating func take(_ result: TaskResult) {
    let place = tasks.firstIndex { $0.task == result.task && $0.shotCount == result.shotCount }
    if let place { tasks[place] = result } else { tasks.append(result) }
  }
}

extension EvaluationRecord: StudyRecord {
  /// Of another model, order or way to ask it would be another file's.
  func compares(sameAs other: EvaluationRecord) -> Bool {
    formatVersion == other.formatVersion && model.checksum == other.model.checksum
      && model.step == other.model.step && order == other.order
      && beginsDocuments == other.beginsDocuments
  }
}
