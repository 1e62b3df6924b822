import EspalierTestSupport
import Foundation
import Studies
import Testing

@Suite struct LagTests {
  private static let arguments = [
    "lag", "tiny.yaml", "--pool", "midas,random,zero-output-copy,bottom", "--seeds", "0,3",
    "--lags",
    "0,3", "--steps", "9", "--output",
  ]

  private func record(_ folder: TemporaryFolder, _ name: String) throws -> LagRecord {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder / "\(name)/lag.json"))
    return try JSONDecoder().decode(LagRecord.self, from: data)
  }

  /// The plan's own strategy is an ordinary run: its losses are that run's, to the last bit.
  @Test func aProbeOfThePlansOwnGrowthIsTheOrdinaryRun() async throws {
    let workshop = try await Workshop.ready()
    let folder = try workshop.copy()
    let outcome = try await EspalierProcess(folder: folder.path).run(Self.arguments + ["lag"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let record = try record(folder, "lag")
    #expect(record.lags == [0, 3, 9])
    #expect(record.growthStep == 9)
    let midas = try #require(record.losses[0][0])
    let ordinary = Dictionary(
      uniqueKeysWithValues: workshop.reference.metrics.records.compactMap { row in
        row.validationLoss.map { (row.step, $0) }
      }
    )
    #expect(midas[1] == ordinary[12])
    #expect(midas[2] == ordinary[18])
    // Right after growing, only what keeps the function has the loss from before.
    let before = try #require(ordinary[9])
    let zeroOutput = try #require(record.losses[0][2])
    #expect(abs(zeroOutput[0] - before) < 1e-5)
    #expect(abs(midas[0] - before) > 1e-3)
    // In one layer the first block is the middle one.
    #expect(record.losses[0][3] == midas)
    #expect(record.losses[1][0] != midas)
    #expect(record.analysis?.points.count == 3)
    #expect(record.analysisWithoutPreserving?.points.count == 3)
    #expect(record.selections.first?.selector == "at initialisation")
    #expect(outcome.output.contains("best at the end: "))
    #expect(FileManager.default.fileExists(atPath: folder / "lag/report.html"))
  }

  @Test func aComparisonThatWasStoppedGoesOnToTheSameBits() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    #expect(try await espalier.run(Self.arguments + ["whole"]).code == 0)
    try LiveCommand.runKilled(Self.arguments + ["parts"], atLineBeginning: "2/8", in: folder.path)
    #expect(try record(folder, "parts").analysis == nil)
    let outcome = try await espalier.run(Self.arguments + ["parts"])
    #expect(outcome.code == 0)
    #expect(!outcome.errors.contains("1/8  "))
    #expect(try record(folder, "parts") == record(folder, "whole"))
  }

  @Test func whatCannotBeComparedIsRefusedBeforeAnythingIsWritten() async throws {
    let folder = try await Workshop.ready().copy()
    let espalier = EspalierProcess(folder: folder.path)
    func message(_ arguments: String...) async throws -> String? {
      let outcome = try await espalier.run(["lag", "tiny.yaml", "--output", "lag"] + arguments)
      #expect(outcome.code != 0)
      #expect(!FileManager.default.fileExists(atPath: folder / "lag"))
      return outcome.errorLines.first
    }
    #expect(
      try await message("--pool", "midas")
        == "error: a pool needs at least two strategies to choose from; got 1"
    )
    #expect(
      try await message("--pool", "midas,midas")
        == "error: a pool needs different strategies; midas is there twice"
    )
    #expect(
      try await message("--pool", "midas,loop-unroll")
        == "error: loop-unroll adds no layers with weights of their own, and only ways to add such layers "
        + "are compared with each other; choose another"
    )
    #expect(
      try await message("--pool", "midas,copy-at:1")
        == "error: copy-at needs a block of 1 layers from layer 1 on, but there are 1 layers to grow, "
        + "counted from 0"
    )
    #expect(try await message("--pool", "midas,lidas")?.contains("\"lidas\"") == true)
    #expect(
      try await message("--steps", "10")
        == "error: a comparison needs 1 to 9 steps after growing, those the run has after its first growth; "
        + "got 10"
    )
    #expect(try await message("--lags", "5,5")?.contains("each larger than the one before") == true)
    #expect(
      try await message("--seeds", "0,x")
        == "error: --seeds: needs whole numbers from 0 on with commas between them; got \"0,x\""
    )
    #expect(
      try await message("--set", "growth.method=none")
        == "error: tiny: trains at full depth from the start, so there is no growth to compare; set "
        + "growth.method"
    )
  }
}
