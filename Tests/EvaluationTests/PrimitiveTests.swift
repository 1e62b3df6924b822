import EspalierTestSupport
import Foundation
import Testing

@testable import Evaluation

/// Each primitive is solved by a solver that reads the question only, and by no shortcut.
@Suite struct PrimitiveTests {
  /// The names of all families, and some more.
  private static let names =
    EvaluationTask.families.flatMap(\.examples)
    + [
      "assignment-3", "assignment-4", "assignment-0-maths", "assignment-4-code", "p-hop-8",
      "p-hop-16", "addition-7",
      "i-gsm-2", "i-gsm-3", "i-gsm-16",
    ]

  private static let questionCount = 250

  private static func items(_ name: String) throws -> [TaskItem] {
    try EvaluationTask.named(name).questions(count: questionCount, shotCount: 0, seed: 4).questions
      .map(
        \.item
      )
  }

  private static func choice(_ item: TaskItem) throws -> (candidates: [String], answer: Int) {
    guard case .choice(let candidates, let answer) = item.demand else {
      throw EvaluationError.parameter(task: "a primitive", needs: "choices")
    }
    return (candidates, answer)
  }

  @Test(arguments: names)
  func aSolverIsAlwaysRight(name: String) throws {
    for item in try Self.items(name) {
      let (candidates, answer) = try Self.choice(item)
      #expect(
        PrimitiveSolver.answer(to: item.prompt, of: name) == candidates[answer],
        "\(item.prompt)"
      )
      #expect(Set(candidates).count == candidates.count)
    }
  }

  /// What needs no reasoning gets about what guessing gets: at most 15 points more, with bounds which 250 questions do not leave
  /// by chance.
  @Test(arguments: names)
  func noShortcutSolvesIt(name: String) throws {
    let task = try EvaluationTask.named(name)
    let chance = try #require(task.chance)
    let items = try Self.items(name)
    var right: [String: Int] = [:]
    for item in items {
      let (candidates, answer) = try Self.choice(item)
      for shortcut in PrimitiveSolver.shortcuts(item.prompt, candidates) {
        right[shortcut.name, default: 0] += shortcut.answer == candidates[answer] ? 1 : 0
      }
    }
    #expect(right.count == 6)
    for (shortcut, count) in right {
      let share = Double(count) / Double(items.count)
      #expect(share < chance + 0.15, "what \(shortcut): \(share) where chance is \(chance)")
    }
  }

  /// The right choice stands at each place about equally often, and its number is what the task calls chance.
  @Test(arguments: names)
  func chanceIsTheShareOfAPlace(name: String) throws {
    let chance = try #require(try EvaluationTask.named(name).chance)
    let choices = try Self.items(name).map(Self.choice)
    #expect(choices.allSatisfy { abs(1 / Double($0.candidates.count) - chance) < 1e-12 })
    let guesses = choices.count { $0.answer == 0 }
    // The list of made-up words is never asked for its first places, so place 0 is rarer there.
    #expect(Double(guesses) / Double(choices.count) < chance + 0.1)
  }

  @Test(arguments: names)
  func aSeedMakesTheSameAgain(name: String) throws {
    let task = try EvaluationTask.named(name)
    let set = try task.questions(count: 20, seed: 9)
    let questions = set.questions
    #expect(try task.questions(count: 20, seed: 9).checksum == set.checksum)
    #expect(try task.questions(count: 20, seed: 10).checksum != set.checksum)
    #expect(try task.questions(count: 20, shotCount: 1, seed: 9).checksum != set.checksum)
    #expect(try task.questions(count: 20, seed: 9).questions == questions)
    #expect(try task.questions(count: 5, seed: 9).questions == Array(questions.prefix(5)))
    #expect(try task.questions(count: 20, seed: 10).questions != questions)
    #expect(Set(questions.map(\.item.prompt)).count == 20)
    // Solved examples are the same kind of question, with their answers.
    let question = questions[0]
    #expect(question.context.hasSuffix(question.item.prompt))
    #expect(question.context.components(separatedBy: "\n\n").count > 5)
  }

  @Test func hopsAreThoseOfTheDefinition() {
    // a b a c a: from the last a back to behind the a before, c; from c nowhere.
    #expect(HopInduction.end(of: [0, 1, 0, 2, 0], after: 0) == 4)
    #expect(HopInduction.end(of: [0, 1, 0, 2, 0], after: 1) == 3)
    #expect(HopInduction.end(of: [0, 1, 0, 2, 0], after: 2) == nil)
    // From a letter that stands behind itself one jumps to where one is.
    #expect(HopInduction.end(of: [1, 1], after: 1) == 1)
    #expect(HopInduction.end(of: [1, 1], after: 5) == 1)
  }

  @Test(arguments: [
    ("assignment-5", "a number from 0 to 4 behind assignment-"),
    ("p-hop-0", "a number from 1 to 32 behind p-hop-"),
    ("addition-1", "a number from 2 to 64 behind addition-"),
    ("i-gsm-17", "a number from 1 to 16 behind i-gsm-"),
  ])
  func aNumberOutOfRangeIsRefused(name: String, needs: String) {
    #expect(throws: EvaluationError.parameter(task: name, needs: needs)) {
      try EvaluationTask.named(name)
    }
  }

  @Test(arguments: [("copyng", "copying"), ("asignment-0", "assignment-0"), ("nonsense", nil)])
  func anUnknownNameIsRefused(name: String, suggestion: String?) {
    #expect(throws: EvaluationError.unknownTask(name: name, suggestion: suggestion)) {
      try EvaluationTask.named(name)
    }
  }
}

/// Solves exercises from their texts, written apart from what makes them.
enum PrimitiveSolver {
  static func answer(to prompt: String, of name: String) -> String? {
    switch name.prefix(while: { $0 != "-" }) {
    case "copying", "induction": following(prompt)
    case "assignment": variable(prompt)
    case "psm": name == "psm" ? worked(prompt).map(String.init) : substituted(prompt)
    case "p": hop(prompt, Int(name.split(separator: "-")[2]) ?? 0)
    case "addition": String(prompt.split { !$0.isNumber }.compactMap { Int($0) }.reduce(0, +))
    case "i": worked(prompt).map { String($0 % 7) }
    default: nil
    }
  }

  /// The word behind the last occurrence of the last word.
  private static func following(_ prompt: String) -> String? {
    let words =
      prompt.split(separator: "\n").last?.split(separator: " ").filter { $0 != "___" && $0 != "->" }
      ?? []
    guard let last = words.last, let place = words.firstIndex(of: last) else { return nil }
    return String(words[place + 1])
  }

  /// Follows assignments from the variable that stands last in the text.
  private static func variable(_ prompt: String) -> String? {
    let values = assignments(prompt)
    var asked = words(prompt).last { $0.count == 1 && $0.first?.isLowercase == true }
    while let name = asked, let next = values[name] {
      if Int(next) != nil { return next }
      asked = next
    }
    return nil
  }

  private static func assignments(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    let separators = Set<Character>(",.\n:;")
    for line in text.split(whereSeparator: separators.contains) {
      let sides = line.split(separator: "=").map { $0.filter { $0 != " " } }
      if sides.count == 2, !sides[1].contains("_") { values[sides[0]] = sides[1] }
    }
    return values
  }

  private static func value(_ name: String, _ values: [String: String]) -> Int? {
    if let number = Int(name) { return number }
    guard let text = values[name] else { return nil }
    if let number = Int(text) { return number }
    for (sign, operation) in [("+", { $0 + $1 }), ("-", { $0 - $1 })]
      as [(Character, (Int, Int) -> Int)]
    {
      let sides = text.split(separator: sign).map(String.init)
      if sides.count == 2, let left = value(sides[0], values), let right = value(sides[1], values) {
        return operation(left, right)
      }
    }
    return nil
  }

  private static func askedVariable(_ prompt: String) -> String? {
    prompt.firstRange(of: "=___").map { String(prompt[prompt.index(before: $0.lowerBound)]) }
  }

  private static func worked(_ prompt: String) -> Int? {
    askedVariable(prompt).flatMap { value($0, assignments(prompt)) }
  }

  private static func substituted(_ prompt: String) -> String? {
    let values = assignments(prompt)
    guard let name = askedVariable(prompt), let text = values[name] else { return nil }
    return text.map { character in
      character.isLetter
        ? value(String(character), values).map(String.init) ?? "?" : String(character)
    }.joined()
  }

  private static func hop(_ prompt: String, _ count: Int) -> String? {
    let letters = prompt.dropLast(3).split(separator: " ")
    var place = letters.count - 1
    for _ in 0..<count {
      var before = place - 1
      while before >= 0, letters[before] != letters[place] { before -= 1 }
      guard before >= 0 else { return nil }
      place = before + 1
    }
    return String(letters[place])
  }

  private static func words(_ prompt: String) -> [String] {
    prompt.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Answers that need no reasoning, each by what it goes by.
  static func shortcuts(_ prompt: String, _ candidates: [String]) -> [(
    name: String, answer: String?
  )] {
    let words = words(prompt)
    let places = candidates.map { candidate in words.indices.filter { words[$0] == candidate } }
    let seen = candidates.indices.filter { !places[$0].isEmpty }
    let order = candidates.indices
    return [
      ("stands last", seen.max { (places[$0].last ?? 0) < (places[$1].last ?? 0) }),
      ("stands first", seen.min { (places[$0].first ?? 0) < (places[$1].first ?? 0) }),
      ("is most frequent", order.max { places[$0].count < places[$1].count }),
      ("is rarest", order.min { places[$0].count < places[$1].count }),
      ("is the first choice", order.first),
      ("is the last choice", order.last),
    ].map { ($0, $1.map { candidates[$0] }) }
  }
}
