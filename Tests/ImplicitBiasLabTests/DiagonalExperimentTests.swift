import Laboratory
import Testing

@testable import ImplicitBiasLab

/// The experiments with diagonal networks, sparse regression and margins, small.
@Suite struct DiagonalExperimentTests {
  private static func expectLesson(
    _ record: LabRecord,
    _ experiment: ImplicitBiasLaboratory.Experiment
  ) {
    let study = ImplicitBiasLaboratory.study(of: [experiment: record], facts: [])
    #expect(study.sections.allSatisfy { $0.lesson != nil && !$0.tables.isEmpty })
    #expect(study.sections.contains { !$0.checks.isEmpty })
  }

  @Test func twoLayersPassFromOneNormToTheOther() throws {
    let record = try TestEngine.laboratory { $0.diagonal.depths = [2] }.run(.diagonal)
    #expect(record.holds, "\(record.checks.filter { !$0.holds })")
    #expect(record.fits.count == 1 && abs(record.fits[0].slope + 4) < 0.1)
    #expect(record.points.on(LabKey("flow-distance")).count == 4)
    Self.expectLesson(record, .diagonal)
  }

  @Test func smallScalesNeedFewerSamples() throws {
    let record = try TestEngine.laboratory {
      $0.sparse.law = SparseLaw(dimension: 120, supportCount: 3, noise: 0.01)
      ($0.sparse.sampleCounts, $0.sparse.limit) = ([20, 40], 80)
      ($0.sparse.searchSeedCount, $0.sparse.target) = (2, 0.1)
    }.run(.sparse)
    #expect(record.holds, "\(record.checks.filter { !$0.holds })")
    func needed(_ scale: Double) -> Double {
      record.points.value(
        LabKey("needed-samples", coordinates: ["depth": 2, "alpha": scale])
      )
    }
    #expect(needed(1) == .infinity && needed(1e-3) < 80)
    Self.expectLesson(record, .sparse)
  }

  @Test func marginsAreMeasured() throws {
    let record = try TestEngine.laboratory {
      ($0.classification.scales, $0.classification.exponents) = ([10, 0.1], [1, 6])
    }.run(.classification)
    #expect(record.holds, "\(record.checks.filter { !$0.holds })")
    // Two layers by two losses, three layers and one, at two losses each.
    #expect(record.points.on(LabKey("l1-ratio")).count == (2 + 2 + 1 + 1) * 2)
    Self.expectLesson(record, .classification)
  }

  private static let changes: [String: @Sendable (inout ImplicitBiasLaboratory.Size) -> Void] = [
    "depths: needs whole numbers from 2 up; got 1": { $0.diagonal.depths = [2, 1] },
    "depths: needs 12 layers at most, since descent from a small scale hardly leaves 0 beyond; got 40":
      { $0.diagonal.depths = [40] },
    "samples: needs fewer than the 30 dimensions, so that many weights fit the data; got 30": {
      $0.diagonal.sampleCount = 30
    },
    "samples: needs fewer than the 300 dimensions, so that many weights fit the data; got 512": {
      $0.sparse.law.dimension = 300
    },
    "target: needs an error above 0 and below 1, that of guessing 0; got 0.0": {
      $0.sparse.target = 0
    },
    "alpha: needs a number above 0; got -1.0": { $0.classification.scales = [-1] },
    "alpha: needs 1e-150 at least with depth 2, or float64 loses the weights; got 1e-200; take that, or the least l1 norm, which the solution is next to":
      { $0.classification.scales = [1e-200] },
    "exponents: needs rising numbers above 0, so that 6 is a loss of 1e-6; got 6.0 3.0": {
      $0.classification.exponents = [6, 3]
    },
    "exponents: needs 1000 at most, for a loss of 1e-1000; got 2000.0": {
      $0.classification.exponents = [1, 2000]
    },
  ]

  @Test(arguments: changes.keys.sorted()) func badSizesAreRefused(message: String) throws {
    var size = ImplicitBiasLaboratory.Size.full
    let change = try #require(Self.changes[message])
    change(&size)
    let error = #expect(throws: BiasError.self) { try size.validate() }
    #expect(error?.description == message)
  }

  @Test func pointsOfSeedsBecomeMeans() {
    let key = LabKey("error", labels: ["method": "a"])
    let points = [1.0, 3].enumerated().map { place, value in
      key.at(["n": 5]).point(value).at(seed: UInt64(place))
    }
    let means = points.means(over: "seed")
    #expect(means.count == 1 && means[0].key == key.at(["n": 5]) && means[0].value == 2)
    #expect(points.largest(key) == 3 && points.least(key) == 1)
    #expect(points.largest(LabKey("nothing")).isNaN)
  }
}
