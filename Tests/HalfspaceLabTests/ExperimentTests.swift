import Foundation
import Laboratory
import Runs
import Testing

@testable import HalfspaceLab

@Suite struct ExperimentTests {
  static func laboratory() throws -> HalfspaceLaboratory {
    var size = HalfspaceLaboratory.Size.full
    size.optima = [0.04, 0.01]
    size.dimensions = [3]
    size.seeds = [1, 2, 3]
    size.sampleCount = 2000
    return HalfspaceLaboratory(
      engine: try TestEngine.shared(),
      sweep: Sweep(),
      machine: .current(),
      size: size
    )
  }

  /// Two runs give the same numbers, and the record survives its JSON.
  @Test func recordsAreRepeatable() throws {
    let first = try Self.laboratory().run(.phase2)
    #expect(try Self.laboratory().run(.phase2) == first)
    let decoded = try JSONDecoder().decode(LabRecord.self, from: JSONEncoder().encode(first))
    #expect(decoded == first)
    #expect(first.holds)
  }

  @Test func jsonHasTheOuterShapeOfAllLaboratories() throws {
    let record = try Self.laboratory().run(.scale)
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(record))
    let keys = Set((object as? [String: Any] ?? [:]).keys)
    #expect(
      keys == [
        "experiment", "version", "parameters", "seeds", "machine", "points", "fits", "checks",
      ]
    )
    #expect(record.holds)
    #expect(record.csv.split(separator: "\n").count == record.points.count + 1)
  }

  @Test func aBrokenBandIsAFailedCheck() {
    #expect(!LabCheck.range("slope", 0.8, in: 0.62...0.76).holds)
    #expect(!LabCheck.close("ratio", .nan, to: 1, within: 1).holds)
    #expect(LabCheck.below("norm", 0.5, 1).holds)
  }
}
