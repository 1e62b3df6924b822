import Evaluation
import Foundation
import Reports
import Statistics
import Tables

extension LearningCurveRecord {
  /// What came out, for a page and as Markdown.
  package var study: Study {
    Study(
      title: "How many examples it takes",
      lead:
        "\(models.count) models fine-tuned on \(exampleCounts.map { "\($0)" }.joined(separator: ", ")) questions of a task "
        + "and asked \(questionCount) others.",
      sections: tasks.indices.map(section),
      facts: [
        Study.Fact("draws of the examples", "\(drawCount), from seed \(seed)"),
        Study.Fact("steps", "\(steps)"),
        Study.Fact(
          "learning rates",
          rates.map { "\($0)" }.joined(separator: ", ")
            + ", the best by the loss on about 64 held-out questions"
        ),
      ]
    )
  }

  /// The same for a terminal.
  public var terminalText: String {
    tasks.indices.map { section($0).terminalText }.joined(separator: "\n")
  }

  private var groups: [(name: String, models: [EvaluatedModel])] {
    let names = models.reduce(into: [String]()) { if !$0.contains($1.name) { $0.append($1.name) } }
    return names.map { name in (name, models.filter { $0.name == name }) }
  }

  private func section(_ index: Int) -> Study.Section {
    let task = tasks[index]
    return Study.Section(
      title: task,
      figures: [figure(index)],
      tables: [
        Study.Table(
          caption:
            "\(metrics[index]) of \(task): the mean over draws, and over seeds of a name, with a 95 % interval over "
            + "seeds where there are several, else over draws.",
          heads: ["model", "runs"] + ([0] + exampleCounts).map { $0 == 0 ? "none" : "\($0)" },
          rows: groups.map { group in
            [group.name, "\(group.models.count)"]
              + ([0] + exampleCounts).map { text(estimate(group.models, index, $0)) }
          } + [["guessing", "-"] + ([0] + exampleCounts).map { _ in number(chances[index]) }],
          numbers: 1..<(exampleCounts.count + 3)
        )
      ]
    )
  }

  /// The value of models of one name after so many examples; nil before any has answered.
  private func estimate(_ models: [EvaluatedModel], _ index: Int, _ examples: Int) -> Estimate? {
    let values = models.map { model in
      cells(model.path, tasks[index], examples).compactMap { $0.metrics[metrics[index]]?.value }
    }
    .filter { !$0.isEmpty }
    guard let first = values.first else { return nil }
    return Estimate.mean(of: values.count > 1 ? values.map { SampleMean($0).value } : first)
  }

  private func figure(_ index: Int) -> Figure {
    Figure(
      title: "\(metrics[index]) over examples",
      summary: "What each model answers after learning from so many questions.",
      horizontal: Figure.Axis("questions that were learnt from", isLogarithmic: true),
      vertical: Figure.Axis(metrics[index]),
      curves: groups.enumerated().map { style, group in
        let places = exampleCounts.sorted().compactMap { count -> Figure.Place? in
          guard let estimate = estimate(group.models, index, count) else { return nil }
          let isFinite = estimate.low.isFinite && estimate.high.isFinite
          return Figure.Place(
            x: Double(count),
            y: estimate.value,
            low: isFinite ? estimate.low : nil,
            high: isFinite ? estimate.high : nil
          )
        }
        return Figure.Curve(
          name: group.name,
          style: style,
          line: places.map { Figure.Place(x: $0.x, y: $0.y) },
          marks: places
        )
      },
      levels: chances[index].map { [Figure.Level(name: "guessing", y: $0)] } ?? []
    )
  }

  private func text(_ estimate: Estimate?) -> String {
    guard let estimate else { return "-" }
    guard estimate.low.isFinite, estimate.high.isFinite else { return number(estimate.value) }
    return "\(number(estimate.value)) (\(number(estimate.low)) to \(number(estimate.high)))"
  }

  private func number(_ value: Double?) -> String {
    value.map { NumberFormat.fixed($0, digits: 3) } ?? "-"
  }

  /// A line for each cell and metric.
  var csv: String {
    let heads = ["path", "task", "examples", "draw", "learning_rate", "metric", "value"]
    let lines = cells.flatMap { cell in
      cell.metrics.sorted { $0.key < $1.key }.map { metric, value in
        [
          cell.path, cell.task, "\(cell.examples)", "\(cell.draw)",
          cell.learningRate.map { "\($0)" } ?? "", metric, "\(value.value)",
        ]
      }
    }
    return CSVText.lines([heads] + lines)
  }
}
