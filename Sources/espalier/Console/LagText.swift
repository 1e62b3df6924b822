import GrowthSelection
import Training

/// A comparison of growing strategies in lines for a terminal, or as Markdown.
struct LagText {
  private let record: LagRecord

  init(_ record: LagRecord) {
    self.record = record
  }

  /// For a terminal.
  var text: String {
    let lines =
      strategies(lagCount: 4, withSeeds: false).lines + [""] + lags.lines + [""]
      + Self.findings(record)
    return lines.map { $0 + "\n" }.joined()
  }

  /// As Markdown.
  var markdown: String {
    let findings = Self.findings(record).map { "- \($0)\n" }.joined()
    return strategies(lagCount: 6, withSeeds: true).markdown + "\n" + lags.markdown + "\n"
      + findings
  }

  /// The strategies by their final losses, with losses on the way.
  private func strategies(lagCount: Int, withSeeds: Bool) -> TextTable {
    let shown = Self.shownLags(record.lags, count: lagCount)
    var heads = ["strategy", "same function"]
    if withSeeds { heads.insert("layer map", at: 1) }
    heads += shown.map { "loss at \(record.lags[$0])" }
    if withSeeds { heads += record.seeds.map { "seed \($0)" } }
    let rows = Self.ranking(record).map { index in
      let strategy = record.strategies[index]
      var row = [strategy.name, strategy.preservesFunction.rawValue]
      if withSeeds { row.insert(strategy.layerMap, at: 1) }
      row += shown.map { Self.number(Self.mean(record, index, $0), digits: 4) }
      if withSeeds { row += record.losses.map { Self.number($0[index]?.last, digits: 4) } }
      return row
    }
    return TextTable(rows: [heads] + rows, numbers: (withSeeds ? 3 : 2)..<heads.count)
  }

  /// What each lag tells about the end, of all strategies and without those that keep the function.
  private var lags: TextTable {
    let heads = [
      "lag", "Spearman", "95 %", "above lag \(record.lags[0])", "95 %", "Pearson", "regret", "95 %",
      "hits", "without preserving", "95 %",
      "regret",
    ]
    let rows = (record.analysis?.points ?? []).map { point in
      let other = record.analysisWithoutPreserving?.points.first { $0.lag == point.lag }
      let hits = Int((point.hitRate * Double(record.seeds.count)).rounded())
      return [
        "\(point.lag)", Self.number(point.spearman?.value, digits: 2),
        Self.interval(point.spearman, digits: 2), Self.number(point.gain?.value, digits: 2),
        Self.interval(point.gain, digits: 2), Self.number(point.pearson?.value, digits: 2),
        Self.number(point.regret?.value, digits: 4), Self.interval(point.regret, digits: 4),
        "\(hits)/\(record.seeds.count)", Self.number(other?.spearman?.value, digits: 2),
        Self.interval(other?.spearman, digits: 2), Self.number(other?.regret?.value, digits: 4),
      ]
    }
    return TextTable(rows: [heads] + rows, numbers: heads.indices)
  }

  private static func findings(_ record: LagRecord) -> [String] {
    guard let analysis = record.analysis, let best = ranking(record).first else { return [] }
    var lines = [
      "best at the end: \(record.strategies[best].name)",
      analysis.settledLag.map {
        "the ranking is settled from lag \($0) on (Spearman \(LagAnalysis.threshold) or more)"
      } ?? "the ranking does not settle before the end (Spearman \(LagAnalysis.threshold))",
    ]
    if let ceiling = analysis.noiseCeiling {
      lines.append("final rankings of two seeds agree to \(number(ceiling, digits: 2))")
    }
    if let rho = record.analysisWithoutPreserving?.points.first?.spearman {
      lines.append(
        "without strategies that keep the function, Spearman at lag 0 is "
          + number(rho.value, digits: 2)
      )
    }
    for selection in record.selections {
      let names = Set(selection.strategies).sorted().joined(separator: ", ")
      lines.append(
        "chosen \(selection.selector): \(names), regret \(number(selection.regret, digits: 4)), "
          + "cost \(Int(selection.extraSteps.rounded())) steps"
      )
    }
    return lines
  }

  /// The first lag, the last, and some between.
  private static func shownLags(_ lags: [Int], count: Int) -> [Int] {
    let last = lags.count - 1
    return Set((0..<count).map { $0 * last / (count - 1) }).sorted()
  }

  /// The strategies' indices, the least final loss first.
  private static func ranking(_ record: LagRecord) -> [Int] {
    let final = record.strategies.indices.map {
      mean(record, $0, record.lags.count - 1) ?? .infinity
    }
    return record.strategies.indices.sorted { (final[$0], $0) < (final[$1], $1) }
  }

  private static func mean(_ record: LagRecord, _ strategy: Int, _ lag: Int) -> Double? {
    let known = record.losses.compactMap { $0[strategy]?[lag] }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  private static func number(_ value: Double?, digits: Int) -> String {
    value.map { NumberFormat.fixed($0, digits: digits) } ?? "-"
  }

  private static func interval(_ estimate: LagAnalysis.Figure?, digits: Int) -> String {
    estimate.map { "\(number($0.low, digits: digits)) to \(number($0.high, digits: digits))" }
      ?? "-"
  }
}
