/// What a variable is that was set to a number, or to a variable that was, and so on.
struct VariableAssignment: ReasoningPrimitive {
  /// How the question is put.
  enum Wording: String, CaseIterable {
    case plain
    case maths
    case code
  }

  /// How many assignments lie between the variable and its number, besides the last.
  let depth: Int
  let wording: Wording

  private static let valueCount = 5
  /// There are five new letters for each depth, and 26 in all.
  static let depths = 0...4

  var summary: String {
    "the value of a variable, \(depth) assignments away from its number"
      + (wording == .plain ? "" : ", in the wording of \(wording.rawValue)")
  }

  var chance: Double { 1 / Double(Self.valueCount) }

  func item(_ draws: inout Draws) -> TaskItem {
    let letters = draws.elements(
      Self.valueCount * (depth + 1),
      of: "abcdefghijklmnopqrstuvwxyz".map(String.init)
    )
    let values = draws.distinct(Self.valueCount) { String($0.number(in: 1...25)) }
    var layer = Array(letters.prefix(Self.valueCount))
    var assignments = zip(layer, values).map { [$0, $1] }
    // Which value each variable of the layer has.
    var owners = Array(values.indices)
    for level in 0..<depth {
      let names = Array(letters.dropFirst(Self.valueCount * (level + 1)).prefix(Self.valueCount))
      let order = draws.shuffled(Array(layer.indices))
      assignments += zip(names, order).map { [$0, layer[$1]] }
      (layer, owners) = (names, order.map { owners[$0] })
    }
    let asked = draws.number(below: Self.valueCount)
    return TaskItem(
      prompt: prompt(assignments, asking: layer[asked]),
      demand: .choice(candidates: values, answer: owners[asked])
    )
  }

  private func prompt(_ assignments: [[String]], asking name: String) -> String {
    func lines(_ sign: String) -> String {
      assignments.map { $0.joined(separator: sign) }.joined(separator: "\n")
    }
    return switch wording {
    case .plain: "Fill in the blank:\n\(lines("="))\n\(name)=___. ->"
    case .maths:
      "Here are some simple equations.\n\n\(lines("="))\n\nWhat is the value of \(name)?\nAnswer:"
    case .code:
      "Read this short program and say what was asked for.\n\nProgram:\n\(lines(" = "))\n\n"
        + "Question:\nWhat is the value of \(name)?\nAnswer:"
    }
  }
}
