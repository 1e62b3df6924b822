extension Study {
  /// What a teacher uses of a section.
  package struct Lesson: Hashable, Sendable, Encodable {
    /// What readers are to predict before they look.
    package var question: String
    /// The answer, which stays hidden until they ask for it.
    package var answer: String
    /// What to look for in the figures, a sentence.
    package var see: String

    package init(question: String, answer: String, see: String) {
      self.question = question
      self.answer = answer
      self.see = see
    }
  }

  /// How numbers are made again.
  package struct Origin: Hashable, Sendable, Encodable {
    /// The command that made them; nil where that was not kept.
    package var command: String?
    /// The seeds of the repetitions; none for what involves no chance.
    package var seeds: [UInt64]

    package init(command: String?, seeds: [UInt64]) {
      self.command = command
      self.seeds = seeds
    }

    /// The seeds in words, such as `seeds 1 to 5`.
    package var seedText: String {
      guard let first = seeds.first, let last = seeds.last else {
        return "no seeds, since nothing in it is random"
      }
      let isRun =
        seeds.count > 2 && zip(seeds, seeds.dropFirst()).allSatisfy { $1 > $0 && $1 - $0 == 1 }
      let list = isRun ? "\(first) to \(last)" : seeds.map(String.init).joined(separator: ", ")
      return "\(seeds.count == 1 ? "seed" : "seeds") \(list)"
    }
  }
}
