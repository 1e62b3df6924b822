import EspalierTestSupport
import Foundation
import Studies
import Testing

@Suite struct LearningCurveTests {
  private func run(
    _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(folder: folder.path).run(arguments)
  }

  /// A folder with a model in whose context a question has room, made once; nobody changes what is there.
  private static let made = Task {
    let folder = try await Workshop.ready().copy()
    let outcome = try await EspalierProcess(folder: folder.path).run([
      "train", "tiny.yaml", "--run", "wide", "--set", "model.contextLength=64", "--set",
      "growth.method=none", "--set", "training.steps=4", "--set", "growth.blockSize=null",
    ])
    try #require(outcome.code == 0, "\(outcome.errors)")
    try folder.write(
      "records: mine.jsonl\nprompt: \"{{q}}\"\nanswer: \"{{a}}\"\n",
      to: "mine.yaml"
    )
    return folder
  }

  private static let arguments = [
    "learning-curve", "wide", "--tasks", "p-hop-1", "--examples", "8,12", "--draws", "2", "--rates",
    "0.001,0.01",
    "--steps", "6", "--questions", "20", "--output", "curve",
  ]

  @Test func aCurveIsDrawnAndGoneOnWith() async throws {
    let folder = try await Self.made.value
    let outcome = try await run(Self.arguments, in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = try JSONDecoder().decode(
      LearningCurveRecord.self,
      from: folder.read("curve/learning-curve.json")
    )
    // Without examples once, then two draws of each number.
    #expect(record.cells.map(\.examples) == [0, 8, 8, 12, 12])
    #expect(record.cells.map(\.draw) == [0, 0, 1, 0, 1])
    for cell in record.cells.dropFirst() {
      let best = try #require(
        cell.heldOutLosses.indices.min { cell.heldOutLosses[$0] < cell.heldOutLosses[$1] }
      )
      #expect(cell.heldOutLosses.count == 2 && cell.learningRate == record.rates[best])
      #expect(try #require(cell.metrics["acc"]).value <= 1)
    }
    #expect(outcome.output.contains("guessing"))
    #expect(
      String(decoding: try folder.read("curve/report.html"), as: UTF8.self).contains(
        "How many examples it takes"
      )
    )
    #expect(!FileManager.default.fileExists(atPath: folder / "curve/tuning"))
    // What is known is not learnt again: the number that nobody can have stays.
    var known = record
    known.cells[2].metrics["acc"]?.value = 0.12345
    try folder.write(JSONEncoder().encode(known), to: "curve/learning-curve.json")
    let again = try await run(Self.arguments + ["--json"], in: folder)
    #expect(again.code == 0, "\(again.errors)")
    #expect(
      try JSONDecoder().decode(LearningCurveRecord.self, from: Data(again.output.utf8)) == known
    )
    let other = try await run(Self.arguments.map { $0 == "6" ? "7" : $0 }, in: folder)
    #expect(other.code == 1 && other.errors.contains("is of another comparison"))
  }

  @Test(arguments: [
    (["wide", "--tasks", "p-hop-1", "--examples", "2"], 2, "--examples: needs numbers from 4"),
    (["wide", "--tasks", "p-hop-1", "--rates", "0"], 2, "--rates: needs numbers above 0"),
    (["wide", "--tasks", "p-hop-1", "--draws", "0"], 2, "--draws: needs a number from 1"),
    (["wide", "--tasks", "p-hop-1", "--steps", "0"], 2, "--steps: needs a number from 1"),
    (["wide", "--tasks", "mine.yaml"], 1, "has the questions of its file alone"),
    (["wide", "--tasks", "i-gsm-16"], 1, "tokens"),
    (["wide", "wide/", "--tasks", "p-hop-1"], 1, "two models"),
  ])
  func whatCannotBeLearntIsSaid(arguments: [String], code: Int, complaint: String) async throws {
    let folder = try await Self.made.value
    let outcome = try await run(
      ["learning-curve"] + arguments + ["--output", "nothing"],
      in: folder
    )
    #expect(outcome.code == code, "\(outcome.errors)")
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
  }
}
