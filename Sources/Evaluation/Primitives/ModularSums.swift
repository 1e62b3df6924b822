/// The value of a variable that is a sum, modulo 7, of others that are sums themselves: a small i-GSM.
///
/// Source: Ye et al. 2024, "Physics of Language Models: Part 2.1", section 3 (dependency graphs, arithmetic modulo a prime);
/// Saunshi et al. 2025, "Reasoning with Latent Thoughts", section 2.3.
struct ModularSums: ReasoningPrimitive {
  /// How many sums have to be worked out, one after the other.
  let stepCount: Int

  /// The variables are letters.
  static let stepCounts = 1...16
  private static let modulus = 7

  var summary: String {
    "a value modulo 7, \(stepCount == 1 ? "one sum" : "\(stepCount) sums") of variables deep"
  }

  var chance: Double { 1 / Double(Self.modulus) }

  func item(_ draws: inout Draws) -> TaskItem {
    let names = draws.elements(
      2 + stepCount + stepCount / 2,
      of: "ABCDEFGHIJKLMNOPQRSTUVWXYZ".map(String.init)
    )
    // Two numbers, then a chain of sums, each of the one before and any other; between them sums that lead nowhere.
    var values = names.prefix(2).map { (name: $0, value: draws.number(below: Self.modulus)) }
    var lines = values.map { "\($0.name)=\($0.value)" }
    var link = values[1]
    let isChain =
      [true]
      + draws.shuffled(
        Array(repeating: true, count: stepCount - 1) + Array(repeating: false, count: stepCount / 2)
      )
    for (name, isLink) in zip(names.dropFirst(2), isChain) {
      let others = values.filter { $0.name != link.name }
      let right = draws.element(of: others)
      let left = isLink ? link : draws.element(of: others)
      let sum = (name: name, value: (left.value + right.value) % Self.modulus)
      lines.append("\(name)=\(left.name)+\(right.name)")
      values.append(sum)
      if isLink { link = sum }
    }
    let text = lines.joined(separator: ", ")
    return TaskItem(
      prompt: "Modulo \(Self.modulus): \(text). \(link.name)=___. ->",
      demand: .choice(candidates: (0..<Self.modulus).map(String.init), answer: link.value)
    )
  }
}
