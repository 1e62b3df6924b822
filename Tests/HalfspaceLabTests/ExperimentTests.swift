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

  /// What is wrong with sizes is said before anything is computed.
  @Test(
    arguments: [
      (
        \HalfspaceLaboratory.Size.optima, [0.2, 0.01],
        "OPT: the hard law needs a number above 0 and below 0.17; got 0.2"
      ),
      (\.optima, [0.01, 0], "OPT: the hard law needs a number above 0 and below 0.17; got 0.0"),
      (\.optima, [0.01, 0.01], "optima: needs two different numbers at least; got [0.01, 0.01]"),
      (
        \.complexityOptima, [.nan],
        "OPT: the hard law needs a number above 0 and below 0.17; got nan"
      ),
    ] as [(WritableKeyPath<HalfspaceLaboratory.Size, [Double]> & Sendable, [Double], String)]
  )
  func badOptimaAreRefused(
    path: WritableKeyPath<HalfspaceLaboratory.Size, [Double]> & Sendable,
    optima: [Double],
    message: String
  ) {
    var size = HalfspaceLaboratory.Size.full
    size[keyPath: path] = optima
    let error = #expect(throws: HalfspaceError.self) { try size.validate() }
    #expect(error?.description == message)
  }

  @Test func badCountsAreRefused() throws {
    try HalfspaceLaboratory.Size.full.validate()
    func message(_ change: (inout HalfspaceLaboratory.Size) -> Void) -> String? {
      var size = HalfspaceLaboratory.Size.full
      change(&size)
      return #expect(throws: HalfspaceError.self) { try size.validate() }?.description
    }
    #expect(
      message { $0.seeds = [1] }
        == "seeds: needs two at least, or there are no intervals; got 1"
    )
    #expect(
      message { $0.dimensions = [1] }
        == "dimensions: needs different whole numbers from 2 to 50; got [1]"
    )
    #expect(
      message { $0.sampleCount = 1001 }
        == "samples: needs a multiple of 40 from 200 up; got 1001"
    )
    #expect(message { $0.sampleCount = 4_000_000_000_000_000 }?.hasPrefix("samples: ") == true)
    #expect(
      message { $0.sampleCount = 40_000_000 }
        == "samples: needs at most 8 GiB of samples at once; take fewer samples, seeds, dimensions "
        + "or OPT values; got 74 GiB at once"
    )
  }

  /// The studies of all experiments hold the records' numbers, and say what is missing with a dash.
  @Test func reportsAreMadeOfRecords() throws {
    let scale = try Self.laboratory().run(.scale)
    let study = HalfspaceReport.study(of: [.scale: scale], facts: [])
    #expect(study.sections.map(\.title) == ["The failure is one of scale"])
    #expect(study.sections[0].checks.count == scale.checks.count)
    #expect(study.sections[0].figures[0].curves[0].line.count == 30)
    #expect(study.markdown.contains("| ratio at norm 1 | 24.6 ± 0.1 |"))
    var empty = scale
    empty.points = []
    for experiment in HalfspaceLaboratory.Experiment.allCases {
      let study = HalfspaceReport.study(of: [experiment: empty], facts: [])
      #expect(!study.page.contains("nan") && !study.markdown.contains("nan"))
    }
  }
}
