import Reports
import Statistics
import Tables

extension IsoplotStudy.Contents {
  /// What came out, for a page and as Markdown.
  package var study: Study {
    Study(
      title: "Answers at equal loss",
      lead:
        "\(methods.count) methods over \(points.count) checkpoints; what others are compared with: "
        + "\(isoplot.baseline).",
      sections: [gaps, losses] + tasks.map(section),
      facts: facts
    )
  }

  /// The same for a terminal.
  public var terminalText: String { [gaps, losses].map(\.terminalText).joined(separator: "\n") }

  private var methods: [String] { [isoplot.baseline] + isoplot.comparisons.map(\.method) }
  private var tasks: [String] { metrics.keys.sorted() }
  private var unit: String { loss == "nats" ? "nats a token" : "bits a byte" }

  // MARK: Tables

  private var gaps: Study.Section {
    Study.Section(
      title: "The gap at equal loss",
      claim:
        "A method has an inductive bias toward a task where it answers better than another at the same validation loss "
        + "(Saunshi et al. 2024, arXiv 2409.19044).",
      findings: findings,
      tables: [
        Study.Table(
          caption:
            "How much higher each method scores than \(isoplot.baseline) at equal loss, with a 95 % interval over "
            + "seeds and questions, and the probability of a gap as large if the method were nothing but a name.",
          heads: ["method", "task", "metric", "gap", "95 %", "p", "p, all tasks", "seeds"],
          rows: isoplot.comparisons.flatMap { comparison in
            comparison.tasks.map { row(comparison, $0) }
          },
          numbers: 3..<8
        )
      ]
    )
  }

  private func row(_ comparison: IsoplotComparison, _ gap: IsoplotComparison.TaskGap) -> [String] {
    [
      comparison.method, gap.task, metrics[gap.task] ?? "",
      Self.signed(gap.gap?.value ?? gap.lines?.value),
      Self.interval(gap.gap), Self.probability(gap.test?.probability),
      Self.probability(gap.adjustedProbability),
      "\(comparison.seeds.count)",
    ]
  }

  private var findings: [String] {
    isoplot.comparisons.flatMap { comparison -> [String] in
      let common = comparison.tasks.filter { $0.lines == nil }.map(\.task)
      let least = 2 / Double(1 << min(comparison.seeds.count, 60))
      let few =
        least > 0.05
        ? [
          "\(comparison.method): with \(comparison.seeds.count) seeds no probability can be below "
            + "\(NumberFormat.fixed(least, digits: 3)); six seeds are the fewest for 0.05."
        ] : []
      let none =
        common.isEmpty
        ? []
        : [
          "\(comparison.method): fewer than two checkpoints of it or of \(isoplot.baseline) lie at losses that both reach "
            + "(\(common.joined(separator: ", "))); keep more (checkpoints.keep) and ask --checkpoints all."
        ]
      return comparison.tasks.compactMap { sentence(comparison.method, $0) } + few + none
    }
  }

  private func sentence(_ method: String, _ gap: IsoplotComparison.TaskGap) -> String? {
    guard let probability = gap.adjustedProbability, let estimate = gap.gap, probability < 0.05
    else { return nil }
    return
      "\(method) scores \(estimate.value > 0 ? "higher" : "lower") on \(gap.task) than \(isoplot.baseline) at equal loss: "
      + "\(Self.signed(estimate.value)) (\(Self.interval(estimate)), p \(Self.probability(probability)) over all tasks)."
  }

  private var losses: Study.Section {
    Study.Section(
      title: "Are the losses equal?",
      tables: [
        Study.Table(
          caption:
            "The last checkpoints' losses less those of \(isoplot.baseline), seed by seed, in \(unit), with a 90 % "
            + "interval; they count as equal (p below 0.05) where it lies inside the margin.",
          heads: ["method", "difference", "90 %", "margin", "p"],
          rows: isoplot.comparisons.map { comparison in
            let test = comparison.finalLosses
            return [
              comparison.method, Self.signed(test?.difference.value, digits: 4),
              Self.interval(test?.difference, digits: 4),
              test.map { "± \(NumberFormat.fixed($0.margin.upperBound, digits: 4))" } ?? "-",
              Self.probability(test?.probability),
            ]
          },
          numbers: 1..<5
        )
      ]
    )
  }

  // MARK: Figures

  private func section(_ task: String) -> Study.Section {
    let curves = methods.enumerated().map { index, method in
      Figure.Curve(
        name: method,
        style: index,
        line: line(of: method, task),
        marks: points.filter { $0.method == method }.compactMap { point in
          point.means[task].map { Figure.Place(x: point.loss, y: $0) }
        }
      )
    }
    return Study.Section(
      title: task,
      figures: [
        Figure(
          title: "\(metrics[task] ?? "") over the validation loss",
          summary: "Each mark is a checkpoint; lines are fitted where both methods' losses lie.",
          horizontal: Figure.Axis("validation loss, \(unit)"),
          vertical: Figure.Axis(metrics[task] ?? ""),
          curves: curves
        )
      ]
    )
  }

  /// A method's line over the losses that it shares with the baseline; the baseline's over those with the first method.
  private func line(of method: String, _ task: String) -> [Figure.Place] {
    let comparison = isoplot.comparisons.first { method == isoplot.baseline || $0.method == method }
    guard let lines = comparison?.tasks.first(where: { $0.task == task })?.lines else { return [] }
    let line = method == isoplot.baseline ? lines.baselineLine : lines.line
    return [lines.losses.lowerBound, lines.losses.upperBound].map {
      Figure.Place(x: $0, y: line($0))
    }
  }

  private var facts: [Study.Fact] {
    [
      Study.Fact(
        "intervals",
        "hierarchical bootstrap over seeds, then questions, \(isoplot.settings.drawCount) draws, seed \(isoplot.settings.seed)"
      ),
      Study.Fact(
        "tests",
        "methods change places within seeds; Holm's rule over tasks; TOST for losses"
      ),
    ]
  }

  // MARK: Texts

  /// A line for each checkpoint and task.
  var csv: String {
    let heads = ["method", "seed", "step", "loss", "task", "metric", "mean"]
    let lines = points.flatMap { point in
      point.means.sorted { $0.key < $1.key }.map { task, mean in
        [
          point.method, "\(point.seed)", "\(point.step)", "\(point.loss)", task,
          metrics[task] ?? "", "\(mean)",
        ]
      }
    }
    return CSVText.lines([heads] + lines)
  }

  private static func signed(_ number: Double?, digits: Int = 3) -> String {
    guard let number, number.isFinite else { return "-" }
    return (number < 0 ? "" : "+") + NumberFormat.fixed(number, digits: digits)
  }

  private static func interval(_ estimate: Estimate?, digits: Int = 3) -> String {
    guard let estimate, estimate.low.isFinite, estimate.high.isFinite else { return "-" }
    return "\(signed(estimate.low, digits: digits)) to \(signed(estimate.high, digits: digits))"
  }

  private static func probability(_ number: Double?) -> String {
    number.map { NumberFormat.fixed($0, digits: 3) } ?? "-"
  }
}
