import EspalierTestSupport
import Foundation
import Testing
import Training

@Suite struct PlanTests {
  @Test func aPlanIsPrintedWithoutATokenFile() async throws {
    let folder = try TemporaryFolder()
    try """
    name: small
    corpus: {tokens: none.tokens}
    model: {layers: 4, width: 16, headCount: 2, contextLength: 16, vocabularySize: 100}
    training: {steps: 40, batchSize: 4}
    growth: {method: sequence, sequence: "midas 0,1,*,1", blockSize: 1}
    """.write(toFile: folder / "small.yaml", atomically: true, encoding: .utf8)
    let espalier = EspalierProcess(folder: folder.path)
    let outcome = try await espalier.run(["plan", "small.yaml", "--drawing", "drawings/plan.svg"])
    #expect(outcome.errors == "")
    #expect(outcome.code == 0)
    #expect(
      outcome.output == """
        small: sequence, 40 steps of 64 tokens

        stage  steps  layers  parameters         cost   share  layer map
        1      1-7         1       4,976   14.0 MFLOP   7.7 %
        2      8-20        2       8,336   43.9 MFLOP  24.3 %  [0 0]
        3      21-40       4      15,056  122.9 MFLOP  68.0 %  [0 1 * 1]

        180.8 MFLOP, 1.36 times cheaper than 245.8 MFLOP at full depth

        1  ░
        2  █▒
        3  ██░▒
           █ kept  ▒ copied  ░ fresh

        """
    )
    let drawing = try String(contentsOfFile: folder / "drawings/plan.svg", encoding: .utf8)
    #expect(drawing.contains("<svg xmlns=") && drawing.contains("A3"))
    let json = try await espalier.run(["plan", "small.yaml", "--json"])
    let overview = try JSONDecoder().decode(PlanOverview.self, from: Data(json.output.utf8))
    #expect(overview.stages.map(\.layers) == [1, 2, 4])
  }

  @Test func whatCannotBePlannedIsSaidInOneSentence() async throws {
    let folder = try TemporaryFolder()
    let espalier = EspalierProcess(folder: folder.path)
    func message(_ fields: String, _ arguments: [String] = []) async throws -> [String] {
      try "corpus: {tokens: none.tokens}\n\(fields)"
        .write(toFile: folder / "r.yaml", atomically: true, encoding: .utf8)
      let outcome = try await espalier.run(["plan", "r.yaml"] + arguments)
      #expect(outcome.code != 0)
      #expect(outcome.output == "")
      return outcome.errorLines.filter { $0.hasPrefix("error: ") }
    }
    #expect(
      try await message("model: {layers: 9}\ngrowth: {method: midas, blockSize: 2}") == [
        "error: r.yaml:2: model.layers: needs a depth that midas reaches from 2 layers on, such as 8 "
          + "or 10; got 9"
      ]
    )
    #expect(
      try await message(
        "model: {layers: 8}\ngrowth: {method: sequence, sequence: midsa, blockSize: 2}"
      ) == [
        "error: r.yaml:3: growth.sequence: needs methods that `espalier operators` lists, layer maps "
          + "such as 0,1,1,*, or widths such as width:256; \"midsa\" is none; got midsa"
      ]
    )
    #expect(
      try await message("growth: {sequence: midas}") == [
        "error: r.yaml:2: growth.sequence: is only for growth.method sequence, which this recipe "
          + "does not use; got midas"
      ]
    )
    #expect(
      try await message("model: {vocabularySize: 9}", ["--drawing", "x.svg"]) == [
        "error: r: trains at full depth from the start, so there is no growth to draw; leave out "
          + "--drawing or set growth.method"
      ]
    )
    #expect(
      try await message("seed: 1").first?.hasPrefix("error: none.tokens: cannot be read") == true
    )
  }
}
