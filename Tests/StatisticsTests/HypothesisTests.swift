import EspalierTestSupport
import Randomness
import Testing

@testable import Statistics

@Suite struct HypothesisTests {
  @Test func drawnArrangementsComeNearTheExactProbability() {
    let normal = RandomStream(seed: 3)
    let differences = (0..<12).map { normal.normal(at: $0) + 0.4 }
    let exact = PermutationTest.signFlips(of: differences)
    let drawn = PermutationTest.signFlips(of: differences, limit: 2000, seed: 1)
    #expect(exact.isExact && exact.arrangementCount == 4096)
    #expect(!drawn.isExact && drawn.arrangementCount == 2000)
    let count = Int(drawn.probability * 2000 / 2)
    #expect(binomialBounds(trials: 2000, probability: exact.probability / 2).contains(count))
    #expect(drawn == PermutationTest.signFlips(of: differences, limit: 2000, seed: 1))
    #expect(drawn != PermutationTest.signFlips(of: differences, limit: 2000, seed: 2))
  }

  /// With a hundred pairs there are more arrangements than numbers of 64 bits, and the least probability is of one draw.
  @Test func manyPairsAreDrawn() {
    let test = PermutationTest.signFlips(
      of: [Double](repeating: 1, count: 100),
      alternative: .greater,
      limit: 500
    )
    #expect(test.probability == 1.0 / 500 && !test.isExact)
  }

  @Test func aFigureThatIsMissingCountsAsExtreme() throws {
    let test = try #require(
      PermutationTest.swaps(of: 2) { $0 == [true, true] ? nil : $0[0] ? 0 : 1 }
    )
    // Greater or equal: the observed one, that with the second pair swapped, and the missing one; less or equal: all.
    #expect(test.probability == 1 && test.arrangementCount == 4)
    let greater = PermutationTest.swaps(of: 2, alternative: .greater) {
      $0 == [true, true] ? nil : $0[0] ? 0 : 1
    }
    #expect(greater?.probability == 0.75)
    #expect(PermutationTest.swaps(of: 2) { _ in nil } == nil)
  }

  @Test func differencesWithoutSpreadAreInsideTheMarginOrNot() {
    #expect(EquivalenceTest(pairedDifferences: [1, 1], margin: 0...2).probability == 0)
    #expect(EquivalenceTest(first: [4, 4], second: [1, 1], margin: 0...2).probability == 1)
  }

  @Test func answersThatAgreeAreAsGood() {
    let test = McNemarTest([true, false, true], [true, false, true])
    #expect(test.exactProbability == 1 && test.statistic == 0 && test.approximateProbability == 1)
    #expect(
      McNemarTest([true, true, false], [false, true, false]) == .init(onlyFirst: 1, onlySecond: 0)
    )
  }

  @Test func noTestsNeedNoAdjustment() {
    #expect(HolmAdjustment.adjusted([]) == [])
  }

  @Test func regressorsThatDependOnEachOtherHaveNoFit() {
    let rows: [[Double]] = (0..<8).map(Double.init).map { [1, $0, 2 * $0 - 1] }
    #expect(LeastSquares(rows, response: rows.map { $0[1] }) == nil)
    #expect(LeastSquares([[1, 2], [1, 3]], response: [0, 1]) == nil)
    let line = rows.map { Array($0.prefix(2)) }
    #expect(LeastSquares(line, response: rows.map { $0[1] }, clusters: line.map { _ in 0 }) == nil)
  }

  /// What was drawn may have no end; a quantile between a number and infinity has none either.
  @Test func quantilesOfInfiniteNumbersAreNumbersOrInfinite() {
    let infinity = Double.infinity
    func values(of numbers: [Double], at levels: [Double]) -> [Double] {
      let quantiles = Quantiles(of: numbers)
      return levels.map { quantiles($0) }
    }
    let half = values(of: [1, 2, infinity, infinity], at: [0, 1.0 / 3, 0.5, 0.9, 1])
    #expect(half == [1, 2, infinity, infinity, infinity])
    let both = values(of: [-infinity, 3, infinity], at: [0, 0.3, 0.5, 0.7, 1])
    #expect(both == [-infinity, -infinity, 3, infinity, infinity])
    #expect(Quantiles(of: [.infinity, .infinity])(0.4) == .infinity)
  }

  /// Where seeds differ and items do not, an interval that draws seeds is wider than one that draws items alone.
  @Test func hierarchicalIntervalsAreAsWideAsTheSpreadOfGroups() throws {
    let stream = RandomStream(seed: 5)
    let groups = (0..<10).map { group in
      (0..<20).map { stream.normal(at: group) + 0.1 * stream.normal(at: 100 + 20 * group + $0) }
    }
    func mean(_ drawn: [DrawnGroup]) -> Double? {
      SampleMean(drawn.flatMap { group in group.units.map { groups[group.index][$0] } }).value
    }
    let bootstrap = Bootstrap(drawCount: 500)
    let found = try #require(bootstrap.interval(overGroups: groups.map(\.count), mean))
    let error = try #require(SampleMean(groups.map { SampleMean($0).value }).standardError)
    // The bootstrap's variance is (n - 1)/n of the usual one, and it strays by the drawing's own noise.
    #expect(abs((found.high - found.low) / (2 * 1.96 * error) - 1) < 0.15)
    #expect(found == bootstrap.interval(overGroups: groups.map(\.count), mean))
    let flat = try #require(
      bootstrap.interval(over: [200]) { choice in
        SampleMean(choice[0].map { groups[$0 / 20][$0 % 20] }).value
      }
    )
    #expect(found.high - found.low > 2 * (flat.high - flat.low))
  }
}
