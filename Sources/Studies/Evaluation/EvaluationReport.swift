import Evaluation
import Reports
import Tables

/// What models answered, side by side.
public struct EvaluationReport: Sendable {
  let records: [EvaluationRecord]
  /// What tables call each path's model.
  private let names: [String: String]

  /// Puts answers side by side.
  init(_ records: [EvaluationRecord]) {
    self.records = records
    let models = records.map(\.model)
    names = Dictionary(models.map { ($0.path, models.label(of: $0)) }) { first, _ in first }
  }

  /// What tables call a model, whatever its checkpoint and the order of its layers.
  func name(of model: EvaluatedModel) -> String { names[model.path] ?? model.name }

  /// The same with the order of its layers.
  func label(of record: EvaluationRecord) -> String {
    name(of: record.model) + (record.order == .asTrained ? "" : ", \(record.order.name)")
  }

  /// A number of a task with its standard error.
  public struct Value: Codable, Hashable, Sendable {
    /// The mean over the questions.
    public var value: Double
    /// Its standard error; nil for a single question.
    public var standardError: Double?
  }

  /// What a model answered to a task, without its single answers.
  public struct Summary: Codable, Hashable, Sendable {
    /// The model.
    public var model: EvaluatedModel
    /// The order in which its layers ran.
    public var order: LayerOrder
    /// The loss of each next token of its run's validation set in this order, in nats.
    public var validationLoss: Double?
    /// The same in bits a byte.
    public var bitsPerByte: Double?
    /// The task.
    public var task: String
    /// How many questions were asked.
    public var questionCount: Int
    /// How many solved examples stood before each.
    public var shotCount: Int
    /// The share of right answers of somebody who guesses.
    public var chance: Double?
    /// The numbers by the metrics' names.
    public var metrics: [String: Value]
  }

  /// Texts that a model foretold.
  public struct TextSummary: Codable, Hashable, Sendable {
    /// The model.
    public var model: EvaluatedModel
    /// The order in which its layers ran.
    public var order: LayerOrder
    /// The texts of each source.
    public var result: TextResult
    /// The loss in bits a byte.
    public var bitsPerByte: Double
  }

  /// The contents of `evaluation.json`.
  public struct Contents: Codable, Hashable, Sendable {
    /// The version of the format.
    public var formatVersion: Int
    /// A number of numbers for each model and task.
    public var answers: [Summary]
    /// The texts.
    public var texts: [TextSummary]
  }

  /// All numbers but those of single answers.
  public var summary: Contents {
    Contents(
      formatVersion: EvaluationRecord.formatVersion,
      answers: records.flatMap { record in
        record.tasks.map { result in
          Summary(
            model: record.model,
            order: record.order,
            validationLoss: record.validationLoss,
            bitsPerByte: record.bitsPerByte,
            task: result.task,
            questionCount: result.questionCount,
            shotCount: result.shotCount,
            chance: result.chance,
            metrics: Self.values(of: result)
          )
        }
      },
      texts: records.flatMap { record in
        record.texts.map {
          TextSummary(
            model: record.model,
            order: record.order,
            result: $0,
            bitsPerByte: $0.bitsPerByte
          )
        }
      }
    )
  }

  /// The mean of each metric that was counted.
  static func values(of result: TaskResult) -> [String: Value] {
    Dictionary(
      uniqueKeysWithValues: result.metrics.compactMap { metric in
        result.mean(of: metric).map {
          (metric.rawValue, Value(value: $0, standardError: result.standardError(of: metric)))
        }
      }
    )
  }

  /// A line for each model, task and metric.
  var csv: String {
    let heads = [
      "model", "path", "step", "method", "seed", "validation_loss", "bits_per_byte", "order",
      "task", "questions", "shots",
      "metric", "value", "standard_error", "chance",
    ]
    let lines = summary.answers.flatMap { answer in
      answer.metrics.sorted { $0.key < $1.key }.map { cells(answer, $0, $1) }
    }
    return CSVText.lines([heads] + lines)
  }

  private func cells(_ answer: Summary, _ metric: String, _ value: Value) -> [String] {
    func text(_ number: Double?) -> String { number.map { "\($0)" } ?? "" }
    let model = answer.model
    let ofModel = [
      name(of: model), model.path, "\(model.step)", model.method ?? "",
      model.seed.map { "\($0)" } ?? "",
      text(answer.validationLoss), text(answer.bitsPerByte), answer.order.name,
    ]
    return ofModel + [
      answer.task, "\(answer.questionCount)", "\(answer.shotCount)", metric, text(value.value),
      text(value.standardError), text(answer.chance),
    ]
  }
}
