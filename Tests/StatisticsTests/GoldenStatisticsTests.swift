import EspalierTestSupport
import Foundation
import Testing

@testable import Statistics

/// Answers of SciPy and statsmodels; see Tests/Oracles/hypothesis_tests.py.
struct StatisticsGolden: Decodable {
  struct Permutation: Decodable {
    var differences: [Double]
    var twoSided: Double
    var greater: Double
    var less: Double
  }
  struct Equivalence: Decodable {
    var first: [Double]
    var second: [Double]
    var margin: [Double]
    var paired: Double
    var welch: Double
  }
  struct McNemar: Decodable {
    var onlyFirst: Int
    var onlySecond: Int
    var exact: Double
    var corrected: Double
    var plain: Double
    var statistic: Double
  }
  struct Holm: Decodable {
    var given: [Double]
    var adjusted: [Double]
  }
  struct Quantile: Decodable {
    var numbers: [Double]
    var shares: [Double]
    var values: [Double]
  }
  struct Drawn: Decodable {
    var confidence: Double
    var draws: [Double]
    var low: Double
    var high: Double
  }
  struct Tests: Decodable {
    var errors: [Double]
    var probabilities: [Double]
    var low: [Double]?
  }
  struct Regression: Decodable {
    var rows: [[Double]]
    var response: [Double]
    var clusters: [Int]
    var coefficients: [Double]
    var plain: Tests
    var clustered: Tests
  }
  struct Mean: Decodable {
    var numbers: [Double]
    var error: Double
  }
  var permutations: [Permutation]
  var equivalences: [Equivalence]
  var mcnemar: [McNemar]
  var holm: [Holm]
  var quantiles: [Quantile]
  var bootstraps: [Drawn]
  var regressions: [Regression]
  var means: [Mean]

  static func load() throws -> StatisticsGolden {
    let path = TestPlugin.packageRoot.path + "/Tests/Fixtures/statistics/golden.json"
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }
}

/// The room against SciPy and statsmodels, to 1e-9 of each number or of 1.
@Suite struct GoldenStatisticsTests {
  private let golden: StatisticsGolden

  init() throws {
    golden = try .load()
  }

  private func expect(
    _ found: Double,
    _ expected: Double,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(
      abs(found - expected) <= 1e-9 * max(1, abs(expected)),
      "\(found), not \(expected)",
      sourceLocation: location
    )
  }

  @Test func signFlipsAreSciPysPermutationsOfSamples() {
    for golden in golden.permutations {
      for (alternative, expected) in [
        (PermutationTest.Alternative.twoSided, golden.twoSided), (.greater, golden.greater),
        (.less, golden.less),
      ] {
        let test = PermutationTest.signFlips(of: golden.differences, alternative: alternative)
        expect(test.probability, expected)
        #expect(test.isExact && test.arrangementCount == 1 << golden.differences.count)
      }
    }
  }

  @Test func equivalencesAreThoseOfStatsmodels() {
    for golden in golden.equivalences {
      let margin = golden.margin[0]...golden.margin[1]
      let differences = zip(golden.first, golden.second).map { $0 - $1 }
      let paired = EquivalenceTest(pairedDifferences: differences, margin: margin)
      expect(paired.probability, golden.paired)
      let welch = EquivalenceTest(first: golden.first, second: golden.second, margin: margin)
      expect(welch.probability, golden.welch)
      // The tests succeed at 5 % exactly where the interval of 90 % lies inside.
      for test in [paired, welch] {
        let inside = margin.contains(test.difference.low) && margin.contains(test.difference.high)
        #expect((test.probability < 0.05) == inside)
      }
    }
  }

  @Test func disagreementsAreJudgedAsByStatsmodels() {
    for golden in golden.mcnemar {
      let test = McNemarTest(onlyFirst: golden.onlyFirst, onlySecond: golden.onlySecond)
      expect(test.exactProbability, golden.exact)
      expect(test.correctedProbability, golden.corrected)
      expect(test.correctedStatistic, golden.statistic)
      expect(test.approximateProbability, golden.plain)
    }
  }

  @Test func holmsAdjustmentIsThatOfStatsmodels() {
    for golden in golden.holm {
      for (found, expected) in zip(HolmAdjustment.adjusted(golden.given), golden.adjusted) {
        expect(found, expected)
      }
    }
  }

  @Test func quantilesAreNumPys() {
    for golden in golden.quantiles {
      let quantile = Quantiles(of: golden.numbers.reversed())
      for (share, expected) in zip(golden.shares, golden.values) {
        expect(quantile(share), expected)
      }
    }
  }

  @Test func percentileIntervalsAreSciPysOfTheSameDraws() {
    for golden in golden.bootstraps {
      let found = Bootstrap(confidence: golden.confidence).estimate(0, drawn: golden.draws)
      expect(found.low, golden.low)
      expect(found.high, golden.high)
    }
  }

  @Test func leastSquaresAreThoseOfStatsmodelsWithAndWithoutClusters() throws {
    for golden in golden.regressions {
      let fits = [(nil, golden.plain), (golden.clusters, golden.clustered)]
      for (clusters, tests) in fits {
        let fit = try #require(
          LeastSquares(golden.rows, response: golden.response, clusters: clusters)
        )
        for index in golden.coefficients.indices {
          expect(fit.coefficients[index], golden.coefficients[index])
          expect(fit.standardError(of: index), tests.errors[index])
          expect(fit.probability(of: index), tests.probabilities[index])
          if let low = tests.low { expect(fit.estimate(of: index).low, low[index]) }
        }
      }
    }
  }

  @Test func standardErrorsAreSciPys() throws {
    for golden in golden.means {
      expect(try #require(SampleMean(golden.numbers).standardError), golden.error)
    }
  }
}
