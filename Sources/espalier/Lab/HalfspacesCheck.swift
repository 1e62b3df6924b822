import ArgumentParser
import HalfspaceLab
import Laboratory
import Reports
import Runs

/// `espalier lab halfspaces check`.
struct HalfspacesCheck: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say which theorem applies to a data set, and try both methods on it.",
    discussion: """
      Reads a CSV file of numbers with a column of labels, -1 and 1 or 0 and 1. Estimates on \
      random planes whether the points are well-behaved and whether their density changes slowly \
      with the angle, predicts how logistic regression will do, and reports its risk and that of \
      the two phases on rows that were held out. Features are whitened first, and halfspaces may \
      lie anywhere. Cells may stand in quotation marks, as RFC 4180 has it.

        espalier lab halfspaces check data.csv
        espalier lab halfspaces check data.csv --label diagnosis --json
      """
  )

  @Argument(help: ArgumentHelp("The data, a CSV file.", valueName: "csv"))
  var data: String

  @Option(help: ArgumentHelp("The column of labels. (default: the last one)", valueName: "name"))
  var label: String?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Whether the first row holds the columns' names. (default: by its looks, and asked for where they \
      do not tell)
      """
  )
  var names: Bool?

  @Option(help: ArgumentHelp("Another seed holds out other rows.", valueName: "number"))
  var seed: UInt64 = 0

  @Flag(help: "Print the findings as JSON.")
  var json = false

  @OptionGroup var engine: EngineOptions

  func run(in context: CommandContext) throws {
    let table = try LabelledTable.read(path: data, labelColumn: label, hasNames: names)
    let line = LiveLine(context.console)
    line.show(ProgressBar(title: "checking \(data)", fraction: 0, details: []))
    defer { line.clear() }
    let findings = try DataChecker(engine: engine.makeEngine(in: context), seed: seed)
      .check(table, file: data)
    line.clear()
    if json {
      try context.console.write(findings.record(file: data, seed: seed).json())
    } else {
      try context.console.write(HalfspacesCheckText(findings: findings).text)
    }
  }
}

/// The findings as people read them.
struct HalfspacesCheckText {
  let findings: DataFindings

  var text: String {
    let shape = findings.shape
    var lines = [
      "\(counted(findings.rowCount, "row")), \(counted(findings.columns.count, "feature")), "
        + "\(NumberFormat.grouped(findings.heldOutCount)) rows held out", "",
      "Shape, the worst of \(shape.planeCount) planes",
      "  density near the mean  \(number(shape.centralDensity)) of a normal law's "
        + "(as many normal points: \(number(shape.normalCentralDensity)))",
      "  scale of the tails     \(number(shape.tailScale)) (normal points 0.5, exponential 0.7)",
      "  change with the angle  \(number(shape.angularChange)) "
        + "(as many normal points: \(number(shape.normalAngularChange)))",
      "  C/|w|² for logistic    \(number(findings.roughnessTerm))", "",
      "Prediction: \(findings.regime.rawValue)",
    ]
    lines += wrapped(findings.prediction).map { "  \($0)" }
    if findings.isBounded, !findings.isSeparable {
      lines += wrapped(
        "The ball of radius \(number(findings.radius)) held the logistic weights back."
      ).map { "  \($0)" }
    }
    lines += ["", "Held-out risk            95 % interval"]
    for method in findings.methods {
      let name = TerminalText.padded(method.name, to: 16)
      lines.append(
        "  \(name) \(fixed(method.risk.value))  \(fixed(method.risk.low)) to \(fixed(method.risk.high))"
      )
    }
    lines += [""] + wrapped(findings.verdict)
    return lines.joined(separator: "\n") + "\n"
  }

  private func number(_ value: Double) -> String {
    let digits = abs(value) < 0.1 ? 4 : abs(value) < 10 ? 2 : 0
    return NumberFormat.fixed(value, digits: digits)
  }

  private func fixed(_ value: Double) -> String { NumberFormat.fixed(value, digits: 4) }

  private func wrapped(_ text: String) -> [String] { TerminalText.wrapped(text, to: 76) }
}
