/// Which word comes next in a list that was seen before.
struct Copying: ReasoningPrimitive {
  /// What the list is made of.
  enum Words {
    /// Three letters that mean nothing; the list stands there twice.
    case random
    /// Common words of three letters.
    case real
  }

  let words: Words

  private static let wordCount = 10
  private static let partLength = 5

  var summary: String {
    switch words {
    case .random: "the next of ten made-up words, after their list was read twice"
    case .real: "the next of ten common words, after their list was read once"
    }
  }

  var chance: Double { 1 / Double(Self.wordCount) }

  func item(_ draws: inout Draws) -> TaskItem {
    let list = drawWords(&draws)
    let start = draws.number(in: 0...list.count - Self.partLength)
    let part = list[start..<start + Self.partLength]
    let read = words == .random ? list + list : list
    let text = (read + part.dropLast()).joined(separator: " ")
    return TaskItem(
      prompt: "Fill in the blank:\n\(text) ___ ->",
      demand: .choice(candidates: list, answer: part.endIndex - 1)
    )
  }

  private func drawWords(_ draws: inout Draws) -> [String] {
    switch words {
    case .random: draws.distinct(Self.wordCount) { MadeUpWord.draw(&$0) }
    case .real: draws.elements(Self.wordCount, of: Self.commonWords)
    }
  }

  private static let commonWords = """
    act add age air arm art ask bad bag bed big bit box boy bus buy car cat cow cry cup cut day dog dry ear eat egg \
    end eye far fat few fit fly fun gas get gun guy hat hit hot ice job key kid law lay leg let lie lot low man map \
    men mix net new oil old one own pay pen pet put red rest run sad say sea see set sit six sky son sun ten tie tip \
    top try two use war way win yes
    """.split(separator: " ").map(String.init).filter { $0.count == 3 }
}

/// A word of consonant, vowel and consonant that means nothing.
enum MadeUpWord {
  private static let consonants = "bdfgjklmnprstvwxz".map(String.init)
  private static let vowels = "aeiou".map(String.init)

  static func draw(_ draws: inout Draws) -> String {
    draws.element(of: consonants) + draws.element(of: vowels) + draws.element(of: consonants)
  }
}

/// Which token follows in a sequence that repeats itself, without a word about what is asked.
///
/// Source: Olsson et al. 2022, "In-context Learning and Induction Heads", section "Key Concepts".
struct Induction: ReasoningPrimitive {
  private static let length = 10

  var summary: String { "the next word of a random sequence that began to repeat itself" }
  var chance: Double { 1 / Double(Self.length) }

  func item(_ draws: inout Draws) -> TaskItem {
    let sequence = draws.distinct(Self.length) { MadeUpWord.draw(&$0) }
    // It does not begin anew with its first word, or the first word that stands there once would be the answer.
    let answer = draws.number(in: 2...Self.length - 1)
    let start = draws.number(in: 1...answer - 1)
    return TaskItem(
      prompt: (sequence + sequence[start..<answer]).joined(separator: " "),
      demand: .choice(candidates: sequence, answer: answer)
    )
  }
}
