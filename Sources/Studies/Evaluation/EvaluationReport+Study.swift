import Evaluation
import Reports
import Statistics

extension EvaluationReport {
  /// What came out, for a page and as Markdown.
  package var study: Study {
    Study(
      title: "Answers",
      lead: "\(Self.counted(models.count, "model")), \(Self.counted(taskNames.count, "task")); "
        + "each number with its standard error over the questions.",
      sections: [answers, onTheWay, repetitions, allNumbers, texts].compactMap(\.self),
      facts: facts
    )
  }

  /// The same for a terminal.
  public var terminalText: String {
    [answers, texts].compactMap(\.self).map(\.terminalText).joined(separator: "\n")
  }

  private var models: [String] { Self.unique(records.map { name(of: $0.model) }) }
  private var taskNames: [String] { Self.unique(records.flatMap { $0.tasks.map(\.task) }) }
  private var hasSteps: Bool {
    Set(records.map { "\($0.model.path) \($0.model.step)" }).count > models.count
  }

  private static func unique(_ names: [String]) -> [String] {
    names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
  }

  // MARK: Tables

  /// The number that speaks for each task, a row a model.
  private var answers: Study.Section? {
    guard !taskNames.isEmpty else { return nil }
    let knowsLosses = records.contains { $0.validationLoss != nil }
    let heads = ["model", "step"] + (knowsLosses ? ["loss"] : []) + taskNames
    let rows = records.map { record in
      [label(of: record), "\(record.model.step)"]
        + (knowsLosses
          ? [record.validationLoss.map { Self.number($0, digits: 4) } ?? "-"] : [])
        + taskNames.map { name in
          record.tasks.last { $0.task == name }.map(Self.cell) ?? "-"
        }
    }
    let chances = taskNames.map { name in
      records.lazy.flatMap(\.tasks).first { $0.task == name }?.chance.map {
        Self.number($0, digits: 3)
      } ?? "-"
    }
    let guessing = ["guessing", "-"] + (knowsLosses ? ["-"] : []) + chances
    return Study.Section(
      title: "Answers",
      findings: warnings,
      tables: [
        Study.Table(
          caption: "The number that speaks for each task.",
          heads: heads,
          rows: rows + (chances.contains { $0 != "-" } ? [guessing] : []),
          numbers: 1..<heads.count
        )
      ]
    )
  }

  private var warnings: [String] {
    records.flatMap { record in
      record.tasks.flatMap { Self.warnings($0, of: label(of: record)) }.map { $0 + "." }
    }
  }

  /// What makes a result less than it looks, a sentence each without its full stop.
  static func warnings(_ result: TaskResult, of name: String) -> [String] {
    let known = result.knownCount ?? 0
    let shortened =
      result.shortenedCount == 0
      ? []
      : [
        "\(name): of \(result.shortenedCount) of \(result.questionCount) questions of \(result.task) the beginning was left out, "
          + "since the model sees fewer tokens"
      ]
    return shortened
      + (known == 0
        ? []
        : [
          "\(name): \(known) of \(result.questionCount) questions of \(result.task) stand in the text that it was trained on"
        ])
  }

  private static func cell(_ result: TaskResult) -> String {
    guard let value = result.mean(of: result.metric) else { return "-" }
    let error = result.standardError(of: result.metric)
    return number(value, digits: 3) + (error.map { " ± \(number($0, digits: 3))" } ?? "")
  }

  private static func number(_ value: Double, digits: Int) -> String {
    NumberFormat.fixed(value, digits: digits)
  }

  private var allNumbers: Study.Section? {
    let heads = ["model", "step", "task", "questions", "shots"] + Metric.allCases.map(\.rawValue)
    let rows = records.flatMap { record in
      record.tasks.map { result in
        [
          label(of: record), "\(record.model.step)", result.task, "\(result.questionCount)",
          "\(result.shotCount)",
        ]
          + Metric.allCases.map { metric in
            result.mean(of: metric).map { Self.number($0, digits: 3) } ?? "-"
          }
      }
    }
    guard !rows.isEmpty else { return nil }
    return Study.Section(
      title: "All numbers",
      tables: [
        Study.Table(
          caption: "The mean of each metric.",
          heads: heads,
          rows: rows,
          numbers: 3..<heads.count
        )
      ]
    )
  }

  private var texts: Study.Section? {
    let rows = records.flatMap { record in
      record.texts.map { result in
        [
          label(of: record), "\(record.model.step)", result.source,
          NumberFormat.grouped(result.byteCount),
          NumberFormat.grouped(result.tokenCount), Self.number(result.lossPerToken, digits: 4),
          Self.number(result.bitsPerByte, digits: 4),
        ]
      }
    }
    guard !rows.isEmpty else { return nil }
    return Study.Section(
      title: "Texts",
      tables: [
        Study.Table(
          caption: "How well each model foretells texts; bits a byte compare between tokenizers.",
          heads: ["model", "step", "source", "bytes", "tokens", "nats a token", "bits a byte"],
          rows: rows,
          numbers: 3..<7
        )
      ]
    )
  }

  private var facts: [Study.Fact] {
    records.first.map { first in
      let sets = Self.unique(
        first.tasks.map {
          "\($0.task): \($0.questionCount) questions, \($0.shotCount) solved examples, seed \($0.seed)"
        }
      )
      return sets.map { Study.Fact("task", $0) }
        + [Study.Fact("each question begins a document", first.beginsDocuments ? "yes" : "no")]
    } ?? []
  }

  // MARK: Figures

  /// Each task's number over the validation loss, where several checkpoints of a run were asked.
  private var onTheWay: Study.Section? {
    guard hasSteps else { return nil }
    let figures = taskNames.compactMap { task in
      figure(
        task,
        title: "\(task) while the loss falls",
        axis: Figure.Axis("validation loss, nats a token")
      ) {
        $0.order == .asTrained ? $0.validationLoss : nil
      }
    }
    return figures.isEmpty ? nil : Study.Section(title: "On the way", figures: figures)
  }

  /// Each task's number over how often the middle block runs.
  private var repetitions: Study.Section? {
    guard Set(records.compactMap(\.repeats)).count > 1 else { return nil }
    return Study.Section(
      title: "The middle block run again",
      findings: taskNames.flatMap { task in models.compactMap { bestRepeats(of: $0, task) } },
      figures: taskNames.compactMap { task in
        figure(task, title: task, axis: Figure.Axis("times that the middle block runs")) {
          $0.repeats.map(Double.init)
        }
      }
    )
  }

  private func figure(
    _ task: String,
    title: String,
    axis: Figure.Axis,
    x: (EvaluationRecord) -> Double?
  ) -> Figure? {
    let curves = models.enumerated().map { index, model in
      let places = records.filter { name(of: $0.model) == model }.compactMap {
        record -> Figure.Place? in
        guard let x = x(record), let result = record.tasks.last(where: { $0.task == task }),
          let y = result.mean(of: result.metric)
        else { return nil }
        let error = result.standardError(of: result.metric) ?? 0
        return Figure.Place(x: x, y: y, low: y - error, high: y + error)
      }
      .sorted { $0.x < $1.x }
      return Figure.Curve(
        name: model,
        style: index,
        line: places.map { Figure.Place(x: $0.x, y: $0.y) },
        marks: places
      )
    }
    .filter { !$0.marks.isEmpty }
    guard let result = records.lazy.flatMap(\.tasks).first(where: { $0.task == task }),
      !curves.isEmpty
    else {
      return nil
    }
    return Figure(
      title: title,
      summary: "\(result.metric.rawValue) of \(task) for \(Self.counted(curves.count, "model")).",
      horizontal: axis,
      vertical: Figure.Axis(result.metric.rawValue),
      curves: curves,
      levels: result.metric.isShare
        ? result.chance.map { [Figure.Level(name: "guessing", y: $0)] } ?? [] : []
    )
  }

  /// With how many repetitions a model answers best, and from where on they hurt, by differences question by question.
  private func bestRepeats(of model: String, _ task: String) -> String? {
    let results = records.filter { name(of: $0.model) == model }.compactMap { record in
      record.repeats.flatMap { repeats in
        record.tasks.last { $0.task == task }.map { (repeats: repeats, result: $0) }
      }
    }
    .sorted { $0.repeats < $1.repeats }
    guard let trained = results.first(where: { $0.repeats == 1 }) else { return nil }
    let gains = results.filter { $0.repeats != 1 && $0.result.checksum == trained.result.checksum }
      .compactMap { other in
        SampleMean(gainOf: other.result, over: trained.result).map {
          (repeats: other.repeats, gain: $0)
        }
      }
    guard let best = gains.max(by: { $0.gain.value < $1.gain.value }) else { return nil }
    let hurting = gains.first { $0.gain.value < -2 * ($0.gain.standardError ?? .infinity) }
    return
      "\(model), \(task): with the middle run \(best.repeats) times \(best.gain.text) over as trained, the best of "
      + "those tried; "
      + (hurting.map { "\($0.repeats) times hurt: \($0.gain.text)." }
        ?? "none hurts beyond two standard errors.")
  }
}

extension SampleMean {
  /// How much better a model answered the same questions in one order of its layers than in another; nil where the
  /// questions differ in number.
  fileprivate init?(gainOf result: TaskResult, over other: TaskResult) {
    let name = result.metric.rawValue
    guard let scores = result.scores[name], let others = other.scores[name], !scores.isEmpty,
      scores.count == others.count
    else { return nil }
    self.init(zip(scores, others).map { $0 - $1 })
  }

  fileprivate var text: String {
    (value < 0 ? "" : "+") + NumberFormat.fixed(value, digits: 3)
      + (standardError.map { " ± " + NumberFormat.fixed($0, digits: 3) } ?? "")
  }
}
