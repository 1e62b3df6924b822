import EspalierTestSupport
import Foundation
import Runs
import Studies
import Testing

/// Models taken apart by the command.
@Suite struct AnalyzeTests {
  /// Two seeds of one recipe and a model without growth, side by side; gone on with after it was killed.
  @Test func modelsStandSideBySide() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    for arguments in [
      ["--set", "seed=1", "--run", "second"],
      ["--set", "growth.method=none", "--run", "full"],
    ] {
      let outcome = try await espalier.run(["train", "tiny.yaml"] + arguments)
      try #require(outcome.code == 0, "\(outcome.errors)")
    }
    let arguments = [
      "analyze", "reference", "second", "full", "--sequences", "8", "--output", "anatomy",
    ]
    try LiveCommand.runKilled(arguments, atLineBeginning: "1/3  reference", in: folder.path)
    let outcome = try await espalier.run(arguments)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = try JSONDecoder().decode(
      AnatomyRecord.self,
      from: folder.read("anatomy/anatomy.json")
    )
    #expect(record.results.map(\.path) == ["reference", "second", "full"])
    for result in record.results {
      let anatomy = result.anatomy
      #expect(anatomy.layers == 2 && anatomy.blockSize == 1)
      // As the run measured it, on other sequences.
      let run = try LoadedRun.load(RunFolder(path: folder / result.path))
      #expect(abs(anatomy.loss - (try #require(run.record.outcome.finalValidationLoss))) < 0.5)
      #expect(anatomy.map("weights")?.values.count == 2)
      #expect(anatomy.profile("lens")?.values.count == 3)
      #expect(anatomy.depthScore != nil)
    }
    // A copied layer is like its original, and layers of two seeds have nothing in common.
    let grown = try #require(record.results[0].anatomy.map("weights.query")?.values[0][1])
    #expect(grown > 0.5)
    #expect(abs(try #require(record.results[0].otherSeed)) < 0.2)
    let again = try #require(record.results[2].anatomy.map("weights.query")?.values[0][1])
    #expect(abs(again) < 0.3)

    let page = String(decoding: try folder.read("anatomy/report.html"), as: UTF8.self)
    #expect(page.contains("Blocks as functions") && page.contains("class=\"plot heat\""))
    let csv = String(decoding: try folder.read("anatomy/anatomy.csv"), as: UTF8.self)
    #expect(csv.hasPrefix("path,step,key,row,column,value,error,floor"))
    #expect(csv.contains("full,18,swap.layers,0,1,"))
    #expect(outcome.output.contains("depth score"))
  }

  @Test func whatCannotBeTakenApartIsRefusedInOneSentence() async throws {
    let folder = try await Workshop.ready().copy(withReference: true)
    let espalier = EspalierProcess(folder: folder.path)
    func error(_ arguments: String...) async throws -> String {
      let outcome = try await espalier.run(["analyze"] + arguments + ["--output", "no"])
      #expect(outcome.code != 0)
      return outcome.errors
    }
    #expect(try await error("reference", "reference").contains("name each once"))
    #expect(try await error("nowhere").contains("error: "))
    #expect(try await error("reference", "--block", "0").contains("needs 1 or more layers"))
    #expect(try await error("reference", "--sequences", "1").contains("--sequences: needs"))
    let grown = try await espalier.run([
      "grow", "reference/checkpoints/step-00000018", "--method", "gradstack", "--output", "grown",
    ])
    #expect(grown.code == 0)
    #expect(try await error("grown/step-00000018").contains("name a token file with --tokens"))
    let outcome = try await espalier.run([
      "analyze", "grown/step-00000018", "--tokens", "book.tokens", "--sequences", "4", "--output",
      "apart",
    ])
    #expect(outcome.code == 0, "\(outcome.errors)")
  }
}
