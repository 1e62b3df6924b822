import Checksums
import Corpus

/// The questions of a task, ready to be asked.
public struct QuestionSet: Sendable {
  /// The task.
  public let task: EvaluationTask
  /// How many solved examples stand before each.
  public let shotCount: Int
  /// What was drawn followed from it.
  public let seed: UInt64
  /// The questions, in the order in which all models are asked.
  public let questions: [Question]
  /// A checksum of all that is asked and of how it is put; equal ones make the answers comparable item by item.
  public let checksum: String

  init(task: EvaluationTask, shotCount: Int, seed: UInt64, questions: [Question]) {
    self.task = task
    self.shotCount = shotCount
    self.seed = seed
    self.questions = questions
    let form = task.format
    let parts =
      [
        task.name, "\(task.version)", form.delimiter, "\(form.stops)", "\(form.tokenCount)",
        "\(task.usesMutualInformation)",
      ]
      + questions.flatMap { [$0.context, "\($0.item.demand)"] }
    checksum = SHA256.hexadecimalDigest(of: parts.flatMap { Array($0.utf8) + [0] })
  }
}
