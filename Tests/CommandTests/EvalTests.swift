import EspalierTestSupport
import Evaluation
import Foundation
import Studies
import Testing

@Suite struct EvalTests {
  private func eval(
    _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(folder: folder.path).run(["eval"] + arguments)
  }

  private func contents(_ folder: TemporaryFolder) throws -> EvaluationReport.Contents {
    try JSONDecoder().decode(
      EvaluationReport.Contents.self,
      from: folder.read("answers/evaluation.json")
    )
  }

  private static let asking = [
    "reference", "--tasks", "p-hop-1,mine.yaml", "--shots", "0", "--questions", "12", "--output",
    "answers",
  ]

  private func ready() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy(withReference: true)
    try folder.write(
      "records: mine.jsonl\nprompt: \"{{q}}\"\nchoices: [light, darkness]\nanswer: \"{{a}}\"\n",
      to: "mine.yaml"
    )
    try folder.write(
      "{\"q\": \"God saw the\", \"a\": \"light\"}\n{\"q\": \"he called the\", \"a\": 1}\n",
      to: "mine.jsonl"
    )
    return folder
  }

  @Test func answersBecomePagesAndFiles() async throws {
    let folder = try await ready()
    let outcome = try await eval(Self.asking + ["--text", "mine.jsonl"], in: folder)
    // A record for texts needs a field of that name.
    #expect(outcome.code == 1 && outcome.errors.contains("mine.jsonl"))
    let right = try await eval(Self.asking + ["--text", "mine.yaml"], in: folder)
    #expect(right.code == 0, "\(right.errors)")
    #expect(right.output.contains("p-hop-1") && right.output.contains("bits a byte"))
    for name in ["report.html", "evaluation.md", "evaluation.csv"] {
      #expect(try folder.read("answers/\(name)").count > 500, "\(name)")
    }
    let found = try contents(folder)
    #expect(found.answers.map(\.task) == ["p-hop-1", "mine"])
    #expect(found.answers.map(\.questionCount) == [12, 2])
    #expect(found.answers.allSatisfy { $0.metrics["acc"]?.value.isFinite == true })
    #expect(try #require(found.answers[0].validationLoss) > 0)
    #expect(found.texts.count == 1 && found.texts[0].bitsPerByte > 0)
    let lines = String(decoding: try folder.read("answers/evaluation.csv"), as: UTF8.self).split(
      separator: "\n"
    )
    #expect(lines.count == 1 + found.answers.reduce(0) { $0 + $1.metrics.count })
  }

  /// What was answered is not asked again, and what is asked besides joins it.
  @Test func theSameCommandGoesOnWhereItEnded() async throws {
    let folder = try await ready()
    #expect(try await eval(Self.asking, in: folder).code == 0)
    let first = try folder.read("answers/evaluation.json")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder / "answers/answers")
    #expect(names.count == 1)
    let answers = "answers/answers/\(names[0])"
    // Scores that nobody can have tell what is kept from what is asked anew.
    let kept = String(decoding: try folder.read(answers), as: UTF8.self)
      .replacingOccurrences(of: "\"margin\":[", with: "\"margin\":[999,")
    try folder.write(kept, to: answers)
    #expect(try await eval(Self.asking, in: folder).code == 0)
    #expect(String(decoding: try folder.read(answers), as: UTF8.self).contains("999,"))
    let other = try await eval(Self.asking.map { $0 == "12" ? "11" : $0 }, in: folder)
    #expect(other.code == 0)
    #expect(try contents(folder).answers.map(\.questionCount) == [11, 2])
    #expect(try folder.read("answers/evaluation.json") != first)
  }

  @Test func theMiddleRunsAgain() async throws {
    let folder = try await ready()
    let outcome = try await eval(
      [
        "reference", "--tasks", "p-hop-1", "--shots", "0", "--questions", "8", "--output",
        "answers",
        "--repeat-middle", "1,2", "--block", "1", "--json",
      ],
      in: folder
    )
    #expect(outcome.code == 0, "\(outcome.errors)")
    let found = try JSONDecoder().decode(
      EvaluationReport.Contents.self,
      from: Data(outcome.output.utf8)
    )
    #expect(found.answers.map(\.order.name) == ["middle x 1", "middle x 2"])
    let losses = found.answers.compactMap(\.validationLoss)
    #expect(losses.count == 2 && losses[0] != losses[1])
    #expect(
      String(decoding: try folder.read("answers/report.html"), as: UTF8.self).contains(
        "The middle block run again"
      )
    )
    let reversed = try await eval(
      [
        "reference", "--tasks", "p-hop-1", "--questions", "4", "--layers", "1-0", "--output",
        "answers",
      ],
      in: folder
    )
    #expect(reversed.code == 0, "\(reversed.errors)")
  }

  @Test(arguments: [
    (["reference", "--output", "a"], 2, "Give --tasks or --text"),
    (
      ["reference", "--tasks", "copyng", "--output", "a"], 1, "copyng: is neither a task nor a file"
    ),
    (["reference", "--tasks", "nowhere.yaml", "--output", "a"], 1, "nowhere.yaml"),
    (["nowhere", "--tasks", "copying", "--output", "a"], 1, "nowhere"),
    (
      ["reference", "--tasks", "copying", "--questions", "0", "--output", "a"], 2,
      "--questions: needs 1 or more"
    ),
    (["reference", "--tasks", "copying", "--shots", "-1", "--output", "a"], 2, "--shots"),
    (
      ["reference", "--tasks", "copying", "--layers", "9", "--output", "a"], 1,
      "needs layers from 0 to"
    ),
    (
      [
        "bare", "--tokenizer", "book.model", "--tasks", "copying", "--repeat-middle", "2",
        "--output", "a",
      ], 1,
      "say its layers with --block"
    ),
    (
      [
        "reference", "--tasks", "copying", "--repeat-middle", "2", "--layers", "0", "--output", "a",
      ], 2,
      "Give either --repeat-middle or --layers"
    ),
    (
      ["reference", "reference/", "--tasks", "copying", "--output", "a"], 1,
      "would hold the answers of two models"
    ),
    (["reference", "--tasks", "long.yaml", "--output", "a"], 1, "a continuation has"),
    (["bare", "--tasks", "copying", "--output", "a"], 1, "name the file with --tokenizer"),
  ])
  func whatCannotBeAskedIsSaid(arguments: [String], code: Int, complaint: String) async throws {
    let folder = try await ready()
    try folder.write(
      "records: long.jsonl\nprompt: \"{{q}}\"\nanswer: \"{{a}}\"\nkind: continuation\n",
      to: "long.yaml"
    )
    let word = String(repeating: "light ", count: 300)
    try folder.write("{\"q\": \"God\", \"a\": \"\(word)\"}\n", to: "long.jsonl")
    // A checkpoint by itself has no tokenizer.
    let checkpoints = try FileManager.default.contentsOfDirectory(
      atPath: folder / "reference/checkpoints"
    ).sorted()
    try FileManager.default.copyItem(
      atPath: folder / "reference/checkpoints/\(try #require(checkpoints.last))",
      toPath: folder / "bare"
    )
    let outcome = try await eval(arguments, in: folder)
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: folder / "a/report.html"))
  }

  @Test func tasksAreListedShownAndWritten() async throws {
    let folder = try await ready()
    let process = EspalierProcess(folder: folder.path)
    let list = try await process.run(["tasks"])
    #expect(list.code == 0)
    for family in EvaluationTask.families { #expect(list.output.contains(family.pattern)) }
    let written = try await process.run([
      "tasks", "copying", "--questions", "3", "--output", "copying.jsonl",
    ])
    #expect(written.code == 0 && written.output.isEmpty)
    // What is written is a task's records.
    try folder.write(
      "records: copying.jsonl\nprompt: \"{{prompt}}\"\nchoices: \"{{choices}}\"\nanswer: \"{{label}}\"\n",
      to: "again.yaml"
    )
    let mine = try EvaluationTask.named(folder / "again.yaml").questions().questions
    #expect(
      try mine.map(\.item)
        == EvaluationTask.named("copying").questions(count: 3, shotCount: 0).questions.map(\.item)
    )
    let unknown = try await process.run(["tasks", "p-hop-40"])
    #expect(
      unknown.code == 1 && unknown.errors.contains("needs a number from 1 to 32 behind p-hop-")
    )
  }

  /// The document shows each primitive as the command prints it.
  @Test func theDocumentsExamplesAreTheCommands() async throws {
    let document = try String(
      contentsOfFile: TestPlugin.packageRoot.path + "/docs/eval.md",
      encoding: .utf8
    )
    let commands = document.split(separator: "\n").filter { $0.hasPrefix("$ espalier tasks ") }
    #expect(commands.count >= EvaluationTask.families.count)
    for command in commands {
      let arguments = command.split(separator: " ").dropFirst(2).map(String.init)
      let outcome = try await EspalierProcess(folder: "/").run(arguments)
      #expect(document.contains("\(command)\n\(outcome.output)"), "\(command)")
    }
  }
}

/// Questions that a model may have been trained on.
@Suite struct ContaminationTests {
  @Test func questionsFromTheTrainingTextAreCounted() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let documents = try String(decoding: folder.read("text.jsonl"), as: UTF8.self).split(
      separator: "\n"
    )
    let texts = try documents.compactMap {
      (try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["text"] as? String
    }
    // Of each document a part, and one that is put together from parts of five tokens at most.
    let parts = texts.map { String($0.dropFirst(20).prefix(120)) }
    let mixed = (0..<20).map { String(texts[$0 % texts.count].dropFirst(40 * $0).prefix(4)) }
      .joined(separator: "#")
    let records = try (parts + [mixed]).map { text in
      String(
        decoding: try JSONSerialization.data(withJSONObject: ["q": text, "a": "x"]),
        as: UTF8.self
      )
    }
    try folder.write(records.joined(separator: "\n") + "\n", to: "known.jsonl")
    try folder.write(
      "records: known.jsonl\nprompt: \"{{q}}\"\nanswer: \"{{a}}\"\nkind: continuation\n",
      to: "known.yaml"
    )
    let outcome = try await EspalierProcess(folder: folder.path)
      .run([
        "eval", "reference", "--tasks", "known.yaml,p-hop-1", "--shots", "0", "--questions", "40",
        "--output", "e",
      ])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let file = try #require(
      try FileManager.default.contentsOfDirectory(atPath: folder / "e/answers").first
    )
    let record = try JSONDecoder().decode(
      EvaluationRecord.self,
      from: folder.read("e/answers/\(file)")
    )
    let known = try #require(record.tasks[0].knownCount)
    // Some documents are held out.
    let asked = min(40, parts.count)
    #expect(known > asked / 2 && known <= asked, "\(known) of \(asked)")
    #expect(outcome.errors.contains("questions of known stand in the text that it was trained on"))
    #expect(record.tasks[1].knownCount == 0)
  }
}
