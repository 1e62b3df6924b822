import Foundation
import Laboratory
import LinearAlgebra
import Randomness
import Testing

@testable import ImplicitBiasLab

@Suite struct BiasCheckerTests {
  /// Rows of normal features whose target is what weights make of them, and some noise.
  static func table(
    rows: Int = 50,
    weights: [Double],
    isClassification: Bool = false
  ) -> String {
    let stream = RandomStream(seed: 1).named("data")
    let numbers = stream.normals(count: rows * weights.count)
    let noise = stream.named("noise").normals(count: rows)
    let lines = (0..<rows).map { row -> String in
      let features = Array(numbers[row * weights.count..<(row + 1) * weights.count])
      let target = features.dot(weights) + 0.1 * noise[row]
      let label = target < 0 ? "1" : "3"
      return (features.map { "\($0)" } + [isClassification ? label : "\(target)"])
        .joined(separator: ",")
    }
    let names = weights.indices.map { "f\($0)" } + ["y"]
    return ([names.joined(separator: ",")] + lines).joined(separator: "\n") + "\n"
  }

  private static let sparse = (0..<80).map { $0 < 3 ? 1.0 : 0 }
  private static let dense = RandomStream(seed: 2).normals(count: 80).map { 0.1 * $0 }

  private func findings(
    _ text: String,
    task: BiasChecker.Task? = nil,
    scales: [Double] = [1, 0.01],
    seeds: ClosedRange<UInt64> = 1...4
  ) throws -> BiasFindings {
    try BiasChecker(
      engine: TestEngine.shared(),
      DataTable(text: text, file: "a.csv"),
      file: "a.csv",
      task: task,
      seeds: Array(seeds),
      depths: [2],
      scales: scales
    ).check(Sweep())
  }

  @Test func aSparseTruthWantsTheL1End() throws {
    let found = try findings(Self.table(weights: Self.sparse))
    #expect(found.checker.task == .regression && found.checker.learnedCount == 40)
    #expect(found.verdict.hasPrefix("The l1 end errs less than the l2 end, by "))
    #expect(
      try #require(found.bestNetwork).hasPrefix("Of the networks D = 2, α = 0.01 errs least, ")
    )
    // Between its ends, and each proven.
    let errors = found.rows.map(\.error.value)
    #expect(errors.count == 4 && errors[0] > errors[2] && errors[2] > 0.9 * errors[3])
    #expect(Certificate.worst(of: LabKey("error"), in: found.splits) < 1e-9)
    #expect(found.terminalText.hasPrefix("50 rows, 80 features, regression: 40 rows to learn"))
  }

  @Test func aDenseTruthWantsTheL2End() throws {
    let found = try findings(Self.table(weights: Self.dense), seeds: 1...12)
    #expect(
      found.verdict.hasPrefix("The l2 end errs less than the l1 end, by "),
      "\(found.verdict)"
    )
  }

  @Test func classesAreSeparated() throws {
    let found = try findings(Self.table(rows: 30, weights: Self.sparse, isClassification: true))
    #expect(found.checker.task == .classification)
    #expect(found.rows.count == 2 + 2 * 2)
    #expect(found.rows.allSatisfy { (0...1).contains($0.error.value) })
    let page = found.study(of: "a.csv", command: nil, facts: [])
    #expect(page.sections.count == 2 && page.sections.allSatisfy { $0.lesson != nil })
    #expect(
      found.record().points.on(LabKey("l2-ratio")).allSatisfy { (0...1.001).contains($0.value) }
    )
  }

  /// Isotropic features have no tail that is flat against so many rows; many weak ones have.
  @Test func theSpectrumIsJudged() throws {
    let isotropic = try findings(Self.table(weights: Self.dense), scales: [1])
    #expect(isotropic.benign[0].contains("the bound promises nothing"))
    let spiked = BiasFindings(
      checker: isotropic.checker,
      splits: isotropic.splits,
      spectrum: .spiked(3, tail: 40, dimension: 4000)
    )
    #expect(spiked.benign[0].contains("next to benign"), "\(spiked.benign)")
  }

  @Test(arguments: [
    ("", "a.csv: needs at least 10 rows below its header; got 0"),
    ("a,b,c\n1,2,3\n", "a.csv: needs at least 10 rows below its header; got 1"),
    (
      "a,b\n1,2\n", "a.csv: needs at least two columns of features and one of targets; got 2 in all"
    ),
    ("a,b,c\n1,2\n", "a.csv:2: needs 3 cells like the first row; got 2"),
    ("a,b,c\n1,x,3\n", "a.csv:2: b: needs a number; got \"x\""),
    ("a,b,c\n1,1e200,3\n", "a.csv:2: b: needs a finite number below 1e+150 in size; got 1e200"),
    (
      "a,b,c\n" + String(repeating: "1,2,3\n", count: 12),
      "a.csv: a: never changes, so it says nothing; leave the column out"
    ),
    (
      "1,a,2\n",
      "a.csv:1: may hold the columns' names or numbers, and begins with \"1\", \"a\", \"2\"; say which "
        + "with --names or --no-names"
    ),
  ]) func badTablesAreErrorsInOneSentence(text: String, message: String) {
    let error = #expect(throws: DataError.self) { try DataTable(text: text, file: "a.csv") }
    #expect(error?.description == message)
  }

  @Test func rowsThatCannotBeInterpolatedAreAnError() throws {
    let table = try DataTable(text: Self.table(weights: [1, 2, 3]), file: "a.csv")
    func error(_ learned: Int?, _ task: BiasChecker.Task? = nil) -> DataError? {
      #expect(throws: DataError.self) {
        try BiasChecker(
          engine: TestEngine.shared(),
          table,
          file: "a.csv",
          task: task,
          learnedCount: learned,
          seeds: [1, 2],
          depths: [2],
          scales: [1]
        )
      }
    }
    #expect(
      error(nil)?.description
        == "a.csv: needs fewer rows to learn from than features, 3, so that many weights fit; got 40; say --learn-from with 2 or so"
    )
    #expect(
      error(50)?.description
        == "a.csv: needs 2 to 49 rows to learn from, so that some are held out; got 50"
    )
    #expect(
      error(2, .classification)?.description
        == "a.csv: y: needs two values for classification; got 50, so take --task regression"
    )
  }
}
