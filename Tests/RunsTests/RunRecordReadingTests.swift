import Foundation
import Testing

@testable import Runs

@Suite struct RunRecordReadingTests {
  let text: String

  init() throws {
    text = String(
      decoding: try RunJSON.encoder(pretty: true).encode(exampleRecord()),
      as: UTF8.self
    )
  }

  func read(_ text: String) throws(RunError) -> RunRecord {
    try RunStore.record(from: Data(text.utf8), path: "run.json")
  }

  /// One piece of the example replaced, the field that is then complained about, and why.
  static let damages: [(from: String, to: String, message: String)] = [
    ("\"formatVersion\" : 1,", "", "run.json: formatVersion: is missing"),
    (
      "\"seed\" : 7", "\"seed\" : -7",
      "run.json: the file: holds a number that its field cannot take"
    ),
    (
      "\"seed\" : 7", "\"seed\" : \"7\"", "run.json: seed: needs a whole number; got something else"
    ),
    (
      "\"name\" : \"small-midas\"", "\"name\" : 3",
      "run.json: name: needs a text; got something else"
    ),
    (
      "\"name\" : \"small-midas\"", "\"name\" : null", "run.json: name: needs a text; got null"
    ),
    (
      "\"startedAt\" : \"2026-01-01T00:00:00Z\"", "\"startedAt\" : \"soon\"",
      "run.json: startedAt: needs a date such as 2026-01-31T12:00:00Z; got soon"
    ),
    ("\"isDirty\" : true", "\"isDirty\" : 1", "run.json: git.isDirty: needs true or false; got "),
    (
      "\"status\" : \"completed\"", "\"status\" : \"won\"",
      "run.json: outcome.status: "
    ),
    ("\"width\" : 8", "\"width\" : 0", "run.json: model.width: needs a positive number; got 0"),
    (
      "\"totalSteps\" : 30", "\"totalSteps\" : 31",
      "run.json: plan.totalSteps: needs 30, the sum over the stages; got 31"
    ),
    (
      "\"stepCount\" : 20", "\"stepCount\" : 9223372036854775807",
      "run.json: plan.stages[1].stepCount: needs a number of steps; got 9223372036854775807"
    ),
    (
      "\"firstStep\" : 10", "\"firstStep\" : 11",
      "run.json: plan.stages[1].firstStep: needs 10; got 11"
    ),
    (
      "\"afterStep\" : 10", "\"afterStep\" : 9",
      "run.json: plan.growths[0].afterStep: needs 10; got 9"
    ),
    (
      "\"flops\" : 1500000000", "\"flops\" : \"Infinity\"",
      "run.json: outcome.flops: needs a finite number that is not negative; got inf"
    ),
    (
      "\"parent\" : \"A0\",\n      \"stage\" : 1", "\"parent\" : \"A0\",\n      \"stage\" : 2",
      "run.json: lineage[2].stage: needs a stage of the plan, 0 to 1; got 2"
    ),
  ]

  @Test(arguments: damages.indices)
  func aDamagedFieldIsNamed(index: Int) throws {
    let damage = Self.damages[index]
    let damaged = text.replacingOccurrences(of: damage.from, with: damage.to)
    try #require(damaged != text)
    let error = #expect(throws: RunError.self) { try read(damaged) }
    #expect(error?.description.hasPrefix(damage.message) == true, "\(String(describing: error))")
  }

  /// Plans that decode but contradict themselves.
  @Test func contradictionsOfThePlanAreNamed() throws {
    func problem(_ change: (inout RunRecord) -> Void) -> String? {
      var record = exampleRecord()
      change(&record)
      return record.firstProblem()?.field
    }
    #expect(problem { _ in } == nil)
    #expect(problem { $0.plan.stages = [] } == "plan.stages")
    #expect(problem { $0.plan.stages[1].stage = 2 } == "plan.stages[1].stage")
    #expect(problem { $0.plan.stages[0].layers = -1 } == "plan.stages[0].layers")
    #expect(problem { $0.plan.stages[1].layers = 0 } == "plan.stages[1].layers")
    #expect(
      problem { $0.plan.growths[0].layerOrder = [0, 1] } == "plan.growths[0].layerOrder"
    )
    #expect(problem { $0.plan.stages[0].stepCount = -1 } == "plan.stages[0].stepCount")
    // Where one stage says how wide it is, all do, and the last one as the model.
    #expect(problem { $0.plan.stages[0].width = 8 } == "plan.stages[1].width")
    #expect(
      problem {
        $0.plan.stages[1].headCount = $0.model.headCount
        $0.plan.stages[0].headCount = 0
      } == "plan.stages[0].headCount"
    )
    #expect(
      problem {
        $0.plan.stages[0].feedForwardWidth = 8
        $0.plan.stages[1].feedForwardWidth = 8
      } == "plan.stages[1].feedForwardWidth"
    )
    #expect(problem { $0.plan.stages[1].layers = 5 } == "plan.stages[1].layers")
    #expect(problem { $0.plan.growths = [] } == "plan.growths")
    #expect(problem { $0.plan.growths[0].origins = [0] } == "plan.growths[0].origins")
    #expect(problem { $0.plan.growths[0].origins[1] = 2 } == "plan.growths[0].origins[1]")
    #expect(problem { $0.plan.growths[0].origins[1] = -1 } == "plan.growths[0].origins[1]")
    #expect(problem { $0.lineage.removeLast() } == "lineage")
    #expect(problem { $0.lineage[0].stage = -1 } == "lineage[0].stage")
    #expect(problem { $0.outcome.tokens = -1 } == "outcome.tokens")
    #expect(problem { $0.outcome.trainingSeconds = .nan } == "outcome.trainingSeconds")
  }

  @Test(arguments: [0, 2, -1])
  func anotherVersionIsRefusedByName(version: Int) {
    let other = text.replacingOccurrences(
      of: "\"formatVersion\" : 1",
      with: "\"formatVersion\" : \(version)"
    )
    #expect(
      throws: RunError.unknownFormatVersion(path: "run.json", found: version, supported: 1)
    ) { try read(other) }
  }

  /// A later release may add fields within the version.
  @Test func unknownFieldsAreLetThrough() throws {
    let more = text.replacingOccurrences(of: "\"seed\" : 7", with: "\"colour\" : [1], \"seed\" : 7")
    #expect(try read(more) == exampleRecord())
  }

  @Test func everyTruncationIsAnError() {
    let whole = Data(text.utf8)
    for length in 0..<whole.count {
      #expect(throws: RunError.self, "\(length) bytes") {
        try RunStore.record(from: whole.prefix(length), path: "run.json")
      }
    }
  }

  /// Whatever one byte is replaced by, the result is a record or an error value.
  @Test func aForeignByteIsNoTrap() {
    let whole = Data(text.utf8)
    var refusals = 0
    for position in stride(from: 0, to: whole.count, by: 3) {
      for byte in [UInt8(0), UInt8(ascii: "\""), UInt8(ascii: "9"), 0xFF] {
        var damaged = whole
        damaged[position] = byte
        do {
          _ = try RunStore.record(from: damaged, path: "run.json")
        } catch { refusals += 1 }
      }
    }
    #expect(refusals > whole.count / 3)
  }
}
