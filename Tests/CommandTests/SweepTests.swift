import EspalierTestSupport
import Foundation
import Runs
import Studies
import Testing

/// Several recipes with several seeds at equal cost.
@Suite struct SweepTests {
  private static let arguments = [
    "sweep", "adaptive.yaml", "midas.yaml", "full.yaml", "--seeds", "0,4", "--output",
  ]

  /// A folder with three recipes: three layers, grown in three ways.
  private func folder() async throws -> TemporaryFolder {
    let folder = try await Workshop.ready().copy()
    let growth = "method: midas, blockSize: 1"
    let recipes = [
      "adaptive":
        "method: adaptive, blockSize: 1, adaptive: {lag: 2, pool: midas gradstack random}",
      "midas": growth,
      "full": "method: none",
    ]
    for (name, text) in recipes {
      let recipe = Workshop.recipe
        .replacing(growth, with: text)
        .replacing("tiny", with: name)
        .replacing("layers: 2", with: "layers: 3")
      try recipe.write(toFile: folder / "\(name).yaml", atomically: true, encoding: .utf8)
    }
    return folder
  }

  private func record(_ folder: TemporaryFolder, _ name: String) throws -> SweepRecord {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "\(name)/sweep.json"))
    return try JSONDecoder().decode(SweepRecord.self, from: data)
  }

  @Test func armsCostTheSameAndAreComparedSeedBySeed() async throws {
    let folder = try await folder()
    let outcome = try await EspalierProcess(folder: folder.path).run(Self.arguments + ["out"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = try record(folder, "out")
    #expect(record.arms.map(\.name) == ["adaptive", "midas", "full"])
    #expect(record.arms[0].steps == 18)
    let budget = record.arms[0].chargedFlops
    for arm in record.arms {
      let run = try LoadedRun.load(RunFolder(path: folder / "out/\(arm.name)/seed-4"))
      let last = try #require(run.metrics.records.last)
      // What was planned is what it cost.
      #expect(last.flops + (last.growthFlops ?? 0) == arm.chargedFlops)
      #expect(run.record.outcome.finalStep == arm.steps)
      #expect(run.record.outcome.finalValidationLoss == arm.losses[1])
      #expect(run.record.seed == 4)
      // A step at full depth is the least that cost can differ by.
      #expect(abs(arm.chargedFlops - budget) <= budget / Double(record.arms[2].steps))
    }
    let losses = record.arms.map { $0.losses.compactMap { $0 } }
    let differences = zip(losses[1], losses[0]).map { $0 - $1 }
    let mean = (differences[0] + differences[1]) / 2
    #expect(abs(record.comparisons[0].difference.mean - mean) < 1e-12)
    // With two seeds: Student's 97.5 % quantile with one degree of freedom, 12.706, times the error.
    let half = 12.706204736 * abs(differences[0] - differences[1]) / 2
    let high = try #require(record.comparisons[0].difference.high)
    #expect(abs(high - mean - half) < 1e-6)
    #expect(record.arms[0].choices.allSatisfy { $0?.count == 2 })
    #expect(record.arms[1].choices == [nil, nil])
    #expect(outcome.output.contains("compared with adaptive"))
    for name in ["report.html", "sweep.md"] {
      #expect(FileManager.default.fileExists(atPath: folder / "out/\(name)"))
    }
  }

  @Test func aSweepThatWasStoppedGoesOnToTheSameNumbers() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(Self.arguments + ["whole"]).code == 0)
    try LiveCommand.runKilled(Self.arguments + ["parts"], atLineBeginning: "2/6", in: folder.path)
    let outcome = try await espalier.run(Self.arguments + ["parts"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(!outcome.errors.contains("1/6  "))
    #expect(try record(folder, "parts") == record(folder, "whole"))

    // A sweep that was begun before a field existed is the same; one with another value is not.
    try folder.change("whole/sweep.json") {
      let text = String(decoding: $0, as: UTF8.self)
      let field = "\\n  layerExecution: unrolled"
      #expect(text.components(separatedBy: field).count == 4)
      $0 = Data(text.replacingOccurrences(of: field, with: "").utf8)
    }
    let older = try await espalier.run(Self.arguments + ["whole"])
    #expect(older.code == 0, "\(older.errors)")
    try folder.change("midas.yaml") {
      let text = String(decoding: $0, as: UTF8.self)
      $0 = Data(text.replacing("batchSize: 4", with: "batchSize: 2").utf8)
    }
    let other = try await espalier.run(Self.arguments + ["whole"])
    #expect(
      other.errorLines.suffix(2) == [
        "error: whole/sweep.json: is of another comparison and is not replaced; name another folder",
        "hint: --output names the folder",
      ]
    )
  }

  @Test func whatCannotBeComparedIsRefused() async throws {
    let folder = try await folder()
    let espalier = EspalierProcess(folder: folder.path)
    func messages(_ arguments: String...) async throws -> [String] {
      let outcome = try await espalier.run(["sweep"] + arguments + ["--output", "out"])
      #expect(outcome.code != 0)
      #expect(!FileManager.default.fileExists(atPath: folder / "out"))
      return outcome.errorLines
    }
    #expect(
      try await messages("midas.yaml")
        == ["error: a sweep needs at least two recipes to compare; got 1"]
    )
    #expect(
      try await messages("midas.yaml", "midas.yaml")
        == ["error: a sweep needs recipes with different names; midas is there twice"]
    )
    #expect(
      try await messages("midas.yaml", "full.yaml", "--seeds", "1,1") == [
        "error: a sweep needs at least one seed, and each once",
        "hint: --seeds names them, with commas between them",
      ]
    )
  }
}
