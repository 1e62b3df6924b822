import GrowthSelection
import Training

/// A comparison of growing strategies in lines.
struct LagText {
  let text: String

  init(_ record: LagRecord) {
    let lines =
      Self.strategies(record) + [""] + Self.lags(record) + [""] + Self.findings(record)
    text = lines.map { $0 + "\n" }.joined()
  }

  /// The strategies by their final losses, with losses on the way.
  private static func strategies(_ record: LagRecord) -> [String] {
    let shown = shownLags(record.lags)
    var rows = [["strategy", "same function"] + shown.map { "loss at \(record.lags[$0])" }]
    for index in ranking(record) {
      let strategy = record.strategies[index]
      let losses = shown.map { lag in
        mean(record, index, lag).map { NumberFormat.fixed($0, digits: 4) } ?? "-"
      }
      rows.append([strategy.name, strategy.preservesFunction.rawValue] + losses)
    }
    return TextTable(rows: rows, textColumns: 2).lines
  }

  /// What each lag tells about the end.
  private static func lags(_ record: LagRecord) -> [String] {
    var rows = [["lag", "Spearman", "95 %", "Pearson", "regret", "hits"]]
    for point in record.analysis?.points ?? [] {
      rows.append([
        "\(point.lag)",
        number(point.spearman?.value, digits: 2),
        point.spearman.map { "\(number($0.low, digits: 2)) to \(number($0.high, digits: 2))" }
          ?? "-",
        number(point.pearson?.value, digits: 2),
        number(point.regret?.value, digits: 4),
        "\(Int((point.hitRate * Double(record.seeds.count)).rounded()))/\(record.seeds.count)",
      ])
    }
    return TextTable(rows: rows, textColumns: 0).lines
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

  /// The first lag, the last, and two between.
  private static func shownLags(_ lags: [Int]) -> [Int] {
    let last = lags.count - 1
    return Set([0, last / 3, 2 * last / 3, last]).sorted()
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
}
