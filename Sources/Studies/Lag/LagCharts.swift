import GrowthSelection
import Reports

/// The figures of a lag study: losses after growing, and how much of the end they foretell.
struct LagCharts {
  private let record: LagRecord
  private let losses: LagLosses
  private let analysis: LagAnalysis
  /// The strategies' indices, the least final loss first.
  private let ranking: [Int]
  /// Each strategy's mean less the middle one of all strategies, `[strategy][lag]`.
  private let differences: [[Double]]
  /// The strategies that go more than three times as far from the middle as all others, and would press
  /// these into one line.
  private let outlying: [Int]

  /// The figures of a record, or nil for one that is not complete.
  init?(_ record: LagRecord) throws(LagError) {
    guard let losses = try record.completeLosses(), let analysis = record.analysis else {
      return nil
    }
    self.record = record
    self.losses = losses
    self.analysis = analysis
    ranking = record.ranking
    let means = losses.strategies.indices.map { strategy in
      losses.lags.indices.compactMap { record.meanLoss(strategy, lag: $0) }
    }
    differences = Self.differences(means)
    outlying = Self.outlying(differences)
  }

  private static func differences(_ means: [[Double]]) -> [[Double]] {
    let middles = (means.first ?? []).indices.map { lag in
      let sorted = means.map { $0[lag] }.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    return means.map { zip($0, middles).map { $0 - $1 } }
  }

  private static func outlying(_ differences: [[Double]]) -> [Int] {
    let farthest = differences.map { $0.map(abs).max() ?? 0 }
    var order = farthest.indices.sorted { farthest[$0] < farthest[$1] }
    var outlying: [Int] = []
    while order.count > 2, farthest[order[order.count - 1]] > 3 * farthest[order[order.count - 2]] {
      outlying.append(order.removeLast())
    }
    return outlying.sorted()
  }

  /// The figures in the order of the page.
  var sections: [Study.Section] {
    [
      Study.Section(
        title: "Losses after growing",
        charts: [lossChart],
        legend:
          "Green is the strategy that is best at the end, blue keeps the function, grey does not. "
          + "Point at a line or a dot for its name.\(cutOff)"
      ),
      Study.Section(title: "What early losses tell", charts: [rankChart, regretChart]),
      Study.Section(title: "Early and final losses", charts: [scatter]),
    ]
  }

  /// What is said about strategies that the charts of losses have no room for.
  private var cutOff: String {
    let names = outlying.map { losses.strategies[$0] }
    guard !names.isEmpty else { return "" }
    return " Far from all others, and mostly outside of the charts of losses: "
      + names.joined(separator: ", ") + "."
  }

  private func look(_ strategy: Int) -> LagChart.Look {
    if strategy == ranking.first { return .chosen }
    return record.strategies[strategy].preservesFunction == .exact ? .preserving : .plain
  }

  private var lossChart: LagChart {
    let shown = differences.indices.filter { !outlying.contains($0) }.flatMap { differences[$0] }
    let (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    let margin = (high - low) * 0.04
    return LagChart(
      title: "Held-out loss after growing, mean over seeds",
      xTitle: "steps after growing",
      yTitle: "nats a token, above the middle strategy",
      summary:
        "Held-out loss of each strategy over the steps after growing, less the middle one's.",
      // The best is drawn last, above the others.
      lines: ranking.reversed().map { strategy in
        LagChart.Line(
          name: losses.strategies[strategy],
          look: look(strategy),
          points: losses.lags.indices.map { (Double(losses.lags[$0]), differences[strategy][$0]) }
        )
      },
      lags: losses.lags,
      yRange: low - margin...max(high + margin, low - margin + 1e-9)
    )
  }

  private var rankChart: LagChart {
    let known = analysis.points.compactMap { point in point.spearman.map { (point.lag, $0) } }
    return overLags(
      known,
      title: "How early losses rank as final ones",
      yTitle: "Spearman's rho(t), 95 %",
      summary: "Rank correlation of the losses at each lag with the final ones.",
      name: "Spearman's rho",
      yRange: min(0, known.map(\.1.low).min() ?? 0)...1
    )
  }

  private var regretChart: LagChart {
    overLags(
      analysis.points.compactMap { point in point.regret.map { (point.lag, $0) } },
      title: "What choosing at a lag costs",
      yTitle: "regret(t), nats a token",
      summary: "How much worse the strategy chosen at each lag ends than the best.",
      name: "regret"
    )
  }

  /// A figure of the analysis with its interval over the lags.
  private func overLags(
    _ points: [(lag: Int, figure: LagAnalysis.Figure)],
    title: String,
    yTitle: String,
    summary: String,
    name: String,
    yRange: ClosedRange<Double>? = nil
  ) -> LagChart {
    LagChart(
      title: title,
      xTitle: "steps after growing",
      yTitle: yTitle,
      summary: summary,
      lines: [
        LagChart.Line(
          name: name,
          look: .chosen,
          points: points.map { (Double($0.lag), $0.figure.value) }
        )
      ],
      band: points.map { (Double($0.lag), $0.figure.low, $0.figure.high) },
      lags: losses.lags,
      yRange: yRange
    )
  }

  private var scatter: LagChart {
    let early = record.earlyLag
    return LagChart(
      title: "Early against final loss, each seed",
      xTitle: "loss \(losses.lags[early]) steps after growing",
      yTitle: "loss at the end",
      summary: "Early loss of each strategy and seed against its final loss.",
      dots: ranking.reversed().filter { !outlying.contains($0) }.map { strategy in
        LagChart.Line(
          name: losses.strategies[strategy],
          look: look(strategy),
          points: losses.losses.map { ($0[strategy][early], $0[strategy][losses.lags.count - 1]) }
        )
      }
    )
  }
}
