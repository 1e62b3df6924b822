import ArgumentParser
import Evaluation
import Reports

/// `espalier tasks`.
struct Tasks: EspalierSubcommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks",
    abstract: "List the tasks that models can be asked, show one, or write its questions.",
    discussion: """
      Without a name it lists the tasks that are made from a seed; with one it prints a question \
      as a model reads it. With --output it writes questions as JSON lines with the fields prompt, \
      answer, choices and label: `espalier finetune` takes them, and so does a task of your own.

        espalier tasks
        espalier tasks assignment-1 --shots 1
        espalier tasks copying --questions 1024 --seed 7 --output copying.jsonl
      """
  )

  @Argument(help: ArgumentHelp("A task's name or its YAML file.", valueName: "task"))
  var task: String?

  @Option(help: ArgumentHelp("How many questions.", valueName: "count"))
  var questions = 1

  @Option(
    help: ArgumentHelp(
      "Solved examples before each question. (default: as the task says, and none with --output)",
      valueName: "count"
    )
  )
  var shots: Int?

  @Option(help: "All that is drawn follows from it.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("The file of JSON lines to write.", valueName: "file"))
  var output: String?

  @Flag(help: "Print the list, or the questions, as JSON.")
  var json = false

  func validate() throws {
    guard questions > 0 else {
      throw ValidationError("--questions: needs 1 or more; got \(questions)")
    }
    guard shots.map({ (0...1000).contains($0) }) ?? true else {
      throw ValidationError("--shots: needs 0 to 1000; got \(shots ?? 0)")
    }
    guard task != nil || output == nil else {
      throw ValidationError("Name the task whose questions are written")
    }
  }

  func run(in context: CommandContext) throws {
    guard let task else { return try list(context.console) }
    let set = try EvaluationTask.named(task)
      .questions(count: questions, shotCount: shots ?? (output == nil ? nil : 0), seed: seed)
    let records = set.questions.map { WrittenQuestion($0, delimiter: set.task.format.delimiter) }
    if let output {
      return try OutputFile.write(records.map { try JSONText.line(of: $0) }.joined(), to: output)
    }
    if json { return try context.console.write(JSONText.of(records)) }
    try context.console.write(set.questions.map { Self.text($0, set.task) }.joined(separator: "\n"))
  }

  private func list(_ console: Console) throws {
    let families = EvaluationTask.families
    if json { return try console.write(JSONText.of(families)) }
    let rows = families.map { family in
      [
        family.pattern, family.parameters, NumberFormat.fixed(family.chance, digits: 3),
        "such as \(family.examples[0]): \(family.summary)",
      ]
    }
    let table = TextTable(rows: [["task", "N", "guessing", ""]] + rows, numbers: 2..<3)
    try console.write(table.lines.map { $0 + "\n" }.joined())
  }

  /// A question as the model reads it, and what is right.
  private static func text(_ question: Question, _ task: EvaluationTask) -> String {
    let solution = task.format.delimiter + question.item.solution
    let choices =
      if case .choice(let candidates, _) = question.item.demand {
        "  of: " + candidates.joined(separator: ", ")
      } else {
        ""
      }
    return "\(question.context)[\(solution)]\(choices)\n"
  }
}

/// A question as a line of JSON.
private struct WrittenQuestion: Encodable {
  let prompt: String
  let answer: String
  let choices: [String]?
  let label: Int?

  init(_ question: Question, delimiter: String) {
    prompt = question.context
    answer = delimiter + question.item.solution
    if case .choice(let candidates, let place) = question.item.demand {
      (choices, label) = (candidates, place)
    } else {
      (choices, label) = (nil, nil)
    }
  }
}
