import EspalierTestSupport
import Evaluation
import Foundation
import Studies
import Testing

/// An isoplot of answers that are written down here, so that what must come out is known.
@Suite struct IsoplotTests {
  /// Answers of two methods whose scores lie on lines of the same slope, one of them higher by 0.2.
  private func folder(
    tokenizer: (String) -> String = { _ in "t" },
    checksum: (String) -> String = { _ in "q" }
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.makeFolder("e/answers")
    for method in ["none", "midas"] {
      for seed in 0..<6 {
        for step in 1...5 {
          let loss =
            4 - 0.1 * Double(step) + 0.01 * Double((seed * 3 + step) % 4)
            + (method == "none" ? 0 : 0.002)
          let score = 2 - 0.5 * loss + (method == "none" ? 0 : 0.2)
          let model: [String: Any] = [
            "name": method, "path": "runs/\(method)/seed-\(seed)", "step": step * 100,
            "method": method, "seed": seed,
            "layers": 4, "checksum": "c", "tokenizerChecksum": tokenizer(method),
          ]
          let result: [String: Any] = [
            "task": "copying", "version": 1, "questionCount": 20, "shotCount": 0, "seed": 0,
            "checksum": checksum(method), "metric": "acc", "shortenedCount": 0,
            "scores": ["acc": (0..<20).map { score + 0.01 * Double($0 - 10) + 0.005 }],
          ]
          let record: [String: Any] = [
            "formatVersion": 1, "model": model, "order": ["name": "as trained"],
            "beginsDocuments": false,
            "validationLoss": loss, "tasks": [result], "texts": [],
          ]
          try folder.write(
            JSONSerialization.data(withJSONObject: record),
            to: "e/answers/\(method)-\(seed)-\(step).json"
          )
        }
      }
    }
    return folder
  }

  private func isoplot(
    _ arguments: [String],
    in folder: TemporaryFolder
  ) async throws -> EspalierProcess.Outcome {
    try await EspalierProcess(folder: folder.path).run(["isoplot"] + arguments)
  }

  @Test func aKnownGapIsFound() async throws {
    let folder = try folder()
    let outcome = try await isoplot(["e"], in: folder)
    #expect(outcome.code == 0, "\(outcome.errors)")
    // Six seeds, all on one side: 2 of 64 arrangements are as far apart.
    #expect(outcome.output.contains("midas   copying  acc     +0.200"), "\(outcome.output)")
    #expect(outcome.output.contains("0.031"))
    #expect(
      outcome.output.contains("midas scores higher on copying than none at equal loss: +0.200")
    )
    let page = String(decoding: try folder.read("e/isoplot.html"), as: UTF8.self)
    #expect(page.contains("Answers at equal loss") && page.contains("<svg"))
    let lines = String(decoding: try folder.read("e/isoplot.csv"), as: UTF8.self).split(
      separator: "\n"
    )
    #expect(lines.count == 1 + 60)
    let again = try await isoplot(["e", "--json"], in: folder)
    #expect(try Data(again.output.utf8) == folder.read("e/isoplot.json"))
  }

  @Test(arguments: [
    (
      ["e", "--baseline", "full"], 1, "baseline: needs a method of the runs, midas, none; got full"
    ),
    (["e", "--metric", "points"], 2, "--metric"), (["e", "--draws", "1"], 2, "--draws: needs 100"),
    (["e", "--loss", "bits"], 1, "e: holds no answers that can be compared"),
    (["e", "--loss-margin", "0"], 2, "--loss-margin"),
    (["nowhere"], 1, "nowhere: holds no answers"),
  ])
  func whatCannotBeComparedIsSaid(arguments: [String], code: Int, complaint: String) async throws {
    let outcome = try await isoplot(arguments, in: folder())
    #expect(outcome.code == code)
    #expect(outcome.errors.contains(complaint), "\(outcome.errors)")
  }

  @Test func differentTokenizersAndQuestionsAreRefused() async throws {
    let tokenizers = try await isoplot(["e"], in: folder(tokenizer: { $0 }))
    #expect(tokenizers.code == 1)
    #expect(tokenizers.errors.contains("has another tokenizer than"))
    #expect(tokenizers.errors.contains("--loss bits compares a byte"))
    let questions = try await isoplot(["e"], in: folder(checksum: { $0 }))
    #expect(questions.code == 1)
    #expect(questions.errors.contains("was asked other questions of copying than"))
  }

  @Test func aDamagedFileIsNamed() async throws {
    let folder = try folder()
    try folder.write("{", to: "e/answers/midas-0-1.json")
    let outcome = try await isoplot(["e"], in: folder)
    #expect(outcome.code == 1 && outcome.errors.contains("e/answers/midas-0-1.json: is no record"))
  }
}
