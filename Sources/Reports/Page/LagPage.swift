import GrowthSelection

/// The page about a comparison of ways to grow.
struct LagPage {
  let title: String
  let losses: LagLosses
  let analysis: LagAnalysis
  /// The strategies that keep the function.
  let preserving: Set<String>
  /// The lag whose losses the scatter plot sets against the last ones.
  let earlyLag: Int
  /// The mean over seeds, `[strategy][lag]`.
  private let means: [[Double]]
  /// The strategies' indices, the least final loss first.
  private let ranking: [Int]
  /// Each strategy's mean less the middle one of all strategies, `[strategy][lag]`.
  private let differences: [[Double]]
  /// The strategies that go more than three times as far from the middle as all others, and would press
  /// these into one line.
  let outlying: [Int]

  init(title: String, losses: LagLosses, analysis: LagAnalysis, preserving: Set<String>) {
    self.title = title
    self.losses = losses
    self.analysis = analysis
    self.preserving = preserving
    let end = losses.lags.last ?? 0
    earlyLag = losses.lags.lastIndex { $0 * 10 <= end } ?? 0
    let means = losses.strategies.indices.map { strategy in
      losses.lags.indices.map { lag in
        losses.losses.reduce(0) { $0 + $1[strategy][lag] } / Double(losses.seedCount)
      }
    }
    self.means = means
    let last = losses.lags.count - 1
    ranking = means.indices.sorted { (means[$0][last], $0) < (means[$1][last], $1) }
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

  /// The whole document.
  var markup: Markup {
    """
    <!DOCTYPE html>
    <html xmlns="http://www.w3.org/1999/xhtml" lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'"/>
    <title>\(title)</title>
    <style>
    \(PageStyle.sheet)
    </style>
    </head>
    <body>
    <header>
    \(PageStyle.emblem)
    <h1>\(title)</h1>
    <p class="lead">\(losses.strategies.count) ways to grow, \(losses.seedCount) seeds</p>
    </header>
    <main>
    <section>
    <p class="note">Green is the strategy that is best at the end, blue keeps the function, grey does \
    not. Point at a line or a dot for its name.\(cutOff)</p>
    \(figure("Held-out loss after growing, mean over seeds", lossChart, width: 1000, height: 380))
    <div class="pair">
    \(figure("How early losses rank as final ones", rankChart, width: 490, height: 300))
    \(figure("What choosing at a lag costs", regretChart, width: 490, height: 300))
    </div>
    \(figure("Early against final loss, each seed", scatter, width: 1000, height: 360))
    </section>
    <section>
    <h2>The strategies</h2>
    \(table)
    </section>
    </main>
    </body>
    </html>

    """
  }

  private func figure(
    _ caption: String,
    _ chart: LagChart,
    width: Double,
    height: Double
  ) -> Markup {
    """
    <figure><figcaption>\(caption)</figcaption>
    \(chart.svg(width: width, height: height))
    </figure>
    """
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
    return preserving.contains(losses.strategies[strategy]) ? .preserving : .plain
  }

  private var lossChart: LagChart {
    let shown = differences.indices.filter { !outlying.contains($0) }.flatMap { differences[$0] }
    let (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    let margin = (high - low) * 0.04
    return LagChart(
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
    let known = analysis.points.compactMap { point in
      point.spearman.map { (lag: Double(point.lag), rho: $0) }
    }
    return LagChart(
      xTitle: "steps after growing",
      yTitle: "Spearman's rho(t), 95 %",
      summary: "Rank correlation of the losses at each lag with the final ones.",
      lines: [
        LagChart.Line(
          name: "Spearman's rho",
          look: .chosen,
          points: known.map { ($0.lag, $0.rho.value) }
        )
      ],
      band: known.map { ($0.lag, $0.rho.low, $0.rho.high) },
      lags: losses.lags,
      yRange: min(0, known.map(\.rho.low).min() ?? 0)...1
    )
  }

  private var regretChart: LagChart {
    let known = analysis.points.compactMap { point in
      point.regret.map { (lag: Double(point.lag), regret: $0) }
    }
    return LagChart(
      xTitle: "steps after growing",
      yTitle: "regret(t), nats a token",
      summary: "How much worse the strategy chosen at each lag ends than the best.",
      lines: [
        LagChart.Line(
          name: "regret",
          look: .chosen,
          points: known.map { ($0.lag, $0.regret.value) }
        )
      ],
      band: known.map { ($0.lag, $0.regret.low, $0.regret.high) },
      lags: losses.lags
    )
  }

  private var scatter: LagChart {
    LagChart(
      xTitle: "loss \(losses.lags[earlyLag]) steps after growing",
      yTitle: "loss at the end",
      summary: "Early loss of each strategy and seed against its final loss.",
      lines: [],
      dots: ranking.reversed().filter { !outlying.contains($0) }.map { strategy in
        LagChart.Line(
          name: losses.strategies[strategy],
          look: look(strategy),
          points: losses.losses.map {
            ($0[strategy][earlyLag], $0[strategy][losses.lags.count - 1])
          }
        )
      }
    )
  }

  private var table: Markup {
    let shown = Set([0, earlyLag, losses.lags.count - 1]).sorted()
    let heads = shown.map { lag -> Markup in "<th scope=\"col\">loss at \(losses.lags[lag])</th>" }
    let rows = ranking.map { strategy -> Markup in
      let name = losses.strategies[strategy]
      let cells = shown.map { lag -> Markup in
        "<td>\(NumberText.fixed(means[strategy][lag], decimals: 4))</td>"
      }
      return """
        <tr><th scope="row">\(name)</th><td>\(preserving.contains(name) ? "yes" : "no")</td>\(cells)</tr>
        """
    }
    return """
      <table>
      <thead><tr><th scope="col" style="text-align: left">strategy</th><th scope="col">same function</th>\(heads)</tr></thead>
      <tbody>
      \(rows)
      </tbody>
      </table>
      """
  }
}

extension Report {
  /// A self-contained HTML page about a comparison of ways to grow.
  ///
  /// - Parameters:
  ///   - title: The page's title.
  ///   - losses: Every loss.
  ///   - analysis: What they tell.
  ///   - preserving: The strategies that keep the function.
  /// - Returns: The page's source, well-formed XML.
  public static func lagPage(
    title: String,
    losses: LagLosses,
    analysis: LagAnalysis,
    preserving: Set<String>
  ) -> String {
    LagPage(title: title, losses: losses, analysis: analysis, preserving: preserving).markup.source
  }
}
