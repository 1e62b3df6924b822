import EspalierTestSupport
import Foundation
import Testing

@testable import Evaluation

/// Tasks that users bring.
@Suite struct TaskFileTests {
  private static let task = """
    task: colours
    kind: choice
    records: items.jsonl
    prompt: "{{ place.name }} is"
    choices: "{{colours}}"
    answer: "{{right}}"
    """
  private static let items = """
    {"place": {"name": "The sky"}, "colours": ["blue", "green", "1"], "right": "blue"}
    {"place": {"name": "The grass"}, "colours": ["blue", "green", "1"], "right": 1}

    {"place": {"name": "A number"}, "colours": ["blue", "green", "1"], "right": "1"}
    {"place": {"name": "4.5"}, "colours": [1, 2.5], "right": 0}

    """

  private func folder(task: String = task, items: String = items) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(task, to: "task.yaml")
    try folder.write(items, to: "items.jsonl")
    return folder
  }

  private func questions(
    _ folder: TemporaryFolder,
    count: Int? = nil,
    shots: Int? = nil,
    seed: UInt64 = 0
  ) throws -> [Question] {
    try EvaluationTask.named(folder / "task.yaml")
      .questions(count: count, shotCount: shots, seed: seed).questions
  }

  @Test func recordsBecomeQuestions() throws {
    let questions = try questions(folder())
    #expect(questions.map(\.context) == ["The sky is", "The grass is", "A number is", "4.5 is"])
    // A text is looked for among the choices, a number counts them.
    #expect(questions[0].item.demand == .choice(candidates: ["blue", "green", "1"], answer: 0))
    #expect(questions[1].item.demand == .choice(candidates: ["blue", "green", "1"], answer: 1))
    #expect(questions[2].item.demand == .choice(candidates: ["blue", "green", "1"], answer: 2))
    #expect(questions[3].item.demand == .choice(candidates: ["1", "2.5"], answer: 0))
  }

  @Test func examplesStandBeforeAQuestionAndAreNotTheQuestion() throws {
    let folder = try folder(task: Self.task + "\ndescription: \"Say.\\n\"\nseparator: \"\\n\"")
    let questions = try questions(folder, count: 2, shots: 2)
    #expect(questions[0].context == "Say.\nThe grass is green\nA number is 1\nThe sky is")
    #expect(questions[1].context == "Say.\nThe sky is blue\nA number is 1\nThe grass is")
    // All others, and no more.
    #expect(
      try self.questions(folder, count: 1, shots: 3)[0].context.hasSuffix("\n4.5 is 1\nThe sky is")
    )
    #expect(throws: EvaluationError.tooFewItems(task: folder / "items.jsonl", needed: 5, found: 4))
    {
      try self.questions(folder, shots: 4)
    }
  }

  @Test func examplesCanBeDrawnAndComeFromElsewhere() throws {
    let folder = try folder(task: Self.task + "\norder: random\nexamples: train.jsonl")
    let train = (0..<50).map {
      "{\"place\": {\"name\": \"\($0)\"}, \"colours\": [\"a\", \"b\"], \"right\": \"b\"}\n"
    }
    try folder.write(train.joined(), to: "train.jsonl")
    let questions = try questions(folder, shots: 2)
    #expect(questions[0].context.components(separatedBy: " is b\n\n").count == 3)
    #expect(try self.questions(folder, shots: 2).map(\.context) == questions.map(\.context))
    #expect(
      try self.questions(folder, shots: 2, seed: 1).map(\.context) != questions.map(\.context)
    )
    #expect(Set(questions.map { $0.context.prefix(10) }).count > 1)
  }

  @Test(arguments: [
    ("prompt: \"{{place.name}}\"", "records: is missing"), ("records: a", "prompt: is missing"),
    ("records: a\nprompt: b", "answer: is missing"),
    ("records: a\nprompt: b\nanswer: c\nkind: choice", "choices: is missing"),
    ("records: a\nprompt: \"{{b\"\nanswer: c", "prompt: needs }} behind each {{"),
    ("promt: a", "promt: is not a field of a task; did you mean prompt?"),
    ("prompt: [a]", "records: is missing"), ("records: [a]", "records: needs one text; got a list"),
    ("kind: quiz", "kind: needs one of choice, continuation, generation; got \"quiz\""),
    ("metric: points", "metric: needs one of acc, "),
    ("shots: -1", "shots: needs a whole number from 0 to 1000"),
    ("tokens: many", "tokens: needs a whole number"),
    ("chance: 2", "chance: needs a number from 0 to 1"),
    ("stop: {a: b}", "stop: needs a list of texts"), ("- a", "needs fields, such as prompt"),
    ("a: b: c", "is not YAML"), ("", "needs fields"), ("prompt: \"", "is not YAML"),
  ])
  func whatIsNoTaskIsRefused(text: String, complaint: String) throws {
    let folder = try folder(task: text)
    let error = try #require(throws: EvaluationError.self) {
      try EvaluationTask.named(folder / "task.yaml")
    }
    #expect("\(error)".contains(complaint), "\(error)")
    #expect("\(error)".hasPrefix(folder / "task.yaml"))
    #expect(!"\(error)".contains("\n"))
  }

  @Test(arguments: [
    ("{}", "items.jsonl:1: has no field place.name; it has none"),
    ("{\"place\": 1}", "items.jsonl:1: has no field place.name; it has place"),
    (
      "{\"place\": {\"name\": [1]}}",
      "items.jsonl:1: place.name needs to be a text or a number; got a list"
    ),
    ("{\"place\": {\"name\": \"a\"}, \"right\": 0}", "has no field colours; it has place, right"),
    (
      "{\"place\": {\"name\": \"a\"}, \"colours\": [\"b\"], \"right\": 0}",
      "needs two choices at least; got 1"
    ),
    (
      "{\"place\": {\"name\": \"a\"}, \"colours\": [\"b\", {}], \"right\": 0}",
      "in its list; got an object"
    ),
    (
      "{\"place\": {\"name\": \"a\"}, \"colours\": [\"b\", \"c\"], \"right\": 2}",
      "one of the choices or a number from 0 to 1; got \"2\""
    ),
    ("\n\n[1]", "items.jsonl:3: needs an object of JSON, one a line"),
    ("{\"a\": }", "needs an object of JSON"),
    ("", "items.jsonl: needs 1 records; got 0"),
  ])
  func whatIsNoRecordIsRefused(text: String, complaint: String) throws {
    let folder = try folder(items: text)
    let error = try #require(throws: EvaluationError.self) { try questions(folder) }
    #expect("\(error)".contains(complaint), "\(error)")
  }

  @Test func bytesThatAreNoTextAreRefused() throws {
    let folder = try folder()
    try folder.write(
      [UInt8]("{\"a\": \"caf".utf8) + [0xE9] + [UInt8]("\"}".utf8),
      to: "items.jsonl"
    )
    let error = try #require(throws: EvaluationError.self) { try questions(folder) }
    #expect("\(error)".contains("items.jsonl:1: is not UTF-8"))
    try folder.write([UInt8]("task: caf".utf8) + [0xE9], to: "task.yaml")
    let other = try #require(throws: EvaluationError.self) { try questions(folder) }
    #expect("\(other)" == "\(folder / "task.yaml"): is not UTF-8")
  }
}
