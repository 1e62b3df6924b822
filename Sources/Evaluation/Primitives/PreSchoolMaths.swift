/// What a variable is that is a sum or a difference of others.
struct PreSchoolMaths: ReasoningPrimitive {
  /// What the answer is.
  enum Answer {
    /// The number.
    case number
    /// The sum or difference with its numbers put in, which somebody else works out.
    case expression
  }

  let answer: Answer

  private static let candidateCount = 5

  var summary: String {
    switch answer {
    case .number: "the value of a sum or difference of variables"
    case .expression: "a sum or difference with the variables' values put in"
    }
  }

  var chance: Double { 1 / Double(Self.candidateCount) }

  func item(_ draws: inout Draws) -> TaskItem {
    let names = draws.elements(5, of: "abcdefghijklmnopqrstuvwxyz".map(String.init))
    let numbers = draws.distinct(3) { $0.number(in: 1...9) }
    var terms = zip(names, numbers).map(Term.init)
    var lines = terms.map { "\($0.name)=\($0.value)" }
    let first = Operation(&draws, of: terms)
    terms.append(Term(name: names[3], value: first.value))
    lines.append("\(names[3])=\(first.text(\.name))")
    // The second one needs the first one's value.
    let second = Operation(&draws, of: terms, using: terms[3])
    lines.append("\(names[4])=\(second.text(\.name))")
    return TaskItem(
      prompt: "\(lines.joined(separator: ", ")). \(names[4])=___. ->",
      demand: demand(second, among: terms, &draws)
    )
  }

  private func demand(
    _ operation: Operation,
    among terms: [Term],
    _ draws: inout Draws
  ) -> TaskItem.Demand {
    let right = text(operation)
    var tries = 0
    // Wrong ones are other sums and differences of the same values, and where those do not suffice of any.
    let wrong = draws.distinct(Self.candidateCount - 1, besides: [right]) { draws in
      while true {
        tries += 1
        let others =
          tries < 100 ? terms : (0..<2).map { _ in Term(name: "", value: draws.number(in: 1...9)) }
        let other = Operation(&draws, of: others)
        // With its numbers the other way round a sum is as right.
        if !other.isSame(as: operation) { return text(other) }
      }
    }
    let place = draws.number(below: Self.candidateCount)
    return .choice(candidates: wrong[..<place] + [right] + wrong[place...], answer: place)
  }

  private func text(_ operation: Operation) -> String {
    switch answer {
    case .number: String(operation.value)
    case .expression: operation.text { String($0.value) }
    }
  }
}

/// A variable and its value.
private struct Term {
  let name: String
  let value: Int
}

/// A sum or a difference that is not negative.
private struct Operation {
  let left: Term
  let right: Term
  let isSum: Bool

  init(_ draws: inout Draws, of terms: [Term], using used: Term? = nil) {
    let others = draws.shuffled(Array(terms.dropLast(used == nil ? 0 : 1)))
    var pair = draws.shuffled(used.map { [$0, others[0]] } ?? Array(others.prefix(2)))
    isSum = draws.number(below: 2) == 0
    if !isSum, pair[0].value < pair[1].value { pair.swapAt(0, 1) }
    (left, right) = (pair[0], pair[1])
  }

  var value: Int { isSum ? left.value + right.value : left.value - right.value }

  func isSame(as other: Operation) -> Bool {
    isSum == other.isSum
      && [left.value, right.value].sorted() == [other.left.value, other.right.value].sorted()
  }

  func text(_ form: (Term) -> String) -> String {
    form(left) + (isSum ? "+" : "-") + form(right)
  }
}
