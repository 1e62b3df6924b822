import GrowthSelection
import Reports

extension LagRecord {
  /// What came out, as a page and as Markdown.
  ///
  /// - Throws: ``LagError`` for losses that are not of the shape that the record says.
  package func study() throws(LagError) -> Study {
    let seeds = seeds.count == 1 ? "1 seed" : "\(seeds.count) seeds"
    return Study(
      title: "\(name): ways to grow",
      lead:
        "\(strategies.count) ways to grow from \(layersBefore) to \(layersAfter) layers after step "
        + "\(growthStep), \(seeds).",
      sections: [Study.Section(title: "In short", findings: findings)]
        + (try LagCharts(self)?.sections ?? [])
        + [
          Study.Section(title: "Tables", tables: [lossTable(lagCount: 6, inFull: true), lagTable])
        ],
      facts: []
    )
  }

  /// The same for a terminal, in fewer columns.
  package var summary: String {
    Study.Section(
      title: "",
      findings: findings,
      tables: [lossTable(lagCount: 4, inFull: false), lagTable]
    ).terminalText
  }

  /// The strategies' indices, the least final loss first.
  var ranking: [Int] {
    let final = strategies.indices.map { meanLoss($0, lag: lags.count - 1) ?? .infinity }
    return strategies.indices.sorted { (final[$0], $0) < (final[$1], $1) }
  }

  /// The index of the lag about a tenth of the way, at which one would choose.
  var earlyLag: Int {
    let end = lags.last ?? 0
    return lags.lastIndex { $0 * 10 <= end } ?? 0
  }

  /// The mean over the seeds that have run, nil where none has.
  func meanLoss(_ strategy: Int, lag: Int) -> Double? {
    let known = losses.compactMap { $0[strategy]?[lag] }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  /// The strategies by their final losses, with losses on the way.
  ///
  /// - Parameters:
  ///   - lagCount: At how many lags.
  ///   - inFull: Whether with layer maps, the early lag and each seed's final loss.
  /// - Returns: The table.
  private func lossTable(lagCount: Int, inFull: Bool) -> Study.Table {
    // The first lag, the last, and some between.
    var shown = Set((0..<lagCount).map { $0 * (lags.count - 1) / (lagCount - 1) })
    if inFull { shown.insert(earlyLag) }
    var heads = ["strategy", "same function"]
    if inFull { heads.insert("layer map", at: 1) }
    heads += shown.sorted().map { "loss at \(lags[$0])" }
    if inFull { heads += seeds.map { "seed \($0)" } }
    let rows = ranking.map { index in
      let strategy = strategies[index]
      var row = [strategy.name, strategy.preservesFunction.rawValue]
      if inFull { row.insert(strategy.layerMap, at: 1) }
      row += shown.sorted().map { Self.number(meanLoss(index, lag: $0), digits: 4) }
      if inFull { row += losses.map { Self.number($0[index]?.last, digits: 4) } }
      return row
    }
    return Study.Table(
      caption:
        "Held-out losses in nats a token so many steps after growing, mean over seeds, and at the "
        + "end with each seed.",
      heads: heads,
      rows: rows,
      numbers: (inFull ? 3 : 2)..<heads.count
    )
  }

  /// What each lag tells about the end, of all strategies and without those that keep the function.
  private var lagTable: Study.Table {
    let heads = [
      "lag", "Spearman", "95 %", "above lag \(lags[0])", "95 %", "Pearson", "regret", "95 %",
      "hits",
      "without preserving", "95 %", "regret",
    ]
    let rows = (analysis?.points ?? []).map { point in
      let other = analysisWithoutPreserving?.points.first { $0.lag == point.lag }
      let hits = Int((point.hitRate * Double(seeds.count)).rounded())
      return [
        "\(point.lag)", Self.number(point.spearman?.value, digits: 2),
        Self.interval(point.spearman, digits: 2), Self.number(point.gain?.value, digits: 2),
        Self.interval(point.gain, digits: 2), Self.number(point.pearson?.value, digits: 2),
        Self.number(point.regret?.value, digits: 4), Self.interval(point.regret, digits: 4),
        "\(hits)/\(seeds.count)", Self.number(other?.spearman?.value, digits: 2),
        Self.interval(other?.spearman, digits: 2), Self.number(other?.regret?.value, digits: 4),
      ]
    }
    return Study.Table(
      caption: "What losses so many steps after growing tell about the end.",
      heads: heads,
      rows: rows,
      numbers: heads.indices
    )
  }

  private var findings: [String] {
    guard let analysis, let best = ranking.first else { return [] }
    var lines = [
      "best at the end: \(strategies[best].name)",
      analysis.settledLag.map {
        "the ranking is settled from lag \($0) on (Spearman \(LagAnalysis.threshold) or more)"
      } ?? "the ranking does not settle before the end (Spearman \(LagAnalysis.threshold))",
    ]
    if let ceiling = analysis.noiseCeiling {
      lines.append("final rankings of two seeds agree to \(Self.number(ceiling, digits: 2))")
    }
    if let rho = analysisWithoutPreserving?.points.first?.spearman {
      lines.append(
        "without strategies that keep the function, Spearman at lag 0 is "
          + Self.number(rho.value, digits: 2)
      )
    }
    return lines
      + selections.map { selection in
        let names = Set(selection.strategies).sorted().joined(separator: ", ")
        return "chosen \(selection.selector): \(names), regret "
          + "\(Self.number(selection.regret, digits: 4)), cost "
          + "\(Int(selection.extraSteps.rounded())) steps"
      }
  }

  private static func number(_ value: Double?, digits: Int) -> String {
    value.map { NumberFormat.fixed($0, digits: digits) } ?? "-"
  }

  private static func interval(_ figure: LagAnalysis.Figure?, digits: Int) -> String {
    figure.map { "\(number($0.low, digits: digits)) to \(number($0.high, digits: digits))" } ?? "-"
  }
}
