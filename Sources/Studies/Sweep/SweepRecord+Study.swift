import Recipes
import Reports

extension SweepRecord {
  /// What came out, as Markdown.
  package var study: Study {
    Study(
      title: arms.map(\.name).joined(separator: ", "),
      lead:
        "\(arms.count) recipes, each trained with \(seeds.count == 1 ? "1 seed" : "\(seeds.count) seeds"), "
        + "at equal \(budget == .flops ? "FLOPs" : "steps").",
      sections: [losses(budget == .flops ? "At equal FLOPs" : "At equal steps")],
      facts: []
    )
  }

  /// The same for a terminal.
  package var summary: String { losses("").terminalText }

  private func losses(_ title: String) -> Study.Section {
    Study.Section(
      title: title,
      findings: choicesInWords + notes,
      tables: [armTable, differenceTable]
    )
  }

  /// What makes the arms' losses less comparable than they look.
  private var notes: [String] {
    LossConditions.notes(
      onRecipesAlone: arms.compactMap { try? Recipe.parse($0.recipe, file: $0.name).values }
    )
  }

  private var armTable: Study.Table {
    let heads =
      ["arm", "method", "steps", "FLOPs", "of it deciding", "loss", "95 %"]
      + seeds.map { "seed \($0)" }
    return Study.Table(
      caption: "Validation losses at the end, in nats a token.",
      heads: heads,
      rows: arms.indices.map { row(ofArm: $0) },
      numbers: 2..<heads.count
    )
  }

  private func row(ofArm index: Int) -> [String] {
    let arm = arms[index]
    let loss = losses.indices.contains(index) ? losses[index] : nil
    let deciding = NumberFormat.fixed(100 * arm.growthFlops / arm.chargedFlops, digits: 1)
    let cells = [
      arm.name, arm.method, NumberFormat.grouped(arm.steps),
      NumberFormat.operations(arm.chargedFlops), arm.growthFlops > 0 ? "\(deciding) %" : "-",
      Self.number(loss?.mean), Self.interval(loss, with: Self.number),
    ]
    return cells + arm.losses.map { Self.number($0) }
  }

  private var differenceTable: Study.Table {
    Study.Table(
      caption: "Differences seed by seed; below 0 an arm is better.",
      heads: ["compared with \(arms.first?.name ?? "")", "difference", "95 %", "better in"],
      rows: comparisons.map {
        [
          $0.arm, Self.signed($0.difference.mean), Self.interval($0.difference, with: Self.signed),
          "\($0.wins)/\(seeds.count)",
        ]
      },
      numbers: 1..<4
    )
  }

  /// What adaptive arms chose, a line an arm and seed.
  private var choicesInWords: [String] {
    arms.flatMap { arm in
      zip(seeds, arm.choices).compactMap { seed, chosen in
        chosen.map { "\(arm.name), seed \(seed): \($0.joined(separator: ", then "))" }
      }
    }
  }

  private static func interval(_ interval: Interval?, with text: (Double) -> String) -> String {
    guard let low = interval?.low, let high = interval?.high else { return "-" }
    return "\(text(low)) to \(text(high))"
  }

  private static func number(_ loss: Double?) -> String {
    loss.map { NumberFormat.fixed($0, digits: 4) } ?? "-"
  }

  private static func signed(_ number: Double) -> String {
    (number < 0 ? "" : "+") + NumberFormat.fixed(number, digits: 4)
  }
}
