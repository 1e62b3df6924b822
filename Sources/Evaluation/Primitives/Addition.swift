/// The sum of several numbers of three digits.
///
/// Source: Saunshi et al. 2025, "Reasoning with Latent Thoughts", section 2.1 (n-ary addition).
struct Addition: ReasoningPrimitive {
  /// How many numbers are added.
  let termCount: Int

  static let termCounts = 2...64
  private static let candidateCount = 5

  var summary: String { "the sum of \(termCount) numbers of three digits" }
  var chance: Double { 1 / Double(Self.candidateCount) }

  func item(_ draws: inout Draws) -> TaskItem {
    let terms = (0..<termCount).map { _ in draws.number(in: 100...999) }
    let right = String(terms.reduce(0, +))
    // A wrong one differs in one digit, whichever, so that no digit alone tells them apart.
    let wrong = draws.distinct(Self.candidateCount - 1, besides: [right]) { draws in
      var digits = right.map(String.init)
      let place = draws.number(below: digits.count)
      digits[place] = String(draws.number(in: (place == 0 ? 1 : 0)...9))
      return digits.joined()
    }
    let place = draws.number(below: Self.candidateCount)
    return TaskItem(
      prompt: terms.map(String.init).joined(separator: " + ") + " =",
      demand: .choice(candidates: wrong[..<place] + [right] + wrong[place...], answer: place)
    )
  }
}
