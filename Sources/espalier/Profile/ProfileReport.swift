import Profiling
import Reports

/// Where the time of a step goes, for people and for programs.
struct ProfileReport: Encodable {
  var recipe: String
  var layers: Int
  var tokensPerStep: Int
  var operationsPerStep: Double
  /// The median time of a whole step.
  var stepMilliseconds: Double
  /// The step's time less that of its operations; negative where operations ran at once.
  var betweenOperationsMilliseconds: Double
  /// The operations by what they do.
  var kinds: [Sum]
  /// The operations by the line of Swift they come from, forward and backward.
  var sources: [Sum]
  var operations: [Operation]
  var untimed: [Untimed]

  /// Operations that have something in common.
  struct Sum: Encodable {
    var name: String
    var milliseconds: Double
    /// The part of the step's time.
    var share: Double
    /// How many operations a step.
    var calls: Int
  }

  /// Equal operations.
  struct Operation: Encodable {
    var name: String
    var kind: String
    var milliseconds: Double
    var share: Double
    var calls: Int
    var operands: [String]
    var result: String
    var source: String?
  }

  /// An operation without a time.
  struct Untimed: Encodable {
    var name: String
    var reason: String
  }
}

extension ProfileReport {
  /// Sums up a profile.
  init(_ profile: ProgramProfile, of step: ProfiledStep, stepMilliseconds: Double) {
    recipe = step.name
    layers = step.layers
    tokensPerStep = step.tokens
    operationsPerStep = step.operations
    self.stepMilliseconds = stepMilliseconds
    betweenOperationsMilliseconds = stepMilliseconds - profile.milliseconds
    operations = profile.operations.map { operation in
      let place = operation.textLine.map { $0 - 1 } ?? -1
      return Operation(
        name: operation.name,
        kind: operation.kind.name,
        milliseconds: operation.milliseconds,
        share: operation.milliseconds / stepMilliseconds,
        calls: operation.count,
        operands: operation.operands,
        result: operation.result,
        source: step.sites.indices.contains(place) ? step.sites[place]?.description : nil
      )
    }
    kinds = Self.sums(operations, by: \.kind, of: stepMilliseconds)
    sources = Self.sums(operations, by: { $0.source ?? "unknown" }, of: stepMilliseconds)
    untimed = profile.untimed.map { Untimed(name: $0.name, reason: $0.reason) }
  }

  /// Adds operations up, the most time first.
  private static func sums(
    _ operations: [Operation],
    by name: (Operation) -> String,
    of stepMilliseconds: Double
  ) -> [Sum] {
    Dictionary(grouping: operations, by: name).map { name, operations in
      let milliseconds = operations.reduce(0) { $0 + $1.milliseconds }
      return Sum(
        name: name,
        milliseconds: milliseconds,
        share: milliseconds / stepMilliseconds,
        calls: operations.reduce(0) { $0 + $1.calls }
      )
    }.sorted { ($1.milliseconds, $0.name) < ($0.milliseconds, $1.name) }
  }
}

extension ProfileReport {
  /// The report in lines.
  ///
  /// - Parameters:
  ///   - top: How many single operations are listed.
  ///   - characters: What the terminal can show.
  /// - Returns: The lines, each with its line feed.
  func text(top: Int, characters: TerminalCharacters) -> String {
    let rest = Sum(
      name: "between operations",
      milliseconds: betweenOperationsMilliseconds,
      share: betweenOperationsMilliseconds / stepMilliseconds,
      calls: 0
    )
    var lines = [summary, ""] + Self.table("kind", kinds + [rest], characters)
    if betweenOperationsMilliseconds < 0 {
      lines.append("Less than nothing between operations: some of them ran at once.")
    }
    if !operations.isEmpty, top > 0 {
      lines += [""] + Self.table("line of the source", Array(sources.prefix(top)), characters)
      lines += ["", Self.row("slowest operations", "ms", "share", "calls")]
      for operation in operations.prefix(top) { lines += Self.lines(operation) }
    }
    if !untimed.isEmpty {
      let names = untimed.prefix(3).map(\.name).joined(separator: ", ")
      lines += [
        "", "Without a time: \(counted(untimed.count, "operation")), such as \(names); see --json.",
      ]
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private var summary: String {
    let tokens = NumberFormat.grouped(Int(Double(tokensPerStep) / stepMilliseconds * 1000))
    let rate = NumberFormat.fixed(operationsPerStep / stepMilliseconds / 1e6, digits: 0)
    return "\(recipe), \(counted(layers, "layer")): \(Self.number(stepMilliseconds)) ms a step, "
      + "\(tokens) tokens/s, \(rate) GFLOP/s"
  }

  private static func table(_ title: String, _ sums: [Sum], _ characters: TerminalCharacters)
    -> [String]
  {
    [row(title, "ms", "share", "calls")]
      + sums.map { sum in
        let calls = sum.calls > 0 ? "\(sum.calls)" : ""
        return row(sum.name, number(sum.milliseconds), percent(sum.share), calls)
          + "  " + bar(sum.share, characters)
      }
  }

  private static func lines(_ operation: Operation) -> [String] {
    let signature = "\(operation.operands.joined(separator: " ")) -> \(operation.result)"
    let origin = operation.source.map { "  \($0)" } ?? ""
    return [
      row(
        "\(operation.name): \(operation.kind)",
        number(operation.milliseconds),
        percent(operation.share),
        "\(operation.calls)"
      ),
      "    \(signature.count > 90 ? signature.prefix(89) + "…" : signature)\(origin)",
    ]
  }

  private static func row(_ name: String, _ time: String, _ share: String, _ calls: String)
    -> String
  {
    let name = name.count > 44 ? String(name.prefix(43)) + "…" : name
    let numbers = [(time, 9), (share, 8), (calls, 7)]
    return TerminalText.padded(name, to: 44)
      + numbers.map { TerminalText.padded($0.0, to: $0.1, trailing: true) }.joined()
  }

  private static func bar(_ share: Double, _ characters: TerminalCharacters) -> String {
    let count = Int((max(0, min(1, share)) * 24).rounded())
    return String(repeating: characters == .unicode ? "█" : "#", count: count)
  }

  private static func number(_ milliseconds: Double) -> String {
    NumberFormat.fixed(milliseconds, digits: 1)
  }

  private static func percent(_ share: Double) -> String {
    NumberFormat.fixed(share * 100, digits: 1) + "%"
  }
}
