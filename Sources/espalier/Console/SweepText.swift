import Training

/// A sweep in lines for a terminal, or as Markdown.
struct SweepText {
  private let record: SweepRecord

  init(_ record: SweepRecord) {
    self.record = record
  }

  /// For a terminal.
  var text: String {
    var lines = arms.lines + [""] + differences.lines
    if let choices { lines += [""] + choices }
    return lines.map { $0 + "\n" }.joined()
  }

  /// As Markdown.
  var markdown: String {
    let lists = choices.map { "\n" + $0.map { "- \($0)\n" }.joined() } ?? ""
    return arms.markdown + "\n" + differences.markdown + lists
  }

  private var arms: TextTable {
    let heads =
      ["arm", "method", "steps", "FLOPs", "of it deciding", "loss", "95 %"]
      + record.seeds.map { "seed \($0)" }
    let rows = record.arms.indices.map { row(ofArm: $0) }
    return TextTable(rows: [heads] + rows, numbers: 2..<heads.count)
  }

  private func row(ofArm index: Int) -> [String] {
    let arm = record.arms[index]
    let loss = record.losses.indices.contains(index) ? record.losses[index] : nil
    let deciding = NumberFormat.fixed(100 * arm.growthFlops / arm.chargedFlops, digits: 1)
    let cells = [
      arm.name, arm.method, NumberFormat.grouped(arm.steps),
      NumberFormat.operations(arm.chargedFlops), arm.growthFlops > 0 ? "\(deciding) %" : "-",
      number(loss?.mean), interval(loss, signed: false),
    ]
    return cells + arm.losses.map { number($0) }
  }

  private func number(_ loss: Double?) -> String {
    loss.map { NumberFormat.fixed($0, digits: 4) } ?? "-"
  }

  private var differences: TextTable {
    let first = record.arms.first?.name ?? ""
    return TextTable(
      rows: [["compared with \(first)", "difference", "95 %", "better in"]]
        + record.comparisons.map {
          [
            $0.arm, signed($0.difference.mean), interval($0.difference, signed: true),
            "\($0.wins)/\(record.seeds.count)",
          ]
        },
      numbers: 1..<4
    )
  }

  /// What adaptive arms chose, a line an arm and seed.
  private var choices: [String]? {
    let lines = record.arms.flatMap { arm in
      zip(record.seeds, arm.choices).compactMap { seed, chosen in
        chosen.map { "\(arm.name), seed \(seed): \($0.joined(separator: ", then "))" }
      }
    }
    return lines.isEmpty ? nil : lines
  }

  private func interval(_ interval: SweepRecord.Interval?, signed isSigned: Bool) -> String {
    guard let low = interval?.low, let high = interval?.high else { return "-" }
    return isSigned ? "\(signed(low)) to \(signed(high))" : "\(number(low)) to \(number(high))"
  }

  private func signed(_ number: Double) -> String {
    (number < 0 ? "" : "+") + NumberFormat.fixed(number, digits: 4)
  }
}
