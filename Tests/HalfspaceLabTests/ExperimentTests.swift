import Foundation
import Laboratory
import Testing

@testable import HalfspaceLab

@Suite struct ExperimentTests {
  static func laboratory(optima: [Double] = [0.04, 0.01]) throws -> HalfspaceLaboratory {
    var size = HalfspaceLaboratory.Size.full
    size.optima = optima
    size.dimensions = [3]
    size.seeds = [1, 2, 3]
    size.sampleCount = 2000
    size.noiseSampleCount = 2000
    (size.complexityOptima, size.complexityDimensions) = ([0.02, 0.01], [2])
    size.complexityCounts = [400]
    return HalfspaceLaboratory(
      engine: try TestEngine.shared(),
      sweep: Sweep(),
      size: size
    )
  }

  /// The record that several tests look at.
  private static let scale = Result { try laboratory().run(.scale) }

  /// Two runs give the same numbers, and the record survives its JSON.
  @Test func recordsAreRepeatable() throws {
    let first = try Self.laboratory().run(.phase2)
    #expect(try Self.laboratory().run(.phase2) == first)
    let decoded = try JSONDecoder().decode(LabRecord.self, from: JSONEncoder().encode(first))
    #expect(decoded == first)
    #expect(first.holds)
  }

  @Test func jsonHasTheOuterShapeOfAllLaboratories() throws {
    let record = try Self.scale.get()
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(record))
    let keys = Set((object as? [String: Any] ?? [:]).keys)
    #expect(
      keys == [
        "format", "experiment", "version", "parameters", "seeds", "machine", "points", "fits",
        "checks",
      ]
    )
    #expect(record.holds)
    #expect(record.csv.split(separator: "\n").count == record.points.count + 1)
  }

  /// What is sampled has its exact value beside it.
  @Test func everySampledOptimumIsOnTheExactLines() throws {
    let grid = HalfspaceLaboratory.populationOptima
    #expect(try Self.laboratory().exactOptima == [grid])
    let laboratory = try Self.laboratory(optima: [0.03, 0.01, 0.007])
    #expect(laboratory.exactOptima == [grid, [0.03, 0.007]])
    #expect(Set(HalfspaceLaboratory.Size.full.optima).isSubset(of: grid))
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
    let scale = try Self.scale.get()
    let study = HalfspaceLaboratory.study(of: [.scale: scale], facts: [])
    #expect(study.sections.map(\.title) == ["The failure is one of scale"])
    #expect(study.sections[0].figures[0].curves[0].line.count == 30)
    #expect(study.markdown.contains("| ratio at norm 1 | 24.6 ± 0.1 |"))
    var empty = scale
    empty.points = []
    for experiment in HalfspaceLaboratory.Experiment.allCases {
      let study = HalfspaceLaboratory.study(of: [experiment: empty], facts: [])
      #expect(!study.page.contains("nan") && !study.markdown.contains("nan"))
    }
  }

  /// The record of an experiment.
  ///
  /// Where exact numbers take long, those of the full size are replaced by others: which checks there are and
  /// where they stand does not depend on them.
  private static func record(of experiment: HalfspaceLaboratory.Experiment) throws -> LabRecord {
    var laboratory = try laboratory()
    var points: [LabPoint] = []
    var checks: [LabCheck] = []
    switch experiment {
    case .scale: return try scale.get()
    case .phase2, .samples: return try laboratory.run(experiment)
    case .risk:
      laboratory = HalfspaceLaboratory(engine: laboratory.engine, sweep: Sweep())
      for (place, optimum) in HalfspaceLaboratory.populationOptima.enumerated() {
        let value = Double(place + 1)
        for law in ["hard", "gaussian-far-quadrant"] {
          for quantity in ["risk", "norm", "largest-deviation"] {
            for method in [HalfspaceLaboratory.Method.logistic, .twoPhase] {
              let key = LabKey(quantity, by: method, law: law, .sampled, optimum: optimum)
              points += laboratory.size.dimensions.map {
                key.at(["dimension": Double($0)]).point(value)
              }
              points.append(
                LabKey(quantity, by: method, law: law, .population, optimum: optimum).point(value)
              )
            }
          }
        }
      }
      points.append(
        LabKey("angle-ratio", by: .descentAgainstNewton, .sampled, optimum: 0.01).point(1)
      )
      let fits = laboratory.riskFits(points)
      // Two laws, two methods, two dimensions and the exact line, the risk and the excess.
      #expect(fits.count == 24)
      checks = laboratory.riskChecks(points, fits)
      return HalfspaceLaboratory.record(
        experiment,
        parameters: [:],
        points: points,
        fits: fits,
        checks: checks
      )
    case .noise:
      for law in try HalfspaceLaboratory.noiseLaws() {
        let keys = laboratory.noiseKeys(law)
        points += [keys.exact.point(1), keys.sampled.point(1)]
        checks += laboratory.noiseChecks(law, points)
      }
      return HalfspaceLaboratory.record(experiment, parameters: [:], points: points, checks: checks)
    }
  }

  /// The page shows each check of an experiment once: there is none whose section it leaves out.
  @Test(arguments: HalfspaceLaboratory.Experiment.allCases)
  func everyCheckStandsInOneSection(experiment: HalfspaceLaboratory.Experiment) throws {
    let record = try Self.record(of: experiment)
    let study = HalfspaceLaboratory.study(of: [experiment: record], facts: [])
    let shown = study.sections.flatMap(\.checks).map(\.name)
    #expect(shown.sorted() == record.checks.map(\.name).sorted())
    #expect(Set(shown).count == shown.count)
    // Sample complexity is bounded from above only, so nothing is checked there.
    if experiment != .samples {
      #expect(study.sections.allSatisfy { !$0.checks.isEmpty })
    }
    let sections = HalfspaceLaboratory.sections(of: experiment).map(\.key)
    #expect(record.fits.allSatisfy { sections.contains($0.section) })
  }
}
