/// Where one ends that jumps several times from a letter to the letter behind its last occurrence before.
///
/// Source: Sanford et al. 2024, "Transformers, parallel computation, and logarithmic depth", section 4.2 (k-hop induction
/// heads); Saunshi et al. 2025, "Reasoning with Latent Thoughts", section 2.2, as p-hop.
struct HopInduction: ReasoningPrimitive {
  /// How many jumps.
  let hopCount: Int

  static let hopCounts = 1...32
  private static let alphabet = ["a", "b", "c", "d"]

  var summary: String {
    "the letter that \(hopCount == 1 ? "one jump leads" : "\(hopCount) jumps lead") back to, "
      + "each to behind the letter's last occurrence"
  }

  var chance: Double { 1 / Double(Self.alphabet.count) }

  func item(_ draws: inout Draws) -> TaskItem {
    // A jump goes back by as many places as there are letters, about.
    let length = 16 + 8 * hopCount
    while true {
      var letters: [Int] = []
      while letters.count < length {
        // From a letter that stands twice in a row no jump leads away.
        let letter = draws.number(below: Self.alphabet.count)
        if letter != letters.last { letters.append(letter) }
      }
      guard let answer = Self.end(of: letters, after: hopCount) else { continue }
      return TaskItem(
        prompt: letters.map { Self.alphabet[$0] }.joined(separator: " ") + " ->",
        demand: .choice(candidates: Self.alphabet, answer: letters[answer])
      )
    }
  }

  /// The place that jumps from a sequence's end lead to; nil where one leads nowhere.
  static func end(of letters: [Int], after hopCount: Int) -> Int? {
    var place = letters.count - 1
    for _ in 0..<hopCount {
      guard let next = (1..<max(place + 1, 1)).last(where: { letters[$0 - 1] == letters[place] })
      else {
        return nil
      }
      place = next
    }
    return place
  }
}
