import ArgumentParser
import Growing
import Reports

/// `espalier operators`.
struct Operators: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "operators",
    abstract: "List the ways to grow, and which of them keep the function.",
    discussion: """
      Each is a growth.method for recipes and a --method for `espalier grow`. The second column \
      says whether the grown model computes the same function right after growing.

      Below them are the --fill names of `espalier grow` for width.

        espalier operators
        espalier operators --json
      """
  )

  @Flag(help: "Print the list as JSON.")
  var json = false

  /// One line of the list.
  struct Entry: Encodable {
    /// `depth` or `width`.
    var grows: String
    var name: String
    var preservesFunction: FunctionPreservation
    var summary: String
    var reference: String
  }

  func run(in context: CommandContext) throws {
    let depth = GrowthOperator.all.map {
      Entry(
        grows: "depth",
        name: $0.name,
        preservesFunction: $0.preservation,
        summary: $0.summary,
        reference: $0.reference
      )
    }
    let width = WidthOperator.allCases.map {
      Entry(
        grows: "width",
        name: $0.rawValue,
        preservesFunction: $0.preservation,
        summary: $0.summary,
        reference: $0.reference
      )
    }
    try context.console.write(
      json
        ? JSONText.of(depth + width)
        : "In depth\n\n\(Self.table(depth))\nIn width\n\n\(Self.table(width))"
    )
  }

  private static func table(_ entries: [Entry]) -> String {
    let rows = entries.flatMap {
      [[$0.name, $0.preservesFunction.rawValue, $0.summary], ["", "", $0.reference]]
    }
    return TextTable(rows: [["name", "same function", "what it does"]] + rows, numbers: 0..<0)
      .lines.map { $0 + "\n" }.joined()
  }
}
